"""Joins the terminal, or the pipe, on this side with a terminal in a container."""

import os
import shutil
import signal
import sys
import termios
import threading
import tty
from collections.abc import Callable

from sh0 import Sh0Error, Terminal

_CHUNK = 1 << 16
_READY = b"\x01"  # a byte that no shell prints: what follows is output
_END = b"\x04"  # Ctrl-D


def interactive(remote: Terminal) -> int:
    """Hand the keyboard over until the program ends: every key goes there, Ctrl-C too. Returns its exit code."""
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)

    def resized(*_: object) -> None:
        window = shutil.get_terminal_size()
        _quietly(lambda: remote.resize(window.columns, window.lines))

    known = signal.signal(signal.SIGWINCH, resized)
    try:
        tty.setraw(keyboard)
        threading.Thread(target=_send, args=(remote, keyboard), daemon=True).start()
        while data := remote.read():
            _write(data)
        return remote.exit_code()
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
        signal.signal(signal.SIGWINCH, known)
        remote.close()


def as_pipe(program: tuple[str, ...]) -> tuple[str, ...]:
    """The program on a terminal that neither echoes nor rewrites, and that says when it is so."""
    return ("/bin/sh", "-c", "stty -echo -onlcr -isig 2>/dev/null; printf '\\001'; exec \"$@\"", "sh", *program)


def piped(remote: Terminal) -> int:
    """Send standard input and then its end, print the output, and return the exit code. Made for `as_pipe`."""
    try:
        early = b""
        while _READY not in early:
            data = remote.read()
            if not data:
                _write(early)
                return remote.exit_code()
            early += data
        _write(early.partition(_READY)[2])
        threading.Thread(target=_send, args=(remote, sys.stdin.fileno()), kwargs={"end": True}, daemon=True).start()
        while data := remote.read():
            _write(data)
        return remote.exit_code()
    finally:
        remote.close()


def _send(remote: Terminal, descriptor: int, *, end: bool = False) -> None:
    line_begun = False
    while data := os.read(descriptor, _CHUNK):
        line_begun = not data.endswith(b"\n")
        if not _quietly(lambda data=data: remote.write(data)):  # type: ignore[misc]
            return
    if end:
        # In the middle of a line the first Ctrl-D only hands the line over.
        _quietly(lambda: remote.write(_END * (2 if line_begun else 1)))


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]


def _quietly(send: Callable[[], None]) -> bool:
    """Whether it could be sent; the end of the session is noticed by whoever reads."""
    try:
        send()
    except (OSError, Sh0Error):
        return False
    return True
