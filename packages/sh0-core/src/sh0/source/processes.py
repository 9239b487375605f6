"""The processes of a project by their commands, whichever of its files names them."""

from collections.abc import Mapping

from sh0.errors import Invalid
from sh0.source.procfile import read_procfile
from sh0.source.tables import table
from sh0.source.tree import Project

__all__ = ["NOT_PROCESSES", "declared_commands", "read_processes"]

NOT_PROCESSES = ("release", "postdeploy")
"""Lines of a Procfile that are commands of a deployment."""
_MANIFEST = "sh0.yaml"


def read_processes(project: Project) -> dict[str, str]:
    """The commands of a project's ``Procfile`` and of the processes in its ``sh0.yaml``, which wins name by name.

    Raises:
        Invalid: A line of the Procfile is broken.
    """
    return {**read_procfile(project), **{name: line for name, line in declared_commands(project).items() if line}}


def declared_commands(project: Project) -> Mapping[str, str]:
    """The processes in ``sh0.yaml``, empty where they have no command; none of a file that its own reader refuses."""
    text = project.text(_MANIFEST)
    if text is None:
        return {}
    from sh0.source.yamltext import load  # worth its time to load only where there is such a file

    try:
        declared = table(load(text, _MANIFEST).value, "processes")
    except Invalid:
        return {}
    commands = {name: each.get("command") if isinstance(each, Mapping) else each for name, each in declared.items()}
    return {str(name): line.strip() if isinstance(line, str) else "" for name, line in commands.items()}
