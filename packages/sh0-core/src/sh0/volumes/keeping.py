"""How long volumes are kept that were deleted, and how large all of them are: what comes again."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sh0.context import Context
from sh0.errors import Conflict, Sh0Error
from sh0.jobs.schedule import Every
from sh0.jobs.scheduler import Entry
from sh0.jobs.wakeup import Wakeup
from sh0.records.event_payloads import VolumePayload
from sh0.records.event_types import EventType
from sh0.records.volume import VOLUME_SIZES, VOLUMES, Volume, VolumeSize
from sh0.values import ByteSize
from sh0.volumes.inventory import VolumeInventory
from sh0.volumes.model import KEPT
from sh0.volumes.transfer import VolumeTransfer

log = logging.getLogger("sh0.volumes")

_TIDYING = Every(3600)
_MEASURING = Every(6 * 3600)  # the engine looks at every file
_DAYS = 30
_PAUSE = timedelta(minutes=10)  # between two measurements that somebody waits for


class VolumeKeeping:
    """Removes what was deleted long enough ago, and what a crash has left; measures what there is.

    Args:
        context: The records, and the servers.
        inventory: Knows who has a volume.
        transfer: Knows what is being copied.
    """

    def __init__(self, context: Context, inventory: VolumeInventory, transfer: VolumeTransfer) -> None:
        self._records, self._fleet, self._clock = context.records, context.fleet, context.clock
        self._inventory, self._transfer, self._journal = inventory, transfer, context.journal
        self._unmeasured, self._asked = Wakeup(), datetime.min.replace(tzinfo=UTC)

    def entries(self) -> tuple[Entry, ...]:
        """What the scheduler does."""
        return (
            Entry("deleted-volumes", _TIDYING, self.tidy),
            Entry("volume-sizes", _MEASURING, self.measure, jitter=600.0, wakeup=self._unmeasured),
        )

    def measure_soon(self) -> None:
        """Measure before it is time, because a size is missing that somebody has asked for."""
        now = self._clock.now()
        if now - self._asked >= _PAUSE:
            self._asked = now
            self._unmeasured.set()

    def start(self) -> None:
        """Remove what a crash has left; where an engine is away, that is done later."""
        try:
            for server in self._fleet.names:
                self._fleet.at(server).runtime.clear_contents()
            self.tidy()
        except Sh0Error as error:
            log.warning("volumes are tidied later: %s", error.message)

    def tidy(self) -> str | None:
        """Remove for good what was deleted long enough ago, and copies that are not whole.

        Returns:
            What is wrong with the first that could not be removed.
        """
        now, problems = self._clock.now(), list[str]()
        for volume in self._records[VOLUMES].where():
            left = not volume.ready and volume.source not in self._transfer.copying
            if left or (volume.deleted is not None and volume.deleted + KEPT <= now):
                problems += self._remove(volume)
        return problems[0] if problems else None

    def _remove(self, volume: Volume) -> Iterable[str]:
        if volume.stack is not None and self._inventory.uses(volume):
            # A stack that was released again has found it: it is its own as before.
            self._records[VOLUMES].delete(volume.source)
            return
        try:
            self._fleet.at(volume.server).runtime.remove_volume(volume.source)
        except Conflict as error:
            yield f"the volume {volume.name} of {volume.owner} was deleted and is still used: {error.message}"
            return
        with self._records.transaction():
            self._records[VOLUMES].delete(volume.source)
            for size in self._records[VOLUME_SIZES].where(source=volume.source):
                self._records[VOLUME_SIZES].delete(size.source, size.day)
        if volume.deleted is not None:
            payload = VolumePayload(volume.owner, volume.name, volume.stack is not None)
            said = f"the volume {volume.name} of {volume.owner} was removed, {KEPT.days} days after it was deleted"
            self._journal.emit(EventType.VOLUME_REMOVED, payload, said)

    def measure(self) -> None:
        """Ask the engines how large volumes are; of each, one size a day is kept."""
        now = self._clock.now()
        for server in self._fleet.names:
            runtime = self._fleet.at(server).runtime
            if not runtime.volumes():
                continue
            for source, size in runtime.volume_sizes().items():
                self._records[VOLUME_SIZES].save(VolumeSize(source, f"{now:%Y-%m-%d}", now, ByteSize(size)))
                for old in self._records[VOLUME_SIZES].where(source=source, order="day desc")[_DAYS:]:
                    self._records[VOLUME_SIZES].delete(old.source, old.day)
