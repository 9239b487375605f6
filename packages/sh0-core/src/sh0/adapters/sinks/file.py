"""Lines to a file of this machine, in a folder that its operator has named, below names that the platform chooses.

No link is followed, whoever may have made one there; a file that is full makes room for the next.
"""

import os
from pathlib import Path

from sh0.adapters.sinks.threads import HangingCalls
from sh0.ports.sinks import Destination, NotDelivered

__all__ = ["FileSink"]

_MODE = 0o640
_RESERVE = 64 << 20  # bytes of the disk that are left free


class FileSink:
    """A file that lines are added to.

    Args:
        destination: The file.
        calls: Writes: a disk of another machine may hang.
    """

    def __init__(self, destination: Destination, calls: HangingCalls) -> None:
        self._file, self._size, self._calls = destination.file or Path(), destination.size, calls

    async def send(self, data: bytes) -> None:
        try:
            await self._calls.call(lambda: append(self._file, data, self._size))
        except OSError as error:
            raise NotDelivered(f"{self._file} cannot be written: {error.strerror or error}") from error

    def close(self) -> None:
        return


def append(path: Path, data: bytes, size: int) -> None:
    """Add to a file; one that has half of the bytes that both may have becomes the previous one.

    Raises:
        OSError: It cannot be written, or is a link; what is whole in it stays so.
    """
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        found = os.fstatvfs(folder)
        if found.f_bavail * found.f_frsize < _RESERVE:
            raise OSError("the disk is full")
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        file = os.open(path.name, flags, _MODE, dir_fd=folder)
        try:
            before = os.fstat(file).st_size
            if before and before + len(data) > size // 2:
                os.replace(path.name, f"{path.name}.1", src_dir_fd=folder, dst_dir_fd=folder)
                os.close(file)
                file, before = os.open(path.name, flags | os.O_EXCL, _MODE, dir_fd=folder), 0
            _write(file, data, before)
        finally:
            os.close(file)
    finally:
        os.close(folder)


def _write(file: int, data: bytes, before: int) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(file, view) :]
    except OSError:
        os.ftruncate(file, before)
        raise
