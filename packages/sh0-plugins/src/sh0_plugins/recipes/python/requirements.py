"""Reading requirements files (pip's "Requirements File Format") and requirement strings (PEP 508)."""

import posixpath
import re

import attrs

from sh0.plugin import SourceTree
from sh0_plugins.recipes.outside import refuse_outside

__all__ = ["Requirements", "normalise", "parse_requirement", "read_requirements"]

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")
_OPTION = re.compile(r"^(-r|--requirement|-c|--constraint|-e|--editable)[\s=]*(\S.*)$")
_COMMENT = re.compile(r"(^|\s)#.*$")


@attrs.frozen
class Requirements:
    """What a requirements file and the files it includes say.

    Attributes:
        files: The files, itself first.
        packages: Names in normal form, each with its extras.
        local: Paths of the project that it installs from.
        git: Whether something comes from a Git repository.
    """

    files: tuple[str, ...]
    packages: dict[str, frozenset[str]]
    local: tuple[str, ...]
    git: bool


def normalise(name: str) -> str:
    """The normal form of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_requirement(text: str) -> tuple[str, frozenset[str]] | None:
    """Name and extras of a requirement, or None if it has no name."""
    match = _REQUIREMENT.match(text)
    if match is None:
        return None
    extras = frozenset(normalise(extra.strip()) for extra in (match[2] or "").split(",") if extra.strip())
    return normalise(match[1]), extras


def read_requirements(project: SourceTree, path: str) -> Requirements:
    """Read a requirements file; files that it names and that are not there are left to pip to complain about.

    Raises:
        UnsupportedProject: One of them is a path out of the project.
    """
    files: list[str] = []
    packages: dict[str, frozenset[str]] = {}
    local: list[str] = []
    git = False
    waiting = [path]
    while waiting:
        current = waiting.pop(0)
        text = project.text(current)
        if text is None or current in files:
            continue
        files.append(current)
        # pip itself splits with str.splitlines, so what ends a line here is what ends one there.
        for raw in re.sub(r"\\\n", " ", text).splitlines():
            line = _COMMENT.sub("", raw).strip()
            option = _OPTION.match(line)
            if option and option[1] in ("-r", "--requirement", "-c", "--constraint"):
                waiting.append(posixpath.normpath(posixpath.join(posixpath.dirname(current), option[2].strip())))
                continue
            target = option[2] if option else line
            git = git or "git+" in target
            if "git+" not in target and (target.startswith(("./", "../", ".", "file:")) or "@ file:" in target):
                if target.startswith("."):
                    refuse_outside(current, target.partition("[")[0])
                local.append(target)
            elif not option and line and not line.startswith("-"):
                named = parse_requirement(line)
                if named is not None and "://" not in line.split("@")[0]:
                    packages[named[0]] = packages.get(named[0], frozenset()) | named[1]
    return Requirements(tuple(files), packages, tuple(local), git)
