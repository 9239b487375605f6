"""Reading the files of a project once, and asking the triggers about each while it is at hand."""

import os
import re
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import attrs

from sh0.rules.model import Rule
from sh0.rules.triggers import Triggers
from sh0.source.tree import TEXT_LIMIT

__all__ = ["Awaited", "Reader", "decode", "may_be_pointer", "stamps"]

_BATCH = 256
_FEW = 32
_BINARY = 8192
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OPAQUE = frozenset(
    {"png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "bmp", "tiff", "pdf", "woff", "woff2", "ttf", "otf", "eot"}
    | {"mp3", "mp4", "mov", "avi", "webm", "ogg", "wav", "flac", "zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar"}
    | {"jar", "war", "class", "so", "dll", "dylib", "exe", "o", "a", "pyc", "wasm", "bin", "dat", "iso", "img"}
    | {"sqlite", "sqlite3", "db", "parquet", "npy", "pt", "onnx"}
)
"""Endings of names that are not opened: what is in such a file is no text."""
_POINTER = re.compile(r"[1-9][0-9]{2}:")
"""How the stamp begins of a file that may be a pointer to one, which Git LFS keeps elsewhere."""


@attrs.frozen
class Awaited:
    """A file that some rule wants to see.

    Attributes:
        path: Its path.
        content: Its first mebibyte, with Unix ends of lines, in UTF-8 unless it is neither that nor UTF-16.
        rules: The rules whose trigger it matches.
        crlf: Whether a line of it ends with a carriage return and a line feed.
    """

    path: str
    content: bytes
    rules: list[Rule]
    crlf: bool = False


def may_be_pointer(stamp: str) -> bool:
    """Whether a file is as small as a pointer of Git LFS: one that is called as what it stands for is opened then."""
    return _POINTER.match(stamp) is not None


def stamps(root: Path, names: Sequence[str]) -> dict[str, str]:
    """A short text for each regular file that changes when the file does: its size, times and inode.

    Links are not followed, and have none: what they lead to is in the tree under its own name.
    """
    found = {}
    prefix = f"{root}/"
    for name in names:
        try:
            s = os.lstat(prefix + name)
        except (OSError, ValueError):
            continue
        if stat.S_ISREG(s.st_mode):
            found[name] = f"{s.st_size}:{s.st_mtime_ns}:{s.st_ctime_ns}:{s.st_ino}"
    return found


class Reader:
    """Reads files, each once, and asks the triggers about them.

    Args:
        root: The folder that paths are relative to.
        triggers: The triggers.
        always: Files that are wanted whatever is in them.
        opened: Files that are opened whatever they are called.

    Attributes:
        unreadable: Files that could not be read, each with the reason.
    """

    def __init__(
        self, root: Path, triggers: Triggers, always: frozenset[str], opened: frozenset[str] = frozenset()
    ) -> None:
        self._root, self._triggers, self._always, self._opened = root, triggers, always, opened
        self.unreadable: dict[str, str] = {}

    def read(self, paths: Sequence[str]) -> Iterator[Awaited]:
        """Read files and give those that a rule wants to see.

        Both reading and matching leave the interpreter to others, so that two threads share the work.
        """
        wanted = [
            path for path in paths if _ending(path) not in _OPAQUE or path in self._opened or path in self._always
        ]
        if len(wanted) <= _FEW:
            yield from self._matched(wanted)
            return
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            half = _Half(self._matched, batch[1::2])
            mine = list(self._matched(batch[::2]))
            yield from mine
            yield from half.result()

    def _matched(self, paths: Sequence[str]) -> Iterator[Awaited]:
        for path in paths:
            content = self._content(path)
            if content is None:
                continue
            crlf = b"\r\n" in content
            content = content.replace(b"\r\n", b"\n") if crlf else content
            rules = self._triggers.of(path, content)
            if rules or path in self._always:
                yield Awaited(path, content, rules, crlf)

    def _content(self, path: str) -> bytes | None:
        """The first mebibyte of a text; None for anything else, and for what cannot be read."""
        try:
            descriptor = os.open(f"{self._root}/{path}", os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                content = os.read(descriptor, TEXT_LIMIT)
            finally:
                os.close(descriptor)
        except OSError as error:
            self.unreadable[path] = error.strerror or str(error)
            return None
        if content.startswith(_UTF16):
            content = content.decode("utf-16", errors="replace").encode()
        elif b"\0" in content[:_BINARY]:
            return None
        return content.removeprefix(b"\xef\xbb\xbf")


class _Half(threading.Thread):
    """Half of a batch, on a thread of its own."""

    def __init__(self, work: Callable[[Sequence[str]], Iterator[Awaited]], paths: Sequence[str]) -> None:
        super().__init__(name="sh0-checks", daemon=True)
        self._work, self._paths = work, paths
        self._found: list[Awaited] = []
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._found = list(self._work(self._paths))
        except BaseException as error:
            self._error = error

    def result(self) -> list[Awaited]:
        self.join()
        if self._error is not None:
            raise self._error
        return self._found


def decode(content: bytes) -> str:
    """The text of what was read."""
    return content.decode("utf-8", errors="replace")


def _ending(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[2].rpartition(".")[2].lower()
