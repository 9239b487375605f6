"""Pins that have no wheel for the newer versions of Python: their install would need a compiler, which no image has."""

import re
from collections.abc import Iterator
from typing import Final

from sh0.builds.project import Project
from sh0.builds.python.requirements import normalise

__all__ = ["without_wheel"]

_FIRST: Final = {
    # Packages in C to the first release that has wheels for Python 3.13.
    "aiohttp": (3, 10, 6),
    "asyncpg": (0, 30, 0),
    "cffi": (1, 17, 0),
    "greenlet": (3, 1, 0),
    "lxml": (5, 3, 0),
    "markupsafe": (3, 0, 0),
    "numpy": (2, 1, 0),
    "pandas": (2, 2, 3),
    "pillow": (11, 0, 0),
    "psycopg2-binary": (2, 9, 10),
    "pyyaml": (6, 0, 2),
    "scikit-learn": (1, 5, 2),
    "scipy": (1, 14, 1),
    "tornado": (6, 2),
    "uvloop": (0, 21, 0),
}
_SINCE: Final = (3, 13)
_PIN = re.compile(r"^[ \t]*([A-Za-z0-9][\w.-]*)(?:\[[^\]\n]*\])?[ \t]*==[ \t]*(\d+(?:\.\d+)*)(?=[ \t;#\r\n\\]|$)", re.M)


def without_wheel(project: Project, files: tuple[str, ...], version: str) -> Iterator[str]:
    """A sentence about the pins of requirements files that the chosen version of Python has no wheel for.

    Args:
        project: The project.
        files: The requirements files.
        version: Series of Python.
    """
    if tuple(int(part) for part in version.split(".")) < _SINCE:
        return
    for path in files:
        pins = [(name, pinned) for name, pinned in _PIN.findall(project.text(path) or "") if _outdated(name, pinned)]
        if pins:
            pinned = ", ".join(f"{name} {number}" for name, number in pins)
            raised = ", ".join(f"{name}>={'.'.join(map(str, _FIRST[normalise(name)]))}" for name, _ in pins)
            yield (
                f"{path} pins {pinned}, without a wheel for Python {version}: raise it ({raised}), "
                "or write an older version that it has wheels for, such as 3.12, into .python-version."
            )


def _outdated(name: str, version: str) -> bool:
    first = _FIRST.get(normalise(name))
    return first is not None and tuple(int(part[:9]) for part in version.split(".")) < first
