"""Whether there is room for what apps print. Without it nothing is kept, which is said once, and goes on with room."""

import errno
import logging
import os
import time
from pathlib import Path

from sh0.context import Context
from sh0.records.event_payloads import ServerPayload
from sh0.records.event_types import EventType
from sh0.values import ServerName

__all__ = ["LogDisk"]

log = logging.getLogger("sh0.logs")

_RESERVE = 64 << 20  # bytes that logs leave free
_FIRST = 2.0  # seconds before the disk is looked at again
_LONGEST = 30.0
_LOOK = 1.0  # seconds for which the last look counts


class LogDisk:
    """Room on the disk for the logs of one server's apps.

    Args:
        context: The folder, and the journal.
        server: Which server the apps are on.

    Attributes:
        paused: Whether nothing is kept for now.
    """

    def __init__(self, context: Context, server: ServerName) -> None:
        self._folder, self._journal, self._server = context.home.logs, context.journal, server
        self.paused = False
        self._again, self._wait, self._looked, self._unsaid = 0.0, _FIRST, float("-inf"), False

    def demand_room(self) -> None:
        """Look whether there is room, unless that was done a moment ago.

        Raises:
            OSError: There is none.
        """
        now = time.monotonic()
        if now - self._looked >= _LOOK:
            self._looked = now
            if _free(self._folder) < _RESERVE:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def pause(self, error: OSError) -> None:
        """Nothing can be kept: look again in a while."""
        self._looked = float("-inf")
        if not self.paused:
            self.paused, self._wait = True, _FIRST
            self._unsaid = not self._say(f"what apps print is not kept for now: {error.strerror}")
        self._again = time.monotonic() + self._wait
        self._wait = min(_LONGEST, self._wait * 2)

    def resumed(self) -> bool:
        """Whether there is room again."""
        if time.monotonic() < self._again:
            return False
        try:
            self.demand_room()
        except OSError as error:
            self.pause(error)
            return False
        if self._unsaid:  # the journal is on the same disk
            self._say("what apps print was not kept for a while: the disk was full")
        self.paused = False
        self._say("what apps print is kept again")
        return True

    def _say(self, text: str) -> bool:
        log.warning("%s", text)
        try:
            self._journal.emit(
                EventType.LOGS_PAUSED if self.paused else EventType.LOGS_RESUMED,
                ServerPayload(self._server, text),
                text,
            )
        except Exception as error:  # a full disk may be what keeps it from being written
            log.warning("the event of that could not be written: %s", error)
            return False
        return True


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
