"""What goes into volumes and comes out of them: archives, and copies."""

import base64
import io
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO

from sh0.context import Context
from sh0.errors import Cancelled, Sh0Error
from sh0.ports.runtime import Runtime
from sh0.records.volume import VOLUMES, Volume
from sh0.values import ByteSize
from sh0.volumes.archive import CheckedArchive
from sh0.volumes.model import UploadedFiles, VolumePiece, VolumeProgress

_PIECE = 3 << 14  # bytes; a multiple of three needs no padding in base64
_TOLD = 0.5  # seconds between two words about a copy


class VolumeTransfer:
    """Moves what is in volumes.

    Args:
        context: The servers, and the records.

    Attributes:
        copying: The engine's names of volumes that this process copies into.
    """

    def __init__(self, context: Context) -> None:
        self._records, self._fleet, self._shutdown = context.records, context.fleet, context.shutdown
        self.copying: set[str] = set()

    def download(self, volume: Volume) -> Iterator[VolumePiece]:
        """A tar archive of a volume, piece by piece."""
        pieces = self._runtime(volume).read_volume(volume.source)
        rest = b""
        try:
            for piece in pieces:
                self._shutdown.proceed()
                rest += piece
                while len(rest) >= _PIECE:
                    yield VolumePiece(base64.b64encode(rest[:_PIECE]).decode("ascii"))
                    rest = rest[_PIECE:]
            if rest:
                yield VolumePiece(base64.b64encode(rest).decode("ascii"))
        finally:
            _close(pieces)

    def upload(self, volume: Volume, archive: IO[bytes], *, keep_owners: bool) -> UploadedFiles:
        """Put what an archive holds into a volume."""
        runtime = self._runtime(volume)
        checked = CheckedArchive(archive, None if keep_owners else self._owner(volume), self._shutdown.proceed)
        runtime.write_volume(volume.source, checked)
        return UploadedFiles(checked.entries, ByteSize(checked.size))

    def copy(self, volume: Volume, reserve: Callable[[], Volume]) -> Iterator[VolumeProgress]:
        """Copy a volume into a new one. What is not whole is removed: at once, or at the next start.

        Args:
            volume: What is copied.
            reserve: Makes the record of the new one when the copy begins.
        """
        target = reserve()
        runtime = self._runtime(target)
        self.copying.add(target.source)
        try:
            runtime.ensure_volume(target.source, _labels(target))
            yield from self._copied(volume, target)
            if target.stack is not None:
                self._records[VOLUMES].delete(target.source)
            else:
                self._records[VOLUMES].change(target.source, ready=True)
        except BaseException:
            with suppress(Sh0Error):
                runtime.remove_volume(target.source)
                self._records[VOLUMES].delete(target.source)
            raise
        finally:
            self.copying.discard(target.source)

    def _copied(self, volume: Volume, target: Volume) -> Iterator[VolumeProgress]:
        reading = _Pieces(self._runtime(volume).read_volume(volume.source))
        failed: list[BaseException] = []

        def write() -> None:
            try:
                self._runtime(target).write_volume(target.source, reading)
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=write, name="sh0-volume-copy", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                yield VolumeProgress(reading.size)
                thread.join(_TOLD)
                self._shutdown.proceed()
        finally:
            reading.stop()
            thread.join()
        if failed:
            raise failed[0]
        yield VolumeProgress(reading.size, done=True)

    def _owner(self, volume: Volume) -> tuple[int, int]:
        """Whose the volume itself is."""
        pieces = self._runtime(volume).read_volume(volume.source)
        try:
            with tarfile.open(fileobj=_Pieces(pieces), mode="r|") as archive:
                top = archive.next()
        finally:
            _close(pieces)
        return (top.uid, top.gid) if top is not None else (0, 0)

    def _runtime(self, volume: Volume) -> Runtime:
        return self._fleet.at(volume.server).runtime


def _labels(volume: Volume) -> dict[str, str]:
    """The labels of a volume on its engine."""
    of_app = {"sh0.app": volume.app, "sh0.volume": volume.name} if volume.app is not None else {}
    return {"sh0.kind": "volume", "sh0.project": volume.project, **of_app}


class _Pieces(io.RawIOBase):
    """Pieces of an archive as a file that can be stopped."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest, self._stopped = pieces, b"", False
        self.size = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._stopped:
            raise Cancelled("the copy was stopped")
        while not self._rest and (piece := next(self._pieces, None)) is not None:
            self._rest = piece
            self.size += len(piece)
        size = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def stop(self) -> None:
        self._stopped = True
        _close(self._pieces)


def _close(pieces: Iterator[bytes]) -> None:
    if (close := getattr(pieces, "close", None)) is not None:
        with suppress(ValueError):  # another thread is in it, and comes to its end
            close()
