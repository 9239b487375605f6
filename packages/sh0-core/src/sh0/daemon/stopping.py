"""Hearing that the process is asked to end."""

import signal
import socket
from types import TracebackType
from typing import Self

_ASKING = (signal.SIGTERM, signal.SIGINT)


class StopSignals:
    """Waits in the main thread for SIGTERM or SIGINT, and misses none.

    Python runs a signal's handler in its main thread, as soon as that one gets to it. A main thread that waits for a
    lock, as `threading.Event.wait` does, may not be woken for it: in a process whose other threads start children, one
    SIGTERM in seven was slept through. So this waits for a byte that the interpreter writes when the signal arrives
    (`signal.set_wakeup_fd`), whichever thread it interrupts.

    Use it as a context, in the main thread; what was set up before comes back at its end.
    """

    def __init__(self) -> None:
        self._awake, self._alarm = socket.socketpair()
        self._alarm.setblocking(False)

    def __enter__(self) -> Self:
        self._alarm_before = signal.set_wakeup_fd(self._alarm.fileno(), warn_on_full_buffer=False)
        self._handlers_before = {number: signal.signal(number, lambda *_: None) for number in _ASKING}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._handlers_before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._alarm_before)
        self._awake.close()
        self._alarm.close()

    def wait(self) -> None:
        """Wait until one arrives; returns at once if one did since the last time."""
        while self._awake.recv(1)[0] not in _ASKING:  # the byte is the signal's number; others have handlers of theirs
            pass
