"""What a build leaves out of a tree, or cannot use as it is, and how the reader is told."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

from sh0.source.ignore import secret_file

__all__ = ["Leftovers", "kept_out", "look", "told_of_pointers", "told_of_secrets"]

_HISTORY: Final = frozenset({".git", ".hg", ".svn"})
_CLOSED: Final = _HISTORY | {"node_modules"}  # folders that nobody needs to look into
_DEPTH, _ENTRIES = 12, 100_000
_SHOWN = 5
_INSTALLERS = ("npm ", "yarn", "pnpm ", "bun ", "corepack ")
_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_POINTER_SIZES = range(100, 1025)  # bytes; the specification says that none is larger
_SPECIAL = frozenset("*?[]\\!")


@attrs.frozen
class Leftovers:
    """What was found in a tree that a build leaves out or cannot use.

    Attributes:
        histories: Folders of version control.
        modules: Folders ``node_modules``.
        environments: Virtual environments of Python.
        pointers: Files that stand for others, which Git LFS keeps elsewhere.
        secrets: Files and folders of variables, such as ``.env``.
    """

    histories: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def look(root: Path) -> Leftovers:
    """Look for them, without following links; what lies very deep or behind very many others is not seen."""
    found: dict[str, list[str]] = {field.name: [] for field in attrs.fields(Leftovers)}
    for path, entry in _walk(root):
        if secret_file(entry.name):
            found["secrets"].append(path)
        if not entry.is_dir(follow_symlinks=False):
            if _is_pointer(entry):
                found["pointers"].append(path)
        elif entry.name in _HISTORY:
            found["histories"].append(path)
        elif entry.name == "node_modules":
            found["modules"].append(path)
        elif _is_environment(entry):
            found["environments"].append(path)
    return Leftovers(**{kind: tuple(sorted(paths)) for kind, paths in found.items()})


def kept_out(found: Leftovers, commands: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a generated Dockerfile does not copy: patterns, in the syntax of ``.dockerignore``, and what may be missed.

    Args:
        found: What was found in the tree.
        commands: What the build runs: it brings the packages of Node itself, or uses those of the tree.
    """
    modules = found.modules if any(tool in command for command in commands for tool in _INSTALLERS) else ()
    told = (
        (found.histories, ""),  # no build misses the history of version control
        (modules, "{} left out of the build, which installs these packages itself."),
        (found.environments, "{} left out of the build: a virtual environment works only where it was made."),
    )
    patterns = tuple(_escaped(path) for paths, _ in told for path in paths)
    return patterns, tuple(text.format(_named(paths)) for paths, text in told if paths and text)


def told_of_pointers(found: Leftovers) -> tuple[str, ...]:
    """A warning of files that are not what they seem, if there are any."""
    if not found.pointers:
        return ()
    count = len(found.pointers)
    what = "1 file is a Git LFS pointer" if count == 1 else f"{count} files are Git LFS pointers"
    shown = ", ".join(found.pointers[:_SHOWN]) + (" …" if count > _SHOWN else "")
    return (
        (
            f"{what} instead of the content: {shown}. sh0 does not fetch from Git LFS: commit these files themselves "
            "('git lfs migrate export'), or run 'git lfs pull' and deploy the folder with 'sh0 push'."
        ),
    )


def told_of_secrets(found: Leftovers) -> tuple[str, ...]:
    """A warning of files of variables that no image of a stack gets, if there are any."""
    if not found.secrets:
        return ()
    return (f"{_named(found.secrets)} left out of the image: set variables with environment or env_file.",)


def _walk(root: Path) -> "Iterator[tuple[str, os.DirEntry[str]]]":
    folders, seen = [("", 0)], 0
    while folders and seen < _ENTRIES:
        folder, depth = folders.pop()
        try:
            entries = list(os.scandir(root / folder))
        except OSError:
            continue
        for entry in entries:
            seen += 1
            path = f"{folder}/{entry.name}" if folder else entry.name
            yield path, entry
            inner = entry.is_dir(follow_symlinks=False) and entry.name not in _CLOSED
            if inner and depth < _DEPTH and not _is_environment(entry):
                folders.append((path, depth + 1))


def _is_environment(entry: "os.DirEntry[str]") -> bool:
    return os.path.isfile(os.path.join(entry.path, "pyvenv.cfg"))


def _is_pointer(entry: "os.DirEntry[str]") -> bool:
    try:
        if not entry.is_file(follow_symlinks=False) or entry.stat(follow_symlinks=False).st_size not in _POINTER_SIZES:
            return False
        descriptor = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return os.read(descriptor, len(_POINTER)) == _POINTER
        finally:
            os.close(descriptor)
    except OSError:
        return False


def _named(paths: tuple[str, ...]) -> str:
    shown = ", ".join(paths[:_SHOWN]) + (f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else "")
    return f"{shown} {'is' if len(paths) == 1 else 'are'}"


def _escaped(path: str) -> str:
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in path)
