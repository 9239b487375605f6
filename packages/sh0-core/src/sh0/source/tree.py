"""A bounded, read-only view of a folder, for looking at it without trusting it."""

import os
import re
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path

from sh0.errors import Invalid, InvalidValue
from sh0.source.globs import matches
from sh0.source.tomltext import load_toml

__all__ = ["Project", "SourceTree"]

TEXT_LIMIT = 1 << 20
"""Bytes of a file that are looked at."""
NAMES_LIMIT = 20_000
"""Files that a walk names before it stops."""
DEPTH_LIMIT = 12
"""Folders that a walk goes down."""

SKIPPED = frozenset(
    {".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache"}
    | {".pytest_cache", ".ruff_cache", ".next", ".yarn", "site-packages", ".idea", ".vscode"}
)
"""Folders that say nothing about what a project is."""

_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


class SourceTree:
    """A folder of source. Every file is read at most once, and only its first mebibyte.

    Links that lead out of the folder do not exist as far as this class is concerned, and linked folders are
    not walked into. The folder is walked when its names are first asked for.

    Args:
        repository: The whole source.
        folder: The folder in it that is looked at; empty for all of it.

    Raises:
        InvalidValue: There is no such folder in it.
    """

    def __init__(self, repository: Path, folder: str = "") -> None:
        self._repository = repository.resolve()
        self.root = self._repository
        if folder:
            self.root = _folder(self._repository, folder)
        self.folder = "" if self.root == self._repository else self.root.relative_to(self._repository).as_posix()
        self.repository = self._repository
        """The whole source."""
        self._texts: dict[str, str | None] = {}
        self._objects: dict[str, dict[str, object]] = {}
        self._values: dict[str, object] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Paths of the files, the shallow ones first."""
        return tuple(islice(self._walk(), NAMES_LIMIT))

    @property
    def truncated(self) -> bool:
        """Whether there may be more files than `names` says."""
        return len(self.names) >= NAMES_LIMIT

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.names)

    @cached_property
    def around(self) -> tuple[tuple["SourceTree", str], ...]:
        """The folders of the repository that this one lies in, nearest first, and its path in each."""
        parts = self.folder.split("/") if self.folder else []
        ends = range(len(parts) - 1, -1, -1)
        return tuple((SourceTree(self._repository, "/".join(parts[:end])), "/".join(parts[end:])) for end in ends)

    def has(self, path: str) -> bool:
        """Whether a file of that path is there."""
        return path in self._known

    def first(self, *paths: str) -> str | None:
        """The first of the paths that is there."""
        return next((path for path in paths if path in self._known), None)

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Files right in the folder whose names match, case and all."""
        return tuple(name for name in self.names if "/" not in name and matches(name, pattern))

    def has_folder(self, path: str) -> bool:
        """Whether any file lies below that folder."""
        return any(name.startswith(path + "/") for name in self.names)

    def text(self, path: str) -> str | None:
        """The text of a file, or None if it is not there.

        Bytes that are no UTF-8 become U+FFFD; a byte order mark of UTF-16, as some Windows shells write it, is
        honoured. A longer file is cut off after one mebibyte.
        """
        if path not in self._texts:
            content = self._read(path)
            self._texts[path] = None if content is None else _decode(content[:TEXT_LIMIT])
        return self._texts[path]

    def content(self, path: str) -> bytes | None:
        """The bytes of a file, or None if it is not there; more than one mebibyte is cut off."""
        return self._read(path)

    def json(self, path: str, *, lenient: bool = False) -> dict[str, object] | None:
        """The object in a JSON file, or None if the file is not there.

        Args:
            path: The file.
            lenient: Whether it may hold comments and the like (JSON5).

        Raises:
            Invalid: The file is broken, too large, or holds something else than an object.
        """
        import json  # not needed for most projects

        from sh0.source.json5text import load_json5

        if path in self._objects:
            return self._objects[path]
        text = self._whole(path)
        if text is None:
            return None
        try:
            value = load_json5(text) if lenient else json.loads(text)
        except json.JSONDecodeError as error:
            raise _broken(path, "JSON", error.msg, error.lineno) from None
        except ValueError:
            raise _broken(path, "JSON", "a number has more digits than anybody can mean", None) from None
        except RecursionError:
            raise _broken(path, "JSON", "it is nested too deeply", None) from None
        if not isinstance(value, dict):
            raise _broken(path, "JSON", "the outermost value is not an object", 1)
        self._objects[path] = value
        return value

    def yaml(self, path: str) -> object:
        """The value in a YAML file of one document, or None if the file is not there or empty.

        Raises:
            Invalid: The file is broken or too large.
        """
        from sh0.source.yamltext import load  # not needed for most projects

        if path not in self._values:
            text = self._whole(path)
            self._values[path] = load(text, path).value if text else None
        return self._values[path]

    def toml(self, path: str) -> dict[str, object] | None:
        """The tables of a TOML file, or None if the file is not there.

        Raises:
            Invalid: The file is broken or too large.
        """
        text = self._whole(path)
        if text is None:
            return None
        try:
            return load_toml(text)
        except ValueError as error:
            found = _LINE.search(str(error))
            reason = _LINE.sub("", str(error)).strip()
            raise _broken(path, "TOML", reason, int(found[1]) if found else None) from None

    def _whole(self, path: str) -> str | None:
        content = self._read(path)
        if content is not None and len(content) > TEXT_LIMIT:
            raise _broken(path, "text", f"it is larger than {TEXT_LIMIT} bytes", None)
        return None if content is None else _decode(content)

    def _read(self, path: str) -> bytes | None:
        try:
            # Of the functions that follow links, this is the fast one; a link to itself stays as it is.
            target = os.path.realpath(os.path.join(self.root, path))
            if not target.startswith(os.path.join(self.root, "")) or not os.path.isfile(target):
                return None
            with open(target, "rb") as file:
                return file.read(TEXT_LIMIT + 1)
        except ValueError:  # a zero byte in the path
            return None
        except OSError as error:
            raise Invalid(f"{path} cannot be read: {error.strerror}", path=path) from None

    def _walk(self) -> Iterator[str]:
        folders = deque([("", 0)])
        while folders:
            folder, depth = folders.popleft()
            try:
                entries = self._entries(folder)
            except OSError:
                continue
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in SKIPPED and depth < DEPTH_LIMIT:
                        folders.append((path, depth + 1))
                elif entry.is_file(follow_symlinks=False) or (entry.is_symlink() and self._inside(path)):
                    yield path

    def _entries(self, folder: str) -> "list[os.DirEntry[str]]":
        return sorted(os.scandir(self.root / folder), key=lambda entry: entry.name)

    def _inside(self, path: str) -> bool:
        try:
            target = (self.root / path).resolve(strict=True)
        except (OSError, RuntimeError):
            return False
        return target.is_file() and target.is_relative_to(self.root)


def _folder(repository: Path, folder: str) -> Path:
    missing = InvalidValue(f"there is no folder {folder!r} in this revision", path="$.root", reason="missing")
    try:
        found = (repository / folder).resolve()
    except (ValueError, RuntimeError):
        raise missing from None
    if not found.is_dir() or not found.is_relative_to(repository):
        raise missing
    return found


def _decode(content: bytes) -> str:
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return content.decode("utf-16" if utf16 else "utf-8-sig", errors="replace").replace("\r\n", "\n")


def _broken(path: str, kind: str, reason: str, line: int | None) -> Invalid:
    where = path if line is None else f"{path}, line {line}"
    return Invalid(f"{where}: this is not valid {kind}: {reason}", hint=f"Correct {path}.", path=path, line=line)


Project = SourceTree
"""Its name inside: outside, `sh0.Project` is the record of a platform."""
