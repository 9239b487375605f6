"""Unpacking an archive that somebody sent: every name, link and size is checked before anything is written."""

import errno
import gzip
import io
import os
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NoReturn

import attrs

from sh0.errors import BadArchive, DiskFull

__all__ = ["UnpackLimits", "unpack"]

_CHUNK = 1 << 18
_LARGEST_HEADER = 1 << 20
_HEADERS_PER_FILE = 8 << 10
_LATEST_TIME = 1 << 33
_LONGEST_NAME, _DEEPEST = 255, 100
_DIRECTORY_PER_FILE = 512  # bytes of the directory at the end of a zip
_END, _END_64 = b"PK\5\6", b"PK\6\6"


@attrs.frozen
class UnpackLimits:
    """How much an archive may hold.

    Attributes:
        files: Files, folders and links, the folders that are made on the way to one included.
        total_bytes: Bytes of all files, unpacked; the archive itself may not be larger either.
    """

    files: int = 50_000
    total_bytes: int = 2 << 30


@attrs.frozen
class _Entry:
    name: str
    kind: str
    executable: bool = False
    mtime: float = 0
    size: int = 0
    target: str = ""
    content: IO[bytes] | None = None


def unpack(
    stream: IO[bytes],
    into: Path,
    limits: UnpackLimits = UnpackLimits(),
    proceed: Callable[[], None] = lambda: None,
) -> None:
    """Write a ``.tar``, ``.tar.gz`` or ``.zip`` into an empty folder; which of them it is, its first bytes say.

    Files become 0644 or 0755, folders 0755, whatever the umask is. Links stay links, wherever they lead: nothing is
    written through one, and whoever reads the folder does not follow them. Owners, special bits and empty names are
    dropped. After an error the folder holds a part of the archive and is the caller's to remove.

    Args:
        stream: The archive.
        into: The folder.
        limits: How much it may hold.
        proceed: Called again and again; raises if the work is to stop.

    Raises:
        BadArchive: It is damaged or no archive, larger than `limits`, or would write outside the folder.
    """
    folders = _Folders(Path(os.path.realpath(into)), limits.files)
    total = 0
    with tempfile.TemporaryFile(prefix="sh0-archive-") as spooled:
        try:
            _copy(stream, spooled, limits.total_bytes, "the archive", proceed)
            for entry in _entries(spooled, limits, proceed):
                proceed()
                total += entry.size
                if total > limits.total_bytes:
                    _refuse(f"it holds more than {limits.total_bytes} bytes")
                path = folders.place(entry)
                if path is not None:
                    _write(entry, path, proceed)
        except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile) as error:
            _refuse(f"it is damaged, or neither tar nor zip ({error})")
        except (NotImplementedError, RuntimeError, UnicodeError) as error:  # zipfile: a method, a password, a name
            _refuse(f"it cannot be read ({error})")
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            _refuse(f"two of its entries contradict each other ({error.filename})")
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise DiskFull("there is no room left to unpack the archive", hint="Free some space.") from None
            if error.errno == errno.ENAMETOOLONG:
                _refuse("one of its paths is too long")
            raise


def _refuse(reason: str) -> NoReturn:
    raise BadArchive(f"the archive is refused: {reason}", hint="Send a .tar, .tar.gz or .zip of the project's folder.")


def _copy(
    source: IO[bytes] | gzip.GzipFile, target: IO[bytes], limit: int, what: str, proceed: Callable[[], None]
) -> None:
    copied = 0
    while chunk := source.read(_CHUNK):
        proceed()
        copied += len(chunk)
        if copied > limit:
            _refuse(f"{what} holds more than {limit} bytes")
        target.write(chunk)
    target.seek(0)


def _entries(file: IO[bytes], limits: UnpackLimits, proceed: Callable[[], None]) -> Iterator[_Entry]:
    magic = file.read(4)
    file.seek(0)
    if magic.startswith(b"PK"):
        _measure_directory(file, limits)
        with zipfile.ZipFile(file) as archive:
            yield from _zip_entries(archive)
        return
    with tempfile.TemporaryFile(prefix="sh0-archive-") as plain:
        if magic.startswith(b"\x1f\x8b"):
            room = limits.total_bytes + limits.files * _HEADERS_PER_FILE + _LARGEST_HEADER
            with gzip.GzipFile(fileobj=file) as zipped:
                _copy(zipped, plain, room, "it, unpacked,", proceed)
            file = plain
        with tarfile.open(fileobj=_SmallReads(file), mode="r:") as tar:
            yield from _tar_entries(tar)


