"""What the operating system refuses, as an error of sh0: for whatever no adapter has translated. Pure."""

import errno
import os
import socket
from collections.abc import Mapping
from typing import Final

from sh0.errors import DiskFull, Sh0Error, Unavailable

__all__ = ["translated"]

_FREE: Final = "Free some space ('sh0 deployments clean' helps), then try again."
_AGAIN: Final = (
    "Try again. If it stays so, look into the log of sh0d, and at what it talks to: Docker, a registry, git."
)
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_SCARCE: Final[Mapping[int, tuple[str, str]]] = {
    errno.EMFILE: (
        "this process has too many files and connections open at once",
        "Raise its limit ('LimitNOFILE=' of the service, 'ulimit -n' in a shell), start it again, then try again.",
    ),
    errno.ENFILE: (
        "the server has too many files and connections open at once",
        "See who opens them ('lsof'), or raise the limit ('sysctl fs.file-max'), then try again.",
    ),
    errno.ENOMEM: ("the server has no memory left", "Stop something, or give it more memory, then try again."),
    errno.EAGAIN: ("the server is out of processes or of memory", "Stop something on it, then try again."),
}
_OF_THE_NETWORK: Final = (
    *(errno.EADDRNOTAVAIL, errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.ENETUNREACH, errno.ENETDOWN, errno.ENETRESET),
    *(errno.ENOTCONN, errno.ENOBUFS),
)


def translated(error: OSError, disk: str | os.PathLike[str] = "") -> Sh0Error:
    """What is said of an error: with the file that it is about, if it is about one.

    Args:
        error: The error.
        disk: A path on the disk that is meant where one is full and no file is named.
    """
    path = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    reason = error.strerror or str(error) or type(error).__name__
    if error.errno in _FULL:
        place = path or os.fspath(disk)
        return DiskFull(f"the disk of {place} is full" if place else "a disk of the server is full", hint=_FREE)
    if error.errno is not None and error.errno in _SCARCE:
        message, hint = _SCARCE[error.errno]
        return Unavailable(message, hint=hint)
    if path:
        return Sh0Error(f"{reason}: {path}")
    if isinstance(error, ConnectionError | TimeoutError | socket.gaierror) or error.errno in _OF_THE_NETWORK:
        return Unavailable(f"a connection failed: {reason}", hint=_AGAIN)
    return Sh0Error(f"the operating system refused: {reason}", hint=_AGAIN)
