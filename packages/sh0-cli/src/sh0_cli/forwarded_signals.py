"""Signals of this process that the program in a container receives instead."""

import signal
import socket
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from sh0 import Sh0Error, Terminal

FORWARDED = (signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
"""Ctrl-C and SIGTERM end the session, and with it the program."""


@contextmanager
def forwarded(remote: Terminal) -> Iterator[None]:
    """Pass signals on for as long as the block runs; those that this process ignores, as after nohup, stay ignored.

    A thread learns of them from the descriptor that the interpreter writes each to at once. A handler would wait for
    the main thread, which may just have begun to wait for output.
    """
    wanted = [number for number in FORWARDED if signal.getsignal(number) is not signal.SIG_IGN]
    received, written = socket.socketpair()
    written.setblocking(False)
    before = {number: signal.signal(number, _noted) for number in wanted}
    descriptor = signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_pass_on, args=(received, remote, wanted), name="sh0-signals", daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(descriptor)
        for number, handler in before.items():
            signal.signal(number, handler)
        written.close()


def _noted(*_: object) -> None:
    """Nothing is left to do: the interpreter has written it down."""


def _pass_on(received: socket.socket, remote: Terminal, wanted: Collection[int]) -> None:
    with received:
        while numbers := received.recv(64):
            for number in numbers:
                if number in wanted:
                    with suppress(OSError, Sh0Error):  # the session has ended
                        remote.signal(signal.Signals(number).name.removeprefix("SIG"))
