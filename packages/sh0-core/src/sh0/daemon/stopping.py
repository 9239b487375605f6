"""Hearing that the process is asked to end, and ending it."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

_ASKING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stop_signals() -> Iterator[Callable[[], None]]:
    """Take SIGTERM and SIGINT for as long as the context lasts; for the main thread.

    It gives a function that waits until one arrives. One that came before it is called counts.

    The interpreter runs a signal's handler in the main thread, once that one is awake, and a main thread that waits for
    a lock, as in `threading.Event.wait`, is not always woken for it: in a process whose other threads start children,
    one SIGTERM in seven was slept through. A byte that the interpreter writes when the signal arrives
    (`signal.set_wakeup_fd`) wakes it, whichever thread the signal has interrupted.
    """
    awake, alarm = socket.socketpair()
    alarm.setblocking(False)  # as set_wakeup_fd demands

    def wait() -> None:
        while awake.recv(1)[0] not in _ASKING:  # the byte is the number of the signal, of whichever has a handler
            pass

    with awake, alarm:
        alarm_before = signal.set_wakeup_fd(alarm.fileno(), warn_on_full_buffer=False)
        handlers_before = {number: signal.signal(number, lambda *_: None) for number in _ASKING}
        try:
            yield wait
        finally:
            for number, handler in handlers_before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(alarm_before)


def leave(code: int = 0) -> NoReturn:
    """End the process at once, whatever its other threads are doing.

    At its own end the interpreter unwinds threads that still answer somebody. One that is within C++, as in a match of
    RE2, takes the process down with SIGABRT then.

    Args:
        code: The exit code.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
