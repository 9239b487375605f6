"""Joins the terminal, or the pipe, on this side with a terminal in a container."""

import os
import select
import shutil
import signal
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sh0 import Sh0Error, Terminal

_CHUNK = 1 << 16
_READY = b"\x01"  # a byte that no shell prints: what follows is output
_PLAIN = "stty -echo -onlcr -isig 2>/dev/null; export PS1= PS2=; printf '\\001'; exec \"$@\""
_PARTING = 2.0  # seconds; somebody who does not read any more must not keep us
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
        with sending(remote, keyboard, end=remote.close):
            _print(remote)
        return remote.exit_code()
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
        signal.signal(signal.SIGWINCH, known)
        remote.close()


def as_pipe(program: tuple[str, ...]) -> tuple[str, ...]:
    """The program on a terminal that neither echoes nor rewrites nor prompts, and that says when it is so."""
    return ("/bin/sh", "-c", _PLAIN, "sh", *program)


def piped(remote: Terminal) -> int:
    """Send standard input and then its end, print the output, and return the exit code. Made for `as_pipe`."""
    try:
        early = b""
        while _READY not in early and (data := remote.read()):
            early += data
        before, ready, after = early.partition(_READY)
        _write(after if ready else before)
        if ready:
            with sending(remote, sys.stdin.fileno(), end=lambda: None, mark=_END):
                _print(remote)
        return remote.exit_code()
    finally:
        remote.close()


def _print(remote: Terminal) -> None:
    while data := remote.read():
        _write(data)


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]


@contextmanager
def sending(remote: Terminal, descriptor: int, *, end: Callable[[], None], mark: bytes = b"") -> Iterator[None]:
    """Send what comes on a descriptor, on a thread, for as long as the block runs.

    Args:
        remote: Where it goes.
        descriptor: Where it comes from.
        end: Called when no more comes.
        mark: Sent when no more comes.
    """
    waking, wake = os.pipe()

    def send() -> None:
        line_begun = False
        while True:
            ready, _, _ = select.select([descriptor, waking], [], [])
            if waking in ready:
                return
            data = _read(descriptor)
            if not data:
                break
            line_begun = not data.endswith(b"\n")
            if not _quietly(lambda data=data: remote.write(data)):  # type: ignore[misc]
                return
        # In the middle of a line the first Ctrl-D only hands the line over.
        if mark:
            _quietly(lambda: remote.write(mark * (2 if line_begun else 1)))
        end()

    thread = threading.Thread(target=send, name="sh0-keyboard", daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.write(wake, b".")
        thread.join(_PARTING)
        if not thread.is_alive():
            os.close(waking)
            os.close(wake)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError:  # the window of the terminal was closed
        return b""


def _quietly(send: Callable[[], None]) -> bool:
    """Whether it could be sent; the end of the session is noticed by whoever reads."""
    try:
        send()
    except (OSError, Sh0Error):
        return False
    return True
