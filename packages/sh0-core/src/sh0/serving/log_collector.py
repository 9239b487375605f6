"""Collecting what the containers of a server print: one thread follows all of them, and keeps it redacted.

Each container is read on from its last line that is kept, by its time and by how many lines have that time. So nothing
is lost or kept twice by restarts of the daemon or of the engine, as far back as the engine has the lines.
"""

import logging
import queue
import selectors
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from sh0.context import Context
from sh0.errors import NotFound, Sh0Error
from sh0.logs.admission import RATE, Admission
from sh0.logs.kept import KeptLogs
from sh0.logs.stored import NOTE
from sh0.ports.runtime import EngineEvent, LogLine
from sh0.records.deployment import PLACEMENTS
from sh0.serving.followed_container import FollowedContainer
from sh0.serving.known_secrets import redactor_of_command, redactor_of_deployment
from sh0.serving.log_disk import LogDisk
from sh0.serving.log_sources import LogSource, source_of_labels, source_of_placement
from sh0.serving.owners import app_of
from sh0.values import ServerName

__all__ = ["LogCollector"]

log = logging.getLogger("sh0.logs")

_PAUSE = 0.1  # seconds in which lines gather before they are read together
_MUCH = 200  # lines in one reading after which the next one follows at once
_RETRY = 2.0  # seconds before an engine that does not answer is asked again
_AGAIN = 60.0  # seconds between two looks at which containers there are
_SAID = 5.0  # seconds between two notes about lines that are not kept
_FINISHING = 10.0  # seconds that the last lines of a container may take
_STOPPING = 5.0


