"""Taking in an archive that somebody sends."""

import errno
import secrets
from pathlib import Path
from typing import IO

from sh0.errors import BadArchive, DiskFull
from sh0.values import ByteSize

_CHUNK = 1 << 20


def receive_archive(archive: IO[bytes], folder: Path, limit: ByteSize) -> str:
    """Write an archive into a folder; returns the name of the file, which nobody can guess.

    Raises:
        BadArchive: It is larger than the limit.
        DiskFull: There is no room for it.
    """
    name = f"{secrets.token_hex(16)}.upload"
    try:
        _receive(archive, folder / name, limit)
    except BaseException:
        (folder / name).unlink(missing_ok=True)
        raise
    return name


def _receive(archive: IO[bytes], path: Path, limit: ByteSize) -> None:
    received = 0
    try:
        with open(path, "xb") as file:
            while chunk := archive.read(_CHUNK):
                received += len(chunk)
                if received > limit:
                    raise BadArchive(
                        f"the archive is larger than {limit}",
                        hint="Leave out what the build does not need with a .sh0ignore file.",
                    )
                file.write(chunk)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise DiskFull(
            f"the disk of {path.parent} is full: the archive does not fit",
            hint="Free some space ('sh0 deployments clean' helps), then send it again.",
        ) from None
