"""Where the files of a project come from: a folder that nobody leaves, or texts."""

import os
import posixpath
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from sh0.errors import Invalid

__all__ = ["FileSource", "FolderFiles", "TextFiles", "resolve"]

SIZE_LIMIT: Final = 4 << 20
"""Bytes of a file."""


class FileSource(Protocol):
    """The files of a project. Paths are posix and relative to its top."""

    def text(self, path: str) -> str | None:
        """The text of a file, or None if it is not there.

        Raises:
            Invalid: It lies outside of the project, is no text, or is too large.
        """
        ...


def resolve(base: str, path: str) -> str:
    """A path that is written relative to a folder, as one relative to the top of the project.

    What lies outside keeps saying so: an absolute path stays one, and ``..`` stays in front.
    """
    return posixpath.normpath(posixpath.join(base or ".", path))


def is_inside(path: str) -> bool:
    """Whether a resolved path lies below the top of the project."""
    return not path.startswith(("/", "~")) and path != ".." and not path.startswith("../")


class TextFiles:
    """Files that are given as texts, by their paths."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {posixpath.normpath(path): text for path, text in texts.items()}

    def text(self, path: str) -> str | None:
        """The text of a file, or None if it is not there."""
        path = posixpath.normpath(path)
        if not is_inside(path):
            raise _outside(path)
        text = self._texts.get(path)
        return None if text is None else _checked(text, path)


class FolderFiles:
    """The files of a folder. A link that leads out of it is refused.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def text(self, path: str) -> str | None:
        """The text of a file, or None if it is not there."""
        if "\0" in path or not is_inside(posixpath.normpath(path)):
            raise _outside(path)
        try:
            target = (self._root / path).resolve()
            if not target.is_relative_to(self._root):
                raise _outside(path)
            descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
            raise _unreadable(path, getattr(error, "strerror", None) or "its links lead in a circle") from None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _unreadable(path, "it is no regular file")
            with open(descriptor, "rb", closefd=False) as file:
                content = file.read(SIZE_LIMIT + 1)
        finally:
            os.close(descriptor)
        if len(content) > SIZE_LIMIT:
            raise _unreadable(path, f"it is larger than {SIZE_LIMIT >> 20} MiB")
        try:
            return _checked(content.decode("utf-8-sig"), path)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise _unreadable(f"{path}, line {line}", "it is no text in UTF-8") from None


def _checked(text: str, path: str) -> str:
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _unreadable(f"{path}, line {line}", "it holds a NUL byte and is no text")
    return text.replace("\r\n", "\n")


def _outside(path: str) -> Invalid:
    return Invalid(
        f"{path!r:.200} lies outside of the project and is not read",
        hint="Put the file into the project, or name it relative to the Compose file.",
        path=path,
    )


def _unreadable(path: str, reason: str) -> Invalid:
    return Invalid(f"{path} cannot be read: {reason}", hint="Correct the file, or name another.", path=path)


if TYPE_CHECKING:
    _: tuple[type[FileSource], ...] = (FolderFiles, TextFiles)