class LogCollector:
    """Follows the containers of one server.

    Args:
        context: Which containers there are, their secrets, and the server.
        server: Which one.
        kept: Where lines are kept.
        disk: Knows whether there is room.
    """

    def __init__(self, context: Context, server: ServerName, kept: KeptLogs, disk: LogDisk) -> None:
        self._records, self._fleet, self._server = context.records, context.fleet, server
        self._kept, self._disk, self._clock = kept, disk, context.clock
        self._admission = Admission()
        self._selector = selectors.DefaultSelector()
        self._followed: dict[str, FollowedContainer] = {}
        self._released: set[str] = set()
        self._waiting: dict[str, list[threading.Event]] = {}
        self._dropped: dict[str, tuple[int, float, LogSource]] = {}
        self._asked: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._selector.register(self._reader, selectors.EVENT_READ)
        self._look_at, self._closing = 0.0, False
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"sh0-logs-{server}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop following; what has been read is kept."""
        self._closing = True
        self._wake()
        if self._thread.is_alive():
            self._thread.join(_STOPPING)
        if not self._thread.is_alive():
            self._selector.close()
            self._reader.close()
            self._writer.close()

    def heard(self, event: EngineEvent | None) -> None:
        """The engine reports something about a container, or its reports began anew."""
        if event is None:
            self._ask(self._look)
        elif event.action == "start":
            self._ask(partial(self._follow_started, event.name, event.labels))

    def release(self, app: str) -> None:
        """Let go of the containers of an app, and follow none of it until `take_up`. What they print is read then."""
        self._released.add(app)
        if not self._thread.is_alive():
            return
        done = threading.Event()

        def let_go() -> None:
            for followed in [each for each in self._followed.values() if each.source.app == app]:
                self._close(followed)
            done.set()

        self._ask(let_go)
        done.wait(_FINISHING)

    def take_up(self, app: str) -> None:
        """Follow the containers of an app again."""
        self._released.discard(app)
        self._ask(self._look)

    def finish(self, source: LogSource) -> None:
        """Keep what a container that has ended printed last, before it is removed. It waits for that, within bounds."""
        if not self._thread.is_alive() or self._disk.paused:
            return
        done = threading.Event()

        def ask() -> None:
            self._waiting.setdefault(source.container, []).append(done)
            if source.container not in self._followed:
                self._follow(source)
            if source.container not in self._followed:
                self._end(source)

        self._ask(ask)
        if not done.wait(_FINISHING):
            log.warning("the last lines of %s could not be read in time", source.container)

    def _ask(self, what: Callable[[], None]) -> None:
        self._asked.put(what)
        self._wake()

    def _wake(self) -> None:
        self._woken.set()
        with suppress(OSError):
            self._writer.send(b".")

    def _serve(self) -> None:
        try:
            while not self._closing:
                try:
                    self._turn()
                except OSError as error:
                    self._pause(error)
                except Sh0Error as error:
                    log.warning("logs cannot be read: %s", error.message)
                    self._look_at = time.monotonic() + _RETRY
        except Exception:
            if not self._closing:
                log.exception("what apps print is not kept any more")
        finally:
            self._drop_feeds()
            for done in [done for each in self._waiting.values() for done in each]:
                done.set()

    def _turn(self) -> None:
        """Wait for something, read what there is, and keep it."""
        now = time.monotonic()
        if self._disk.paused and not self._disk.resumed():
            self._woken.wait(1.0)
            self._woken.clear()
            return self._answer_nothing()
        if now >= self._look_at:
            self._look()
        self._resume(now)
        ready = self._selector.select(self._patience(now))
        self._woken.clear()
        with suppress(BlockingIOError):
            self._reader.recv(4096)
        while not self._asked.empty():
            self._asked.get()()
        found = [each for key, _ in ready if isinstance(each := key.data, FollowedContainer)]
        most = max((self._read(each) for each in found if each.source.container in self._followed), default=0)
        self._say_dropped()
        if found and most < _MUCH and not self._waiting:
            self._woken.wait(_PAUSE)

    def _answer_nothing(self) -> None:
        while not self._asked.empty():
            self._asked.get()
        for done in [done for each in self._waiting.values() for done in each]:
            done.set()
        self._waiting.clear()

    def _patience(self, now: float) -> float:
        soon = 1.0 if self._dropped or any(each.held for each in self._followed.values()) else _AGAIN
        return max(0.0, min(soon, self._look_at - now))

    def _look(self) -> None:
        """Follow every container that is there and that is not followed."""
        self._look_at = time.monotonic() + _AGAIN
        runtime = self._fleet.at(self._server).runtime
        sources = [source_of_placement(each) for each in self._records[PLACEMENTS].where(server=self._server)]
        for instance in runtime.observe({"sh0.kind": "run"}):
            if (source := self._source(instance.name, instance.labels)) is not None:
                sources.append(source)
        for source in sources:
            self._follow(source)

    def _follow_started(self, container: str, labels: Mapping[str, str]) -> None:
        if (source := self._source(container, labels)) is not None:
            self._follow(source)

    def _source(self, container: str, labels: Mapping[str, str]) -> LogSource | None:
        return source_of_labels(container, labels, app_of(self._records, labels))

    def _follow(self, source: LogSource) -> None:
        if source.app in self._released:
            return
        if source.container in self._followed or self._kept.retention(source.app) is None:
            return
        cursor = self._kept.of(source.app).cursors.get(source.container)
        since = None if cursor is None else cursor.moment
        try:
            feed = self._fleet.at(self._server).runtime.log_feed(source.container, since=since)
        except NotFound:
            return
        redact = (
            redactor_of_command(self._records, source.run, source.deployment, source.app)
            if source.run
            else redactor_of_deployment(self._records, source.deployment, source.app)
        )
        followed = FollowedContainer(source, feed, redact, cursor, self._clock.now())
        self._followed[source.container] = followed
        self._selector.register(feed, selectors.EVENT_READ, followed)

    def _read(self, followed: FollowedContainer) -> int:
        """Read what has come of a container; returns how much that was, in lines."""
        app, now = followed.source.app, time.monotonic()
        finishing = followed.source.container in self._waiting
        if not finishing and self._admission.is_over(app, now):
            if followed.behind:
                followed.held = True
                self._selector.unregister(followed.feed)
                return 0
            skipped = followed.feed.skip()
            count, said, _ = self._dropped.get(app, (0, now, followed.source))
            self._dropped[app] = count + skipped, said, followed.source
            lines: list[LogLine] = []
        else:
            try:
                lines = followed.read(self._clock.now())
            except Sh0Error:
                lines = followed.broken()
                self._look_at = min(self._look_at, now + _RETRY)
            self._admission.spend(app, len(lines), now)
            self._keep(app, lines)
        if followed.ended:
            self._close(followed)
            self._end(followed.source)
        return len(lines)

    def _keep(self, app: str, lines: list[LogLine]) -> None:
        retention = self._kept.retention(app)
        if lines and retention is not None:
            self._disk.demand_room()
            self._kept.of(app).append(lines, int(retention.size))

    def _close(self, followed: FollowedContainer) -> None:
        self._followed.pop(followed.source.container, None)
        if not followed.held:
            self._selector.unregister(followed.feed)
        followed.feed.close()

    def _end(self, source: LogSource) -> None:
        for done in self._waiting.pop(source.container, ()):
            self._kept.of(source.app).forget(source.container, source.deployment)
            done.set()

    def _resume(self, now: float) -> None:
        """Read containers again whose app has printed too much at once before it was followed."""
        for followed in self._followed.values():
            if followed.held and not self._admission.is_over(followed.source.app, now):
                followed.held = False
                self._selector.register(followed.feed, selectors.EVENT_READ, followed)

    def _say_dropped(self) -> None:
        now = time.monotonic()
        for app, (count, since, source) in list(self._dropped.items()):
            if now - since >= _SAID:
                del self._dropped[app]
                text = f"{count} lines are not kept here: {app} prints more than {RATE} a second"
                line = LogLine(self._clock.now(), NOTE, text, source.container, False, source.process, source.replica)
                self._keep(app, [line])

    def _pause(self, error: OSError) -> None:
        self._drop_feeds()
        self._disk.pause(error)
        self._look_at = 0.0

    def _drop_feeds(self) -> None:
        for followed in list(self._followed.values()):
            self._close(followed)
