"""Attached to a one-off command through pipes: its input, its two outputs, and its end."""

import os
import struct
import sys
from collections.abc import Iterator

from sh0 import Terminal
from sh0_cli.terminal_bridge import sending

_PIECE = struct.Struct(">BxxxL")
_ERRORS = 2


def piped(remote: Terminal) -> int:
    """Send standard input and then its end, print both outputs where they belong, and return the exit code."""

    def end() -> None:
        try:
            remote.write(b"")
        except OSError:  # it has ended
            pass

    try:
        with sending(remote, sys.stdin.fileno(), end=end):
            for stream, data in pieces(remote):
                _write(sys.stderr.fileno() if stream == _ERRORS else sys.stdout.fileno(), data)
        return remote.exit_code()
    finally:
        remote.close()


def pieces(remote: Terminal) -> Iterator[tuple[int, bytes]]:
    """What a command prints: 1 for standard output or 2 for standard error, and bytes of it, as they come."""
    stream, left, head = 1, 0, b""
    while data := remote.read():
        while data:
            if left:
                yield stream, data[:left]
                data, left = data[left:], max(0, left - len(data))
                continue
            head, data = head + data[: _PIECE.size - len(head)], data[_PIECE.size - len(head) :]
            if len(head) == _PIECE.size:
                (stream, left), head = _PIECE.unpack(head), b""


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
