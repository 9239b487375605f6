"""The state of a pretended engine: containers with their logs, images, and who listens to events."""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime

import attrs

from sh0.ports.container import RestartPolicy
from sh0.ports.runtime import EngineEvent, ImageFacts, Instance, InstanceHealth, InstanceState, LogLine, Workload
from sh0.testing.script import Program

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@attrs.define
class FakeContainer:
    """One pretended container; ``ours`` is false for one that somebody else made."""

    workload: Workload
    id: str
    image: str
    labels: dict[str, str]
    ours: bool = True
    state: InstanceState = InstanceState.CREATED
    exit_code: int | None = None
    out_of_memory: bool = False
    restarts: int = 0
    health: InstanceHealth | None = None
    since: datetime | None = None
    log: list[LogLine] = attrs.field(factory=list)
    changed: threading.Condition = attrs.field(factory=threading.Condition)
    feeds: "list[FakeLogFeed]" = attrs.field(factory=list)

    def instance(self) -> Instance:
        """What is observed of it."""
        return Instance(
            name=self.workload.name,
            id=self.id,
            image=self.image,
            labels=dict(self.labels),
            state=self.state,
            exit_code=self.exit_code,
            out_of_memory=self.out_of_memory,
            restarts=self.restarts,
            address=self.workload.address,
            health=self.health,
            memory=self.workload.memory,
            since=self.since,
        )

    def print(self, text: str, stream: str = "stdout") -> None:
        """Add a line to its log."""
        with self.changed:
            self.log.append(LogLine(datetime.now(UTC), stream, text, self.workload.name))
            self._notify()

    def enter(self, state: InstanceState) -> None:
        """Change its state, and wake up those who follow its log."""
        with self.changed:
            self.state, self.since = state, datetime.now(UTC)
            self._notify()

    def _notify(self) -> None:
        self.changed.notify_all()
        for feed in self.feeds:
            feed.notify()

    def play(self, program: Program) -> None:
        """Start it as a program that behaves so; one that ends waits for its restart, unless it is a job."""
        self.exit_code, self.out_of_memory = None, False
        self.enter(InstanceState.RUNNING)
        for stream, text in program.prints:
            self.print(text, stream)
        if program.exit_code is not None:
            self.exit_code, self.out_of_memory = program.exit_code, program.out_of_memory
            rule = self.workload.restart
            if rule is RestartPolicy.NO or (rule is RestartPolicy.ON_FAILURE and program.exit_code == 0):
                self.enter(InstanceState.EXITED)
            else:
                self.restarts += 1
                self.enter(InstanceState.RESTARTING)

    def test(self, found: Callable[[Workload], InstanceHealth]) -> None:
        """Test its health, if the workload says how."""
        tested = self.workload.health is not None and self.workload.health.test not in ((), ("NONE",))
        self.health = found(self.workload) if tested else None


class FakeFeed:
    """Lines of a log; it can be closed from any thread."""

    def __init__(self, container: FakeContainer, lines: list[LogLine], follow: bool) -> None:
        self._container = container
        self._lines = lines
        self._next = len(container.log)
        self._follow = follow
        self._closed = False

    def __iter__(self) -> Iterator[LogLine]:
        return self

    def __next__(self) -> LogLine:
        with self._container.changed:
            while not self._closed:
                if self._lines:
                    return self._lines.pop(0)
                if not self._follow:
                    break
                if self._next < len(self._container.log):
                    self._lines = self._container.log[self._next :]
                    self._next = len(self._container.log)
                elif self._container.state is InstanceState.EXITED:
                    break
                else:
                    self._container.changed.wait()
        raise StopIteration

    def close(self) -> None:
        """End the feed."""
        with self._container.changed:
            self._closed = True
            self._container.changed.notify_all()


class FakeLogFeed:
    """Lines of a log, read without waiting; its descriptor is one end of a pair of sockets."""

    def __init__(self, container: FakeContainer, since: datetime | None) -> None:
        self._container, self._since, self._next = container, since, 0
        self.ended = False
        self._reader, self._writer = socket.socketpair()
        with container.changed:
            container.feeds.append(self)
            self.notify()

    def notify(self) -> None:
        """Something has come, or the container has ended."""
        with suppress(OSError):  # it was closed
            self._writer.send(b".", socket.MSG_DONTWAIT)

    def fileno(self) -> int:
        """The descriptor; -1 once it is closed."""
        return self._reader.fileno()

    def read(self) -> list[LogLine]:
        """What has come since."""
        with suppress(BlockingIOError):
            self._reader.recv(1 << 16, socket.MSG_DONTWAIT)
        with self._container.changed:
            lines = self._container.log[self._next :]
            self._next += len(lines)
            self.ended = self._container.state is InstanceState.EXITED
        return [line for line in lines if self._since is None or line.time >= self._since]

    def skip(self) -> int:
        """The same, thrown away."""
        return len(self.read())

    def close(self) -> None:
        """Close it."""
        with self._container.changed:
            if self in self._container.feeds:
                self._container.feeds.remove(self)
        self._reader.close()
        self._writer.close()


class FakeEvents:
    """Events of containers; it can be closed from any thread."""

    def __init__(self) -> None:
        self.queue: queue.Queue[EngineEvent | None] = queue.Queue()

    def __iter__(self) -> Iterator[EngineEvent]:
        return self

    def __next__(self) -> EngineEvent:
        event = self.queue.get()
        if event is None:
            self.queue.put(None)
            raise StopIteration
        return event

    def close(self) -> None:
        """End the feed."""
        self.queue.put(None)


def picture(digest: str, *tags: str, labels: dict[str, str] | None = None, ports: tuple[int, ...] = ()) -> ImageFacts:
    """Facts of a pretended image."""
    return ImageFacts(f"sha256:{digest}", tags, labels or {}, 1000, ports, EPOCH)
