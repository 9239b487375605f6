"""What is left out of a source archive, and of the images of stacks."""

import os
import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import attrs

from sh0.errors import Invalid
from sh0.source.dockerignore import IGNORE_FILE, NOTHING, DockerIgnore, ignore_file_of, lines_of
from sh0.source.gitignore import GitIgnore

__all__ = ["ALWAYS", "HELD_BACK", "Ignore", "PackedBuild", "secret_file"]

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

_NEVER_MISSED: Final = ALWAYS - {"node_modules", ".venv"}

_EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults")
_NEEDED = frozenset({"Dockerfile", "Procfile", "sh0.yaml", ".dockerignore", ".sh0ignore"})
_LARGEST = 1 << 20  # bytes of an ignore file


def _in_any_case(name: str) -> str:
    return "".join(f"[{char}{char.upper()}]" if char.isalpha() else char for char in name)


HELD_BACK: Final = (
    *(f"**/{_in_any_case(name)}" for name in (".env", ".env.*", ".env-*", ".env_*", ".envrc")),
    *(f"!**/{_in_any_case(name)}" for name in _EXAMPLES),
)
"""Patterns, in the syntax of ``.dockerignore``, of the files that `secret_file` names, which belong into no image."""


def secret_file(name: str) -> bool:
    """Whether a file or folder of that name is held back, whatever an ignore file says.

    These are ``.env``, ``.envrc`` and the variants of ``.env``, such as ``.env.local``, but for examples.
    """
    if not name.startswith("."):
        return False
    lowered = name.lower()
    variant = lowered.startswith((".env.", ".env-", ".env_"))
    return (variant or lowered in (".env", ".envrc")) and lowered not in _EXAMPLES


@attrs.frozen
class PackedBuild:
    """An image that is built from what is packed.

    Attributes:
        context: The folder that is its build context, relative to what is packed; empty for all of it.
        dockerfile: Path of its Dockerfile below the context.
    """

    context: str = ""
    dockerfile: str = "Dockerfile"


class Ignore:
    """Decides, for each path of a folder, whether it is left out.

    Read in this order, the last word counting: every ``.gitignore`` from the top down, the ignore files of the builds
    (``.dockerignore``, or the one that a Dockerfile has of its own, as `ignore_file_of` decides), ``.sh0ignore``.
    Before any of them come `ALWAYS`, `secret_file` and virtual environments of Python, which nothing can negate.
    The ignore file of a build has no say about what lies outside of its context, about the files that a build is
    controlled by (the Dockerfile itself, the Procfile), and about what another build or a container needs.

    Args:
        folder: The folder.
        builds: What is built from it.
        mounted: Paths in it that containers mount.

    Attributes:
        held_back: What `walk` has left out so far that no ignore file names and that somebody may miss: secret files,
            packages of Node, virtual environments.

    Raises:
        Invalid: One of these files has more patterns, or longer ones, than anybody needs.
    """

    def __init__(
        self, folder: Path, builds: Iterable[PackedBuild] = (PackedBuild(),), mounted: Iterable[str] = ()
    ) -> None:
        self._folder = folder
        self.held_back: list[str] = []
        builds = tuple(builds)
        self._contexts = tuple(dict.fromkeys(_context(folder, build) for build in builds))
        self._docker = tuple(DockerIgnore(lines_of(_text(folder / path) or ""), path) for _, path in self._contexts)
        self._controls = {path for build in builds for path in _controls(build)}
        self._mounted = tuple("" if path == "." else path for path in mounted)
        self._inner = tuple(context for context, _ in self._contexts if context)
        self._ours = GitIgnore(_text(folder / ".sh0ignore") or "", ".sh0ignore")
        self._spared = self._ours.negates or any(docker.negates for docker in self._docker)

    def walk(self) -> Iterator[str]:
        """Paths that are kept, relative and posix, in a fixed order; a kept folder comes before what is in it."""
        yield from self._walk("", (), (NOTHING,) * len(self._docker))

    def _walk(
        self, prefix: str, rules: "tuple[_Rules, ...]", above: tuple[int, ...], excluded: bool = False
    ) -> Iterator[str]:
        text = None if excluded else _text(self._folder / prefix / ".gitignore")
        if text is not None:
            source = f"{prefix}/.gitignore" if prefix else ".gitignore"
            rules = (*rules, _Rules(prefix, GitIgnore(text, source)))
        try:
            children = sorted((self._folder / prefix).iterdir(), key=lambda child: child.name)
        except OSError:
            return
        for child in children:
            if child.name in _NEVER_MISSED:
                continue
            path = f"{prefix}/{child.name}" if prefix else child.name
            folder = child.is_dir() and not child.is_symlink()
            git_excludes = excluded or _judged(path, folder, rules)
            places = self._places(path, above)
            verdicts = (self._docker_says(path, places), self._ours_says(path, folder))
            left_out = next((each for each in reversed(verdicts) if each is not None), git_excludes)
            if child.name in ALWAYS or secret_file(child.name) or (folder and (child / "pyvenv.cfg").is_file()):
                self.held_back += [] if left_out else [path]
                continue
            if not left_out:
                yield path
            if folder and (not left_out or self._spared or any(_within(each, path) for each in self._controls)):
                yield from self._walk(path, rules, places, excluded=git_excludes)

    def _places(self, path: str, above: tuple[int, ...]) -> tuple[int, ...]:
        """The pattern of each build that decides about a path; none for a path outside of its context."""
        return tuple(
            docker.decides(path[len(context) + 1 if context else 0 :], place) if _within(path, context) else NOTHING
            for (context, _), docker, place in zip(self._contexts, self._docker, above, strict=True)
        )

    def _docker_says(self, path: str, places: tuple[int, ...]) -> bool | None:
        """What the builds say about a path: it is left out if all of them leave it out in whose context it lies."""
        if path in self._controls or _needed(path.rpartition("/")[2]):
            return None
        if any(_within(needed, path) or needed == path for needed in (*self._mounted, *self._inner)):
            return None
        if any(_within(path, mounted) for mounted in self._mounted):
            return None
        verdicts = {
            docker.verdict(place)
            for (context, _), docker, place in zip(self._contexts, self._docker, places, strict=True)
            if _within(path, context)
        }
        return False if False in verdicts else verdicts == {True} or None

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


def _context(folder: Path, build: PackedBuild) -> tuple[str, str]:
    """The folder of a build with the path of the ignore file that counts for it."""
    top = folder / build.context
    return build.context, posixpath.join(build.context, ignore_file_of(top, top / build.dockerfile))


def _controls(build: PackedBuild) -> tuple[str, str]:
    path = posixpath.normpath(posixpath.join(build.context, build.dockerfile))
    return path, f"{path}{IGNORE_FILE}"


def _within(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


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
