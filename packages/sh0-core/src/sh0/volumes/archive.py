"""A tar archive that somebody sends for a volume, checked entry by entry while it goes through."""

import io
import tarfile
from collections.abc import Callable, Iterator
from typing import IO, NoReturn, Self

from sh0.errors import BadArchive

_PIECE = 1 << 16
_LARGEST_HEADER = 1 << 20
_MOST_ENTRIES = 5_000_000
_EXTENDED = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, *tarfile.GNU_TYPES[:2])


class CheckedArchive(io.RawIOBase):
    """The same archive with what may be in a volume, to be read once.

    Devices, pipes, absolute names and names with ``..`` are refused before anything of them is passed on. Links stay
    links: whoever unpacks does so where nothing else is.

    Args:
        archive: The archive, plain or compressed with gzip.
        owner: Numbers of the user and the group that everything belongs to; None to keep those of the archive.
        proceed: Called again and again; raises if the work is to stop.

    Attributes:
        entries: Entries that went through.
        size: Bytes of files that went through.
    """

    def __init__(
        self, archive: IO[bytes], owner: tuple[int, int] | None, proceed: Callable[[], None] = lambda: None
    ) -> None:
        self.entries = self.size = 0
        self._owner, self._proceed = owner, proceed
        self._pieces, self._rest = self._checked(archive), b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes; empty at the end.

        Raises:
            BadArchive: What comes next is damaged, or must not be in a volume.
        """
        while not self._rest and (piece := next(self._pieces, None)) is not None:
            self._rest = piece  # one that is empty is not the end
        size = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def _checked(self, archive: IO[bytes]) -> Iterator[bytes]:
        try:
            with tarfile.open(fileobj=archive, mode="r|*", tarinfo=_Entry) as source:
                for entry in source:
                    yield from self._passed(source, entry)
                    source.members = []  # type: ignore[attr-defined]  # what it has read would pile up
        except (tarfile.TarError, EOFError, OverflowError, ValueError) as error:
            _refuse(f"it is damaged, or no tar archive ({error})")
        yield bytes(2 * tarfile.BLOCKSIZE)

    def _passed(self, source: tarfile.TarFile, entry: tarfile.TarInfo) -> Iterator[bytes]:
        self._proceed()
        self.entries += 1
        if self.entries > _MOST_ENTRIES:
            _refuse(f"it holds more than {_MOST_ENTRIES} entries")
        _demand_inside(entry.name, entry.name)
        if entry.islnk():
            _demand_inside(entry.linkname, entry.name)
        elif not (entry.isreg() or entry.isdir() or entry.issym()):
            _refuse(f"{entry.name!r:.100} is a device or a pipe")
        if self._owner is not None:
            entry.uid, entry.gid = self._owner
        entry.uname = entry.gname = ""
        entry.pax_headers = {key: each for key, each in entry.pax_headers.items() if key not in _WRITTEN_ANEW}
        yield entry.tobuf(tarfile.PAX_FORMAT)
        if entry.isreg():
            yield from self._content(source, entry)

    def _content(self, source: tarfile.TarFile, entry: tarfile.TarInfo) -> Iterator[bytes]:
        content = source.extractfile(entry)
        left = entry.size
        while content is not None and left:
            self._proceed()
            piece = content.read(min(_PIECE, left))
            if not piece:
                _refuse("it ends in the middle of a file")
            left -= len(piece)
            self.size += len(piece)
            yield piece
        yield bytes(-entry.size % tarfile.BLOCKSIZE)


class _Entry(tarfile.TarInfo):
    """An entry whose extended headers are no larger than any real ones: they are read into memory."""

    def _proc_member(self, tarfile_: tarfile.TarFile) -> Self:
        if self.type in _EXTENDED and self.size > _LARGEST_HEADER:
            raise tarfile.ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(tarfile_)  # type: ignore[misc,no-any-return]


_WRITTEN_ANEW = ("path", "linkpath", "size", "uid", "gid", "uname", "gname", "mtime")


def _demand_inside(path: str, entry: str) -> None:
    if path.startswith("/") or ".." in path.split("/"):
        _refuse(f"{entry!r:.100} would be outside the volume")


def _refuse(reason: str) -> NoReturn:
    raise BadArchive(f"the archive is refused: {reason}", hint="Send a tar archive, as in: tar -C FOLDER -c .")
