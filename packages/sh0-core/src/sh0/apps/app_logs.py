"""What the containers of an app print: merged, and followed from one version to the next."""

import heapq
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from sh0.errors import NotFound, Sh0Error
from sh0.ports.runtime import InstanceState, LogLine
from sh0.records.deployment import Placement
from sh0.servers.fleet import Fleet

_POLL = 0.5  # seconds between two looks at which containers there are
_WAITING = 1000  # lines that readers may be ahead of whoever follows
_MOST = 100  # containers that are followed at the same time

Open = Callable[..., Iterator[LogLine]]


def merged(streams: Iterable[Iterator[LogLine]], tail: int) -> Iterator[LogLine]:
    """The last lines of several containers, in the order in which they were printed."""
    return iter(deque(heapq.merge(*streams, key=lambda line: line.time), maxlen=tail))


class Followed:
    """Lines of all containers of an app as they come. It goes on with the containers that replace them.

    It ends when the app is gone or it is closed, which any thread may do.

    Args:
        fleet: The servers, which tell which containers run.
        containers: Which containers are to be followed now; raises when there is no such app any more.
        read: Opens the lines of a container: a placement, how many of the last lines, since when.
        tail: How many of the last lines of each container that is there already.
        since: Nothing that was printed before.
    """

    def __init__(
        self,
        fleet: Fleet,
        containers: Callable[[], list[Placement]],
        read: Open,
        tail: int,
        since: datetime | None,
    ) -> None:
        self._fleet, self._containers, self._open = fleet, containers, read
        self._tail: int | None = tail
        self._since = since
        self._lines: queue.Queue[LogLine] = queue.Queue(_WAITING)
        self._feeds: dict[str, Iterator[LogLine]] = {}
        self._last: dict[str, datetime | None] = {}
        self._closed = threading.Event()
        self._looked = float("-inf")

    def __iter__(self) -> Iterator[LogLine]:
        return self

    def __next__(self) -> LogLine:
        while not self._closed.is_set():
            if time.monotonic() - self._looked > _POLL:
                self._look()
            try:
                return self._lines.get(timeout=_POLL)
            except queue.Empty:
                continue
        raise StopIteration

    def _look(self) -> None:
        """Read the containers that are not read yet, and those that were started again."""
        self._looked = time.monotonic()
        try:
            wanted = self._containers()
        except Sh0Error as error:
            if isinstance(error, NotFound) and self._lines.empty():
                self.close()
            return  # the database is locked, or the last lines of an app that was deleted are still to be read
        except sqlite3.Error:  # the platform is closing
            return self.close()
        for placement in wanted[:_MOST]:
            name = placement.container
            if name not in self._feeds and (name not in self._last or self._runs(placement)):
                self._begin(placement)
        self._tail = None  # of a container that comes later, every line counts

    def _runs(self, placement: Placement) -> bool:
        try:
            instance = self._fleet.at(placement.server).runtime.inspect(placement.container)
        except Sh0Error:
            return False
        return instance is not None and instance.state is InstanceState.RUNNING

    def _begin(self, placement: Placement) -> None:
        name = placement.container
        before = self._last.get(name)
        try:
            feed = self._open(placement, self._tail if before is None else None, before or self._since)
        except Sh0Error:
            return  # it has gone meanwhile
        self._feeds[name] = feed
        threading.Thread(target=self._read, args=(name, feed, before), name=f"sh0-logs-{name}", daemon=True).start()

    def _read(self, name: str, feed: Iterator[LogLine], before: datetime | None) -> None:
        last = before
        try:
            for line in feed:
                if before is not None and line.time <= before:
                    continue
                last = line.time
                if not self._pass_on(line):
                    break
        except (Sh0Error, ValueError, OSError):
            pass  # the engine went away, or the feed was closed; the next look opens it again
        finally:
            self._last[name] = last
            self._feeds.pop(name, None)

    def _pass_on(self, line: LogLine) -> bool:
        while not self._closed.is_set():
            try:
                self._lines.put(line, timeout=_POLL)
                return True
            except queue.Full:
                continue
        return False

    def close(self) -> None:
        """End the stream."""
        self._closed.set()
        for feed in list(self._feeds.values()):
            if (close := getattr(feed, "close", None)) is not None:
                close()
