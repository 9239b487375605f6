"""All log drains at work: one thread with an event loop, which there is only once there are drains."""

import logging
import random
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sh0.context import Context
from sh0.drains.json_lines import json_line
from sh0.drains.progress import DrainProgress, ProgressFile
from sh0.drains.syslog import framed
from sh0.logs.kept import KeptLogs
from sh0.ports.runtime import LogLine
from sh0.ports.sinks import Destination, NotDelivered, Sink, Sinks
from sh0.records.app import APPS
from sh0.records.drain import DRAINS, LogDrain, is_file
from sh0.records.event_payloads import DrainPayload
from sh0.records.event_types import EventType
from sh0.records.journal import Event
from sh0.records.variable import SHARED_VARIABLES, VARIABLES
from sh0.values import Secret

if TYPE_CHECKING:
    import asyncio

    from sh0.drains.delivery import Delivery

__all__ = ["DrainSender"]

log = logging.getLogger("sh0.drains")

_CLOSING = 0.5  # seconds
_CANCELLING = 0.2
_AGAIN = 10.0  # seconds after which the records are read again that could not be
_CHANCE = random.Random()


class DrainSender:
    """Keeps what is sent equal to the drains that there are.

    Args:
        context: The drains, and what happens.
        kept: What apps print.
        sinks: Makes what opens destinations; called once there are drains.
    """

    def __init__(self, context: Context, kept: KeptLogs, sinks: Callable[[], Sinks]) -> None:
        self._context, self._records, self._kept, self._sinks = context, context.records, kept, sinks
        self._folder = context.home.drains
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed: asyncio.Event | None = None
        self._running: dict[str, tuple[Delivery, asyncio.Task[None]]] = {}
        self._of_apps: dict[str, list[Delivery]] = {}
        self._closing = False

    def start(self) -> None:
        """Go on with what there is."""
        self._context.journal.listen(self._heard)
        self._kept.listen(self._printed)
        self.sync()

    def close(self) -> None:
        """End all of it at once; what is under way is sent again at the next start."""
        with self._lock:
            self._closing = True
        self._wake()
        if self._thread is not None:
            self._thread.join(_CLOSING)

    def sync(self) -> None:
        """Make what is sent equal to the records, which have changed."""
        with self._lock:
            if self._closing:
                return
            if self._thread is None and self._records[DRAINS].where(limit=1):
                self._thread = threading.Thread(target=self._serve, name="sh0-drains", daemon=True)
                self._thread.start()
        self._wake()

    def begin(self, drain: LogDrain, *, backlog: bool) -> None:
        """Say where a new drain begins, before there is a record of it.

        Args:
            drain: The drain.
            backlog: Whether with what is kept already.

        Raises:
            OSError: That cannot be written.
        """
        log = self._kept.of(drain.app)
        place = log.begin if backlog else log.end
        self._file(drain).write(DrainProgress((*place,), since=self._context.clock.now()))

    def progress(self, drain: LogDrain) -> DrainProgress:
        """How far a drain has come."""
        running = self._running.get(drain.id)
        return running[0].progress if running is not None else self._file(drain).read(drain.created)

    def file(self, drain: LogDrain) -> Path | None:
        """The file that a drain writes to: in the folder that the operator allows, under the name of its app."""
        folder = self._context.settings.drain_folder
        return Path(folder) / f"{drain.app}.log" if folder and is_file(drain) else None

    def _file(self, drain: LogDrain) -> ProgressFile:
        return ProgressFile(self._folder / f"{drain.id}.json")

    def _heard(self, event: Event) -> None:
        if event.kind in (EventType.APP_DELETED, EventType.APP_RENAMED):
            self.sync()

    def _printed(self, app: str) -> None:
        loop = self._loop
        for delivery in self._of_apps.get(app, ()) if loop is not None else ():
            if not delivery.news.is_set():
                self._call(delivery.news.set)

    def _wake(self) -> None:
        if self._changed is not None:
            self._call(self._changed.set)

    def _call(self, function: Callable[[], object]) -> None:
        try:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(function)
        except RuntimeError:  # it has ended
            return

    def _serve(self) -> None:
        import asyncio

        asyncio.run(self._work())

    async def _work(self) -> None:
        import asyncio

        sinks, self._loop = self._sinks(), asyncio.get_running_loop()
        self._changed = asyncio.Event()
        try:
            while not self._closing:
                self._changed.clear()
                patience = None
                try:
                    self._equalise(sinks)
                except Exception:
                    log.exception("the log drains could not be read")
                    patience = _AGAIN
                try:
                    async with asyncio.timeout(patience):
                        await self._changed.wait()
                except TimeoutError:
                    continue
        finally:
            tasks = [task for _, task in self._running.values()]
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks, timeout=_CANCELLING)

    def _equalise(self, sinks: Sinks) -> None:
        import asyncio

        wanted = {drain.id: drain for drain in self._records[DRAINS].where(order="app, name")}
        for key, (delivery, task) in list(self._running.items()):
            if wanted.get(key) != delivery.drain or task.done():
                task.cancel()
                del self._running[key]
        for key, drain in wanted.items():
            if key not in self._running:
                delivery = self._delivery(drain, sinks)
                self._running[key] = delivery, asyncio.get_running_loop().create_task(delivery.run())
        of_apps: dict[str, list[Delivery]] = {}
        for delivery, _ in self._running.values():
            of_apps.setdefault(delivery.drain.app, []).append(delivery)
        self._of_apps = of_apps
        for path in self._folder.glob("*.json"):
            if path.stem not in wanted:
                path.unlink(missing_ok=True)

    def _delivery(self, drain: LogDrain, sinks: Sinks) -> "Delivery":
        from sh0.drains.delivery import Delivery, DeliveryParts

        encode: Callable[[LogLine], bytes] = partial(json_line, app=drain.app)
        if drain.destination.startswith("syslog"):
            encode = partial(framed, app=drain.app, host=socket.gethostname())
        parts = DeliveryParts(
            clock=self._context.clock,
            log=self._kept.of(drain.app),
            file=self._file(drain),
            encode=encode,
            open=partial(self._open, drain, sinks),
            report=self._report,
            chance=_CHANCE.random,
        )
        return Delivery(drain, parts)

    def _open(self, drain: LogDrain, sinks: Sinks) -> Sink:
        app = self._records[APPS].find(drain.app)
        if app is None:
            raise NotDelivered(f"there is no app {drain.app} any more")
        file = self.file(drain)
        if is_file(drain):
            if file is None:
                raise NotDelivered("this platform has no folder for files of drains any more: sh0 up --drain-folder")
            return sinks.open(Destination(drain.destination, file=file, size=int(app.logs.size)))
        credential = drain.credential if drain.variable is None else self._value(drain, app.project, app.stack is None)
        return sinks.open(Destination(drain.destination, drain.sent_in, credential, drain.ca, drain.gzip))

    def _value(self, drain: LogDrain, project: str, shares: bool) -> Secret:
        name = drain.variable or ""
        own = self._records[VARIABLES].find(drain.app, name)
        shared = self._records[SHARED_VARIABLES].find(project, name) if own is None and shares else None
        found = own or shared
        if found is None:
            raise NotDelivered(f"{drain.app} has no variable {name}, which its drain takes the credential from")
        return found.value

    def _report(self, drain: LogDrain, before: DrainProgress, now: DrainProgress) -> None:
        failing = now.reported
        text = (
            f"what {drain.app} prints cannot be sent to its drain {drain.name}: {now.problem}"
            if failing
            else f"what {drain.app} prints is sent to its drain {drain.name} again"
        )
        dropped = now.dropped - before.dropped
        if not failing and dropped:
            text += f"; {dropped} lines were gone by then"
        try:
            self._context.journal.emit(
                EventType.DRAIN_FAILING if failing else EventType.DRAIN_RECOVERED,
                DrainPayload(drain.app, drain.name, now.problem, now.dropped),
                text,
            )
        except Exception as error:  # the disk may be full, or the platform closed
            log.warning("the event of that could not be written: %s (%s)", text, error)
