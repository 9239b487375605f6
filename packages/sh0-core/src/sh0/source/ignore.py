"""What is left out of a source archive, and of the images of stacks."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs

from sh0.errors import Invalid
from sh0.source.dockerignore import NOTHING, DockerIgnore, lines_of
from sh0.source.gitignore import GitIgnore

__all__ = ["ALWAYS", "HELD_BACK", "Ignore", "secret_file"]

ALWAYS: Final = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".sh0",
        "node_modules",
        "__pycache__",
        ".venv",
        ".tox",
        ".nox",
        ".DS_Store",
    }
    | {
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
        ".pdm-python",
        ".direnv",
        ".terraform",
    }
)
"""Names that never leave the machine, at any depth: made by tools, useless elsewhere."""

_EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults")
_NEEDED = frozenset({"Dockerfile", "Procfile", ".dockerignore", ".sh0ignore"})
_LARGEST = 1 << 20  # bytes of an ignore file

HELD_BACK: Final = (
    *(f"**/{name}" for name in (".env", ".env.*", ".env-*", ".env_*", ".envrc")),
    *(f"!**/{name}" for name in _EXAMPLES),
)
"""Patterns, in the syntax of ``.dockerignore``, of files that hold secrets and belong into no image."""


def secret_file(name: str) -> bool:
    """Whether a file or folder of that name is held back, whatever an ignore file says.

    These are ``.env``, ``.envrc`` and the variants of ``.env``, such as ``.env.local``, but for examples.
    """
    lowered = name.lower()
    variant = lowered.startswith((".env.", ".env-", ".env_"))
    return (variant or lowered in (".env", ".envrc")) and lowered not in _EXAMPLES


class Ignore:
    """Decides, for each path of a folder, whether it is left out.

    Read in this order, the last word counting: every ``.gitignore`` from the top down, ``.dockerignore``,
    ``.sh0ignore``. Before any of them come `ALWAYS`, `secret_file` and virtual
    environments of Python, which nothing can negate.
    ``.dockerignore`` has no say about the files that a build is controlled by (the Dockerfile itself, the Procfile).

    Args:
        folder: The folder.

    Raises:
        Invalid: One of these files has more patterns, or longer ones, than anybody needs.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._docker = DockerIgnore(lines_of(_text(folder / ".dockerignore") or ""))
        self._ours = GitIgnore(_text(folder / ".sh0ignore") or "", ".sh0ignore")
        self._spared = self._docker.negates or self._ours.negates

    def walk(self) -> Iterator[str]:
        """Paths that are kept, relative and posix, in a fixed order; a kept folder comes before what is in it."""
        yield from self._walk("", (), NOTHING)

    def _walk(self, prefix: str, rules: "tuple[_Rules, ...]", above: int, excluded: bool = False) -> Iterator[str]:
        text = None if excluded else _text(self._folder / prefix / ".gitignore")
        if text is not None:
            source = f"{prefix}/.gitignore" if prefix else ".gitignore"
            rules = (*rules, _Rules(prefix, GitIgnore(text, source)))
        try:
            children = sorted((self._folder / prefix).iterdir(), key=lambda child: child.name)
        except OSError:
            return
        for child in children:
            if child.name in ALWAYS or secret_file(child.name):
                continue
            path = f"{prefix}/{child.name}" if prefix else child.name
            folder = child.is_dir() and not child.is_symlink()
            if folder and (child / "pyvenv.cfg").is_file():
                continue
            git_excludes = excluded or _judged(path, folder, rules)
            place = self._docker.decides(path, above)
            verdicts = (None if _needed(child.name) else self._docker.verdict(place), self._ours_says(path, folder))
            left_out = next((each for each in reversed(verdicts) if each is not None), git_excludes)
            if not left_out:
                yield path
            if folder and (not left_out or self._spared):
                yield from self._walk(path, rules, place, excluded=git_excludes)

    def _ours_says(self, path: str, folder: bool) -> bool | None:
        """What ``.sh0ignore`` says about a path, or about the nearest folder around it."""
        verdict = self._ours.verdict(path, folder=folder)
        while verdict is None and (path := path.rpartition("/")[0]):
            verdict = self._ours.verdict(path, folder=True)
        return verdict


@attrs.frozen
class _Rules:
    folder: str
    lines: GitIgnore


def _judged(path: str, folder: bool, rules: tuple[_Rules, ...]) -> bool:
    for each in reversed(rules):
        inside = path.removeprefix(f"{each.folder}/") if each.folder else path
        verdict = each.lines.verdict(inside, folder=folder)
        if verdict is not None:
            return verdict
    return False


def _needed(name: str) -> bool:
    return name in _NEEDED or name.startswith("Dockerfile.") or name.endswith(".Dockerfile")


def _text(file: Path) -> str | None:
    """The text of an ignore file; None where there is none, or a link in its place."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError:
        return None
    if len(content) > _LARGEST:
        raise Invalid(f"{file.name} is larger than {_LARGEST >> 20} MiB", hint="Shorten it.", path=file.name)
    return content.decode("utf-8", "surrogateescape")