class _SmallReads(io.BufferedIOBase):
    """A file that refuses to read much at once: only an extended header that is made to fill memory does that."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0 or size > _LARGEST_HEADER:
            _refuse("one of its headers is too large")
        return self._file.read(size)


def _tar_entries(archive: tarfile.TarFile) -> Iterator[_Entry]:
    while (member := archive.next()) is not None:
        archive.members.clear()  # type: ignore[attr-defined]  # It would remember every one of them.
        executable = bool(member.mode & 0o111)
        if member.isdir():
            yield _Entry(member.name, "folder")
        elif member.issym():
            yield _Entry(member.name, "link", target=member.linkname)
        elif member.isreg():
            content = archive.extractfile(member)
            yield _Entry(member.name, "file", executable, member.mtime, member.size, content=content)
        else:
            _refuse(f"{member.name} is neither a file, a folder nor a symbolic link")


def _zip_entries(archive: zipfile.ZipFile) -> Iterator[_Entry]:
    for member in archive.infolist():
        mode = member.external_attr >> 16
        name = member.filename.replace("\\", "/")
        if member.is_dir() or name.endswith("/"):
            yield _Entry(name, "folder")
        elif stat.S_ISLNK(mode):
            if member.file_size > _CHUNK:
                _refuse(f"the link {name} is too long")
            yield _Entry(name, "link", target=archive.read(member).decode())
        elif stat.S_IFMT(mode) in (0, stat.S_IFREG):
            with archive.open(member) as content:
                yield _Entry(name, "file", bool(mode & 0o111), 0, member.file_size, content=content)
        else:
            _refuse(f"{name} is neither a file, a folder nor a symbolic link")


def _measure_directory(file: IO[bytes], limits: UnpackLimits) -> None:
    """Refuse a zip whose directory names too many files, before all of it is in memory."""
    length = file.seek(0, io.SEEK_END)
    file.seek(max(0, length - (1 << 16) - 128))
    tail = file.read()
    at, wide = tail.rfind(_END), tail.rfind(_END_64)
    size = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if wide >= 0:
        size = max(size if size != 0xFFFFFFFF else 0, int.from_bytes(tail[wide + 40 : wide + 48], "little"))
    file.seek(0)
    if size > limits.files * _DIRECTORY_PER_FILE:
        _refuse(f"it holds more than {limits.files} files and folders")


class _Folders:
    """The folders that are made, and with all else that is placed in them, counted.

    Args:
        root: The outermost.
        limit: How many files, folders and links there may be.
    """

    def __init__(self, root: Path, limit: int) -> None:
        self._root, self._left, self._limit = root, limit, limit
        self._made = {""}

    def place(self, entry: _Entry) -> Path | None:
        """Where an entry goes; its folders exist, and none of them is a link. None for the top itself."""
        if entry.name.startswith("/") or "\0" in entry.name or "\0" in entry.target:
            _refuse(f"{entry.name!r} is no path below the folder")
        parts = [part for part in entry.name.split("/") if part not in ("", ".")]
        if ".." in parts:
            _refuse(f"{entry.name!r} leads out of the folder")
        if any(len(os.fsencode(part)) > _LONGEST_NAME for part in parts) or len(parts) > _DEEPEST:
            _refuse(f"{entry.name[:80]!r}… is too long a path")
        self._count()
        if not parts:
            return None
        for end in range(1, len(parts)):
            self._make("/".join(parts[:end]), entry)
        return self._root.joinpath(*parts)

    def _make(self, folder: str, entry: _Entry) -> None:
        if folder in self._made:
            return
        path = self._root / folder
        if path.is_symlink():
            _refuse(f"{entry.name!r} goes through a link")
        if not path.is_dir():
            self._count()
            _make_folder(path)
        self._made.add(folder)

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            _refuse(f"it holds more than {self._limit} files and folders")


def _make_folder(path: Path) -> None:
    path.mkdir(exist_ok=True)
    path.chmod(0o755)


def _write(entry: _Entry, path: Path, proceed: Callable[[], None]) -> None:
    if entry.kind == "folder":
        if path.is_symlink():
            _refuse(f"{entry.name!r} is both a folder and a link")
        _make_folder(path)
        return
    if path.is_symlink() or path.is_file():
        path.unlink()  # The last entry of a name counts, as in every tar.
    if entry.kind == "link":
        path.symlink_to(entry.target)
        return
    assert entry.content is not None
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o755 if entry.executable else 0o644), "wb") as file:
        left = entry.size
        while chunk := entry.content.read(min(_CHUNK, left + 1)):
            proceed()
            left -= len(chunk)
            if left < 0:
                _refuse(f"{entry.name} is larger than it claims to be")
            file.write(chunk)
        if left:
            _refuse(f"{entry.name} is shorter than it claims to be")
    os.chmod(path, 0o755 if entry.executable else 0o644)
    if 0 < entry.mtime < _LATEST_TIME:
        os.utime(path, (entry.mtime, entry.mtime))
