"""One drain at work: what was printed is read from the kept log, sent, and then noted as sent."""

import asyncio
import logging
from collections.abc import Callable

import attrs

from sh0.drains.backoff import is_reported, pause
from sh0.drains.batch import BatchReader
from sh0.drains.progress import DrainProgress, ProgressFile
from sh0.errors import internal_error
from sh0.logs.app_log import AppLog, Position
from sh0.ports.clock import Clock
from sh0.ports.runtime import LogLine
from sh0.ports.sinks import NotDelivered, Refused, Sink
from sh0.records.drain import LogDrain

__all__ = ["Delivery", "DeliveryParts"]

log = logging.getLogger("sh0.drains")

_SECONDS = 30.0  # that a batch may take, from looking up the host to the answer
_GATHER = 0.5  # seconds in which lines gather before they are sent together
_LARGEST = 256 << 10  # bytes of the log in a batch


class _Smaller(NotDelivered):
    """A receiver refuses a batch, perhaps for one of its lines: they are sent in smaller ones."""


@attrs.frozen
class DeliveryParts:
    """What a drain is worked with.

    Attributes:
        clock: Tells the time.
        log: What the app prints.
        file: Says how far it has come.
        encode: Makes the bytes of a line.
        open: Opens the destination, with the token as it is now; raises `NotDelivered`.
        report: Called when a failure, or its end, is worth an event.
        chance: A number from 0 to 1.
    """

    clock: Clock
    log: AppLog
    file: ProgressFile
    encode: Callable[[LogLine], bytes]
    open: Callable[[], Sink]
    report: Callable[[LogDrain, DrainProgress, DrainProgress], None]
    chance: Callable[[], float]


class Delivery:
    """Sends what one app prints to one destination. It is used in one event loop.

    Args:
        drain: The drain.
        parts: What it is worked with.

    Attributes:
        drain: The drain.
        progress: How far it has come.
        news: Set when the app has printed something.
    """

    def __init__(self, drain: LogDrain, parts: DeliveryParts) -> None:
        self.drain, self._parts = drain, parts
        self.progress = parts.file.read(parts.clock.now())
        self.news = asyncio.Event()
        self._sink: Sink | None = None
        self._largest = _LARGEST

    async def run(self) -> None:
        """Send until it is cancelled, or nothing is kept of the app any more."""
        try:
            while not self._parts.log.closed:
                await self._attempt()
        finally:
            self._close()

    async def _attempt(self) -> None:
        """Send on from what has arrived, until something fails; then wait."""
        tries = None
        try:
            await self._send_on(BatchReader(self._parts.log, self.progress.position))
        except _Smaller as error:
            self._failed(str(error))
            tries = 1
        except NotDelivered as error:
            self._failed(str(error))
        except TimeoutError:
            self._failed(f"the receiver did not answer within {_SECONDS:.0f} seconds")
        except Exception as error:
            log.exception("the drain %s of %s has a problem", self.drain.name, self.drain.app)
            self._failed(internal_error(error).message)
        else:
            return
        self._close()
        await asyncio.sleep(pause(tries or self.progress.failures, self._parts.chance()))

    async def _send_on(self, reader: BatchReader) -> None:
        parts = self._parts
        while not parts.log.closed:
            self.news.clear()
            batch = reader.read(self._largest)
            if batch is None:
                await self.news.wait()
                await asyncio.sleep(_GATHER)
                continue
            data = batch.encoded(parts.encode, self.drain.app, parts.clock.now())
            try:
                await self._send(data)
            except Refused as error:
                if len(batch.lines) > 1:
                    self._largest = max(1, min(self._largest, len(data)) // 2)
                    raise _Smaller(str(error)) from None
                self._skip(batch.place, batch.dropped + len(batch.lines))
                raise
            self._largest = min(_LARGEST, self._largest * 2)
            now = parts.clock.now()
            self._note(self.progress.succeeded(batch.place, len(batch.lines), batch.dropped, now))

    async def _send(self, data: bytes) -> None:
        if self._sink is None:
            self._sink = self._parts.open()
        async with asyncio.timeout(_SECONDS):
            await self._sink.send(data)

    def _skip(self, place: Position, lines: int) -> None:
        """Go on after a line that the receiver refuses even by itself."""
        self._note(attrs.evolve(self.progress, place=(*place,), dropped=self.progress.dropped + lines))

    def _failed(self, problem: str) -> None:
        failed = self.progress.failed(problem, self._parts.clock.now())
        if is_reported(failed.failures) and not failed.reported:
            failed = attrs.evolve(failed, reported=True)
        self._note(failed)

    def _note(self, progress: DrainProgress) -> None:
        before, self.progress = self.progress, progress
        try:
            self._parts.file.write(progress)
        except OSError as error:  # a full disk: what has arrived since is sent again after a restart
            log.warning("how far the drain %s of %s is could not be noted: %s", self.drain.name, self.drain.app, error)
        if before.reported != progress.reported:
            self._parts.report(self.drain, before, progress)

    def _close(self) -> None:
        if self._sink is not None:
            self._sink.close()
            self._sink = None
