"""Which version of Python pinned packages have wheels for: without one an install needs a compiler, which no image has.

A lock file that lists its wheels is the evidence; of other pins a table knows since when there are wheels.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from sh0.plugin import SourceTree, inner_table
from sh0_plugins.recipes.images import PYTHON
from sh0_plugins.recipes.python.packages import PythonProject
from sh0_plugins.recipes.python.requirements import normalise
from sh0_plugins.recipes.python.specifiers import Ceiling, ceiling_of, poetry_ceiling, requirement_ceilings
from sh0_plugins.recipes.python.wheel_table import FIRST, OLDEST

__all__ = ["SERIES", "Pin", "fitting", "pins", "without_wheel"]

SERIES: Final = tuple(each for each in (*PYTHON.older, *PYTHON.versions) if int(each.split(".")[1]) >= OLDEST)
"""The series of Python that wheels are looked for, those that have ended included; oldest first."""

_LOCKS: Final = ("uv.lock", "poetry.lock", "pdm.lock")
_NAME = re.compile(r"^name = \"([^\"\n]+)\"", re.MULTILINE)
_VERSION = re.compile(r"^version = \"([^\"\n]+)\"", re.MULTILINE)
_WHEEL = re.compile(r"-([\w.]{2,80})-([\w.]{2,80})-([\w.]{2,200})\.whl\"")


@attrs.frozen
class Pin:
    """A package in the newest version that a file allows.

    Attributes:
        path: The file.
        name: The package, in its own spelling.
        ceiling: That version.
        wheels: Tags of its wheels for Linux, as (Python, ABI); None if the file does not list them.
    """

    path: str
    name: str
    ceiling: Ceiling
    wheels: tuple[tuple[str, str], ...] | None = None

    def fits(self, series: str) -> bool:
        """Whether a wheel for a series of Python is known; what is not known counts as one."""
        minor = int(series.split(".")[1])
        if self.wheels is not None:
            return not self.wheels or any(_runs(python, abi, minor) for python, abi in self.wheels)
        first = self.first(series)
        return first is None or self.ceiling.takes(first)

    def first(self, series: str) -> tuple[int, ...] | None:
        """The first release that has wheels for a series, or None if that is not known."""
        known = FIRST.get(normalise(self.name), {})
        return next((known[minor] for minor in sorted(known, reverse=True) if minor <= int(series.split(".")[1])), None)


def pins(project: SourceTree, facts: PythonProject) -> tuple[Pin, ...]:
    """What the lock file pins, or the requirements where there is none.

    Args:
        project: The project.
        facts: Its manifests.
    """
    if facts.manager == "pipenv":
        path = "Pipfile.lock" if facts.locked else "Pipfile"
        content = project.json(path) if facts.locked else project.toml(path)
        stated = inner_table(content or {}, "default" if facts.locked else "packages")
        return _bounded(path, [(name, (), ceiling_of(_version(spec))) for name, spec in stated.items()])
    lock = next((path for path in facts.manifests if path.rpartition("/")[2] in _LOCKS), None)
    if lock is not None:
        top = facts.workspace.top if facts.workspace else project
        return tuple(_locked(lock, top.text(lock) or ""))
    if facts.manager == "pip":
        each = ((path, requirement_ceilings(project.text(path) or "")) for path in facts.manifests)
        return tuple(pin for path, found in each for pin in _bounded(path, found))
    written = inner_table(facts.pyproject, "tool", "poetry", "dependencies")
    poetry = [(name, (), poetry_ceiling(_version(spec))) for name, spec in written.items()]
    named = requirement_ceilings("\n".join(facts.dependencies))
    return _bounded("pyproject.toml", [*named, *poetry])


def _bounded(path: str, found: Iterable[tuple[str, Iterable[str], Ceiling | None]]) -> tuple[Pin, ...]:
    """The pins of a file; an extra may be a package in the same version, as ``psycopg[binary]``."""
    pinned = [(name, extras, ceiling) for name, extras, ceiling in found if ceiling is not None]
    own = [Pin(path, name, ceiling) for name, _, ceiling in pinned]
    extra = [(f"{name}-{each}", ceiling) for name, extras, ceiling in pinned for each in extras]
    return (*own, *(Pin(path, name, ceiling) for name, ceiling in extra if normalise(name) in FIRST))


def _version(spec: object) -> str:
    """The constraint of a dependency of Poetry or pipenv, in its short form or its long one; none if it is optional."""
    stated = spec if not isinstance(spec, dict) else "" if spec.get("optional") else spec.get("version")
    return stated if isinstance(stated, str) else ""


def fitting(found: Sequence[Pin], series: Sequence[str]) -> str:
    """The series that the most pins have a wheel for: the first of those, as they are given.

    Args:
        found: The pins.
        series: Series of Python, the likeliest first.
    """
    return min(series, key=lambda each: sum(not pin.fits(each) for pin in found))


def without_wheel(found: Sequence[Pin], version: str, supported: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each file about its pins that have no wheel for the chosen version of Python.

    Args:
        found: The pins.
        version: Series of Python.
        supported: All series.
    """
    missing: dict[str, list[Pin]] = {}
    for pin in found:
        elsewhere = pin.wheels is None or any(pin.fits(series) for series in supported)
        if elsewhere and not pin.fits(version):
            missing.setdefault(pin.path, []).append(pin)
    return tuple(_sentence(path, named, version, supported) for path, named in missing.items())


def _sentence(path: str, named: list[Pin], version: str, supported: Sequence[str]) -> str:
    pinned = ", ".join(f"{pin.name} {pin.ceiling.text}" for pin in named)
    least = [(pin, pin.first(version)) for pin in named]
    newer = [(pin.name, first) for pin, first in least if first and not pin.ceiling.takes(first)]
    raised = ", ".join(f"{name}>={'.'.join(map(str, first))}" for name, first in newer)
    told = f"{path} pins {pinned}, without a wheel for Python {version}: raise it{f' ({raised})' if raised else ''}"
    better = [each for each in reversed(supported) if all(pin.fits(each) for pin in named)]
    return f"{told}, or write {better[0]} into .python-version." if better else f"{told}."


def _locked(path: str, text: str) -> list[Pin]:
    """The packages of a lock file, each with the tags of its wheels."""
    found = []
    for section in text.split("[[package]]")[1:]:
        name, version = _NAME.search(section), _VERSION.search(section)
        if name is not None and version is not None:
            tags = _tags(_WHEEL.findall(section))
            ceiling = Ceiling(version[1], _numbers(version[1]), True)
            found.append(Pin(path, name[1], ceiling, tuple(dict.fromkeys(tags))))
    return found


def _tags(wheels: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Of the tags of wheels those for Linux with glibc, and for every platform."""
    return [(python, abi) for python, abi, platform in wheels if platform == "any" or "manylinux" in platform]


def _runs(python: str, abi: str, minor: int) -> bool:
    """Whether the wheel with these tags is one for a minor version of Python 3."""
    for tag in python.split("."):
        if tag.startswith("py3") or (tag == f"cp3{minor}" and not abi.endswith("t")):
            return True
        if abi == "abi3" and tag.startswith("cp3") and tag[3:].isdigit() and int(tag[3:]) <= minor:
            return True
    return False


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part[:9]) for part in version.split(".") if part.isdigit())
