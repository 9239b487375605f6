"""What the operating system refuses, in words that name what had a part in it and nothing else."""

import errno
import os
import socket

import pytest

from sh0.errors import DiskFull, Sh0Error, Unavailable
from sh0.os_errors import translated


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), DiskFull, "the disk of /srv/home is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded", "/x/y"), DiskFull, "the disk of /x/y is full"),
        (OSError(errno.EMFILE, "Too many open files", "/srv/home/a"), Unavailable, "this process has too many files"),
        (OSError(errno.ENFILE, "Too many open files in system"), Unavailable, "the server has too many files"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), Unavailable, "the server has no memory left"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), Unavailable, "the server is out of"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), Unavailable, "a connection failed: Conn"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), Unavailable, "a connection failed: Broken pipe"),
        (ConnectionAbortedError(), Unavailable, "a connection failed: ConnectionAbortedError"),
        (TimeoutError(), Unavailable, "a connection failed: TimeoutError"),
        (TimeoutError("timed out"), Unavailable, "a connection failed: timed out"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), Unavailable, "a connection failed: No route to host"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), Unavailable, "a connection failed: Network is"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused", "/run/x.sock"), Sh0Error, "refused: /run/x.sock"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), Sh0Error, "Permission denied: /x"),
        (PermissionError(errno.EPERM, "Operation not permitted", b"/\xff"), Sh0Error, "Operation not permitted: /"),
        (OSError(errno.EROFS, "Read-only file system"), Sh0Error, "the operating system refused: Read-only file"),
        (OSError(errno.EBADF, "Bad file descriptor", 7), Sh0Error, "the operating system refused: Bad file"),
        (OSError(errno.EIO, "Input/output error"), Sh0Error, "the operating system refused: Input/output error"),
        (socket.gaierror(-2, "Name or service not known"), Unavailable, "a connection failed: Name or service"),
        (OSError(), Sh0Error, "the operating system refused: OSError"),
        (OSError("odd"), Sh0Error, "the operating system refused: odd"),
    ],
    ids=repr,
)
def test_an_error_is_told(error: OSError, kind: type[Sh0Error], message: str) -> None:
    said = translated(error, "/srv/home")
    assert type(said) is kind
    assert said.message.startswith(message)
    assert said.hint or error.filename
    if error.errno != errno.ENOSPC:
        assert "/srv/home" not in said.message, "it had no part in it, or says nothing about what is scarce"


def test_a_full_disk_that_nobody_knows_is_not_given_a_name() -> None:
    assert translated(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))).message == "a disk of the server is full"
