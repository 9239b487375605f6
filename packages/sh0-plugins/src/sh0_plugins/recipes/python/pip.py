"""Leaving pip out of an image: it installs the dependencies, and few programs run it afterwards."""

import re
from typing import Final

from sh0.plugin import SourceTree, read_processes
from sh0_plugins.recipes.python.packages import PythonProject

__all__ = ["WITHOUT_PIP", "uses_pip"]

WITHOUT_PIP: Final = "pip show pip | grep -q '^Required-by: .' || pip uninstall --quiet --yes pip"
"""Removes pip from the virtual environment that it is in; another package that needs it keeps it."""

_CALL = re.compile(
    r"\bpip3?\s+(?:install|download|list|freeze|show)\b|[\"']pip3?[\"']|-m\s+pip\b|\bimport pip\b|ensurepip"
)
_ENDS = (".py", ".sh", ".toml", ".cfg")
_FILES, _LENGTH = 200, 1 << 16
_RUNNING_IT = frozenset({"pip", "pip-tools", "pipdeptree", "spacy", "pyinstaller"})


def uses_pip(project: SourceTree, facts: PythonProject) -> bool:
    """Whether the running app may call pip: a dependency does, or a process, or the source.

    Args:
        project: The project.
        facts: Its manifests.
    """
    if _RUNNING_IT & facts.packages.keys():
        return True
    commands = [*read_processes(project).values(), (project.text("sh0.yaml") or "")[:_LENGTH]]
    if any(_CALL.search(command) for command in commands):
        return True
    files = [name for name in project.names if name.endswith(_ENDS)][:_FILES]
    return any(_CALL.search((project.text(name) or "")[:_LENGTH]) for name in files)
