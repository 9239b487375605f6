"""What manifests and lock files of the package managers say, read as text."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sh0.plugin import SourceTree

__all__ = ["TOPS", "beside", "folder_of", "may_be_deployed", "node_dependencies", "place_of", "version", "wanted"]

Version = tuple[int, ...]

_KINDS: Final = ("dependencies", "devDependencies", "optionalDependencies")
_WORKSPACES: Final = ("pnpm-workspace.yaml", "lerna.json", "nx.json", "turbo.json", "rush.json", "go.work")
TOPS: Final = (
    *("package.json", "deno.json", "pyproject.toml", "requirements.txt", "Pipfile", "setup.py", "manage.py", "go.mod"),
    *("Gemfile", "composer.json", "Cargo.toml", "mix.exs", "pom.xml", "build.gradle", "build.gradle.kts", "build.sbt"),
)
"""Files that make the top of a project an app of its own."""

_OUTSIDE = ("link:", "file:", "workspace:", "portal:", "catalog:", "npm:", "git", "http", "github:", "patch:")


def folder_of(path: str) -> str:
    """The folder of a file, with a slash at its end; empty at the top."""
    return path[: path.rfind("/") + 1]


def beside(project: "SourceTree", folder: str, *names: str) -> str | None:
    """The first of these files that lies in a folder or in one around it, as in a workspace."""
    while True:
        found = project.first(*(folder + name for name in names))
        if found is not None or not folder:
            return found
        folder = folder_of(folder[:-1])


def may_be_deployed(project: "SourceTree", folder: str) -> bool:
    """Whether what lies in a folder becomes part of an app: of the one at the top, or of one whose root it is.

    Args:
        project: The project.
        folder: The folder, with a slash at its end; empty at the top.
    """
    if not folder:
        return True
    manifest = project.json("package.json") or {}
    workspace = "workspaces" in manifest or project.first(*_WORKSPACES) is not None
    return workspace or project.first(*TOPS) is None


def node_dependencies(manifest: dict[str, object], *kinds: str) -> Iterator[tuple[str, str]]:
    """Name and range of the dependencies in a package.json."""
    for kind in kinds or _KINDS:
        table = manifest.get(kind)
        for name, wished in table.items() if isinstance(table, dict) else ():
            if isinstance(wished, str):
                yield name, wished


def wanted(range_: str) -> bool:
    """Whether a range is one of the registry's, and neither a path nor a repository."""
    return not range_.startswith(_OUTSIDE) and "/" not in range_


def version(text: str) -> Version | None:
    """The numbers of a version; None for what is none, or a version before a release."""
    found = re.fullmatch(r"[v=]?(\d+(?:\.\d+){0,3})(?:[.+](?:RELEASE|Final|[\w.]*))?", text.strip())
    return tuple(int(part) for part in found[1].split(".")) if found else None


def place_of(text: str, pattern: str) -> tuple[int, int]:
    """Line and column of the first match of a pattern, or the first line."""
    found = re.search(pattern, text)
    if found is None:
        return 1, 1
    start = found.start("at") if "at" in found.re.groupindex else found.start()
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
