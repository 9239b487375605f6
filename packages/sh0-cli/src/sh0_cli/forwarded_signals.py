"""Signals of this process that the program in a container receives instead."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from sh0 import Sh0Error, Terminal

FORWARDED = (signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
"""Ctrl-C and SIGTERM end the session, and with it the program."""


@contextmanager
def forwarded(remote: Terminal) -> Iterator[None]:
    """Pass signals on for as long as the block runs; those that this process ignores, as after nohup, stay ignored.

    They are sent on a thread: a handler may interrupt whoever is sending.
    """
    received: SimpleQueue[str] = SimpleQueue()

    def send() -> None:
        while name := received.get():
            try:
                remote.signal(name)
            except (OSError, Sh0Error):
                return  # the session has ended

    def receive(number: int, _: object) -> None:
        received.put(signal.Signals(number).name.removeprefix("SIG"))

    wanted = [number for number in FORWARDED if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, receive) for number in wanted}
    threading.Thread(target=send, name="sh0-signals", daemon=True).start()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        received.put("")
