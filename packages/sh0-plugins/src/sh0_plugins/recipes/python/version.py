"""Which version of Python a project is built with."""

from collections.abc import Sequence

import attrs

from sh0.plugin import LanguageVersion, SourceTree, choose_version, declared_version, version_file
from sh0_plugins.recipes.images import PYTHON
from sh0_plugins.recipes.python.packages import PythonProject
from sh0_plugins.recipes.python.wheels import SERIES, Pin, fitting

__all__ = ["python_version"]


def python_version(project: SourceTree, facts: PythonProject, pinned: Sequence[Pin]) -> LanguageVersion:
    """The version, in the order that all languages share; the range is that of the Pipfile or pyproject.toml.

    Where no file names one, it is the default, or the newest before it that all pins have wheels for.

    Args:
        project: The project.
        facts: Its manifests.
        pinned: What they pin.
    """
    places = (project, facts.workspace.top) if facts.workspace else (project,)
    own = [version_file(place, ".python-version", "runtime.txt") for place in places]
    named = [wish for wish in (*own, *(declared_version(place, "python") for place in places)) if wish is not None]
    found = PYTHON.pick(*named, facts.wanted_python)
    wanted = facts.wanted_python[0] if facts.wanted_python else ""
    if named or not choose_version(wanted, (found.version,), found.version).exact:
        return found
    before = SERIES[: SERIES.index(found.version)] if found.version in SERIES else ()
    older = [each for each in reversed(before) if choose_version(wanted, (each,), each).exact]
    better = fitting(pinned, (found.version, *older))
    if better == found.version:
        return found
    missing = next(pin for pin in pinned if pin.fits(better) and not pin.fits(found.version))
    told = (
        f"Python {better} is used: {missing.path} pins {missing.name} {missing.ceiling.text}, which has no wheel for "
        f"{found.version}. To choose another one, write it into .python-version."
    )
    chosen = PYTHON.version(better, missing.path)
    return attrs.evolve(chosen, warnings=(*chosen.warnings, told))
