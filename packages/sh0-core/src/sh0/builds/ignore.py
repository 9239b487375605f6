"""What is left out of a source archive, and of the context of a generated Dockerfile."""

import re
import warnings
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final

import attrs
from pathspec import GitIgnoreSpec

__all__ = ["ALWAYS", "GENERATED_CONTEXT", "Ignore", "ignore_spec", "secret_file"]

ALWAYS: Final = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".sh0",
        "node_modules",
        "__pycache__",
        ".venv",
        "venv",
        ".tox",
        ".nox",
        ".DS_Store",
    }
    | {
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
        ".idea",
        ".pdm-python",
        ".direnv",
        ".terraform",
    }
)
"""Names that never leave the machine, at any depth: made by tools, useless elsewhere."""

_EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults")
_NEEDED = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Procfile", ".dockerignore", ".sh0ignore")

HELD_BACK: Final = ("**/.env*", *(f"!**/{name}" for name in _EXAMPLES))
"""Patterns, in the syntax of ``.dockerignore``, of files that hold secrets and belong into no image."""

GENERATED_CONTEXT: Final = (*(f"**/{name}" for name in sorted(ALWAYS)), *HELD_BACK)
"""Patterns, in the syntax of ``.dockerignore``, of what no generated Dockerfile copies."""


def secret_file(name: str) -> bool:
    """Whether a file or folder of that name is held back, whatever an ignore file says: ``.env*`` but examples."""
    lowered = name.lower()
    return lowered.startswith(".env") and lowered not in _EXAMPLES


@attrs.frozen
class _Rules:
    folder: str
    spec: GitIgnoreSpec
    spares: bool

    def verdict(self, path: str) -> bool | None:
        """True to leave out, False to keep, None for no opinion."""
        inside = path.removeprefix(f"{self.folder}/") if self.folder else path
        if self.folder and inside == path:
            return None
        bare = inside.rstrip("/")
        if self.spares and any(fnmatchcase(PurePosixPath(bare).name, pattern) for pattern in _NEEDED):
            return None
        return self.spec.check_file(inside).include


class Ignore:
    """Decides, for each path of a folder, whether it is left out.

    Read in this order, the last word counting: every ``.gitignore`` from the top down, ``.dockerignore``,
    ``.sh0ignore``. Before any of them come `ALWAYS` and `secret_file`, which nothing can negate.
    ``.dockerignore`` has no say about the files that a build is controlled by (the Dockerfile itself, the Procfile).

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        last = [
            self._read(".dockerignore", "", spares=True, rooted=True),
            self._read(".sh0ignore", "", spares=False, rooted=False),
        ]
        self._last = [rules for rules in last if rules is not None]
        self._spared = any(_negates(rules.spec) for rules in self._last)

    def walk(self) -> Iterator[str]:
        """Paths that are kept, relative and posix, in a fixed order; a kept folder comes before what is in it."""
        yield from self._walk("", ())

    def _walk(self, prefix: str, rules: tuple[_Rules, ...], excluded: bool = False) -> Iterator[str]:
        here = self._read(".gitignore", prefix, spares=False, rooted=False)
        if here is not None and not excluded:
            rules = (*rules, here)
        try:
            children = sorted((self._folder / prefix).iterdir(), key=lambda child: child.name)
        except OSError:
            return
        for child in children:
            if child.name in ALWAYS or secret_file(child.name):
                continue
            path = f"{prefix}/{child.name}" if prefix else child.name
            folder = child.is_dir() and not child.is_symlink()
            git_excludes = excluded or self._judge(f"{path}/" if folder else path, rules) is True
            verdict = self._judge(f"{path}/" if folder else path, tuple(self._last))
            left_out = git_excludes if verdict is None else verdict
            if not folder:
                if not left_out:
                    yield path
                continue
            if not left_out:
                yield path
            if not left_out or self._spared:
                yield from self._walk(path, rules, excluded=git_excludes)

    @staticmethod
    def _judge(path: str, rules: tuple[_Rules, ...]) -> bool | None:
        found: bool | None = None
        for each in rules:
            verdict = each.verdict(path)
            found = found if verdict is None else verdict
        return found

    def _read(self, name: str, prefix: str, *, spares: bool, rooted: bool) -> _Rules | None:
        file = self._folder / prefix / name
        if file.is_symlink() or not file.is_file():
            return None
        lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        return _Rules(prefix, ignore_spec([_rooted(line) for line in lines] if rooted else lines), spares)


def ignore_spec(lines: list[str]) -> GitIgnoreSpec:
    """The patterns that can be understood; a broken line is left out, as git does."""
    kept = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of what another version of Python may read into "[[]"
        for line in lines:
            try:
                GitIgnoreSpec.from_lines([line])
            except (ValueError, re.error):
                continue
            kept.append(line)
        return GitIgnoreSpec.from_lines(kept)


def _rooted(line: str) -> str:
    """A pattern of ``.dockerignore``, which always starts at the top, in the notation of git."""
    text = line.strip()
    if not text or text.startswith("#"):
        return ""
    mark, pattern = ("!", text[1:].strip()) if text.startswith("!") else ("", text)
    pattern = pattern.removeprefix("./").strip("/")
    return f"{mark}{pattern}" if pattern.startswith("**") else f"{mark}/{pattern}"


def _negates(spec: GitIgnoreSpec) -> bool:
    return any(pattern.include is False for pattern in spec.patterns)
