"""Lines of an app that are asked for: those that are kept, and on request those to come."""

import heapq
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from sh0.logs.app_log import AppLog, Position
from sh0.logs.fields import with_fields
from sh0.logs.kept import KeptLogs
from sh0.logs.reader import Reader
from sh0.ports.runtime import LogLine

__all__ = ["Followed", "Lines", "merged"]

_POLL = 0.5  # seconds between two looks whether the platform closes


def merged(streams: Iterable[Iterable[LogLine]], tail: int) -> list[LogLine]:
    """The last lines of several sources, in the order in which they were printed."""
    return list(deque(heapq.merge(*streams, key=lambda line: line.time), maxlen=tail))


class Lines:
    """Lines that are looked for when the first is asked for. Any thread may close it, which ends the search.

    Args:
        find: Looks for them; what it is given is called again and again meanwhile, and raises when it is to end.
    """

    def __init__(self, find: Callable[[Callable[[], None]], list[LogLine]]) -> None:
        self._find = find
        self._lines: Iterator[LogLine] | None = None
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[LogLine]:
        return self

    def __next__(self) -> LogLine:
        if self._lines is None:
            try:
                self._lines = iter(self._find(self._proceed))
            except _Closed:
                raise StopIteration from None
        if self._closed.is_set():
            raise StopIteration
        return with_fields(next(self._lines))

    def _proceed(self) -> None:
        if self._closed.is_set():
            raise _Closed

    def close(self) -> None:
        """End it."""
        self._closed.set()


class _Closed(Exception):
    """Nobody waits for the lines any more."""


class Followed:
    """Lines as they are kept, whatever containers print them. It ends when the app is gone or it is closed.

    Args:
        before: Lines that come first.
        kept: The logs of all apps.
        log: That of the app.
        position: Where those begin that come then.
        wanted: Which of them are asked for.
    """

    def __init__(
        self, before: Lines, kept: KeptLogs, log: AppLog, position: Position, wanted: Callable[[LogLine], bool]
    ) -> None:
        self._before, self._kept, self._log, self._wanted = before, kept, log, wanted
        self._reader = Reader(log, position)
        self._ready: deque[LogLine] = deque()
        self._closed = False

    def __iter__(self) -> Iterator[LogLine]:
        return self

    def __next__(self) -> LogLine:
        for line in self._before:
            return line
        while not self._closed:
            seen = self._kept.written
            if self._ready:
                return with_fields(self._ready.popleft())
            lines = self._reader.read()
            self._ready += filter(self._wanted, lines)
            if not lines:
                if self._log.closed:
                    break
                self._kept.wait(seen, _POLL)
        raise StopIteration

    def close(self) -> None:
        """End the stream."""
        self._closed = True
        self._before.close()
