"""What is read of a kept log for one delivery."""

from collections.abc import Callable, Iterable
from datetime import datetime

import attrs

from sh0.logs.app_log import AppLog, Position
from sh0.logs.reader import Reader
from sh0.logs.stored import NOTE
from sh0.ports.runtime import LogLine

__all__ = ["Batch", "BatchReader", "noted"]


@attrs.frozen
class Batch:
    """Lines that are sent together.

    Attributes:
        lines: They, in the order in which they were printed.
        dropped: Lines before them that were removed from the log and never sent.
        place: Where the next line is.
    """

    lines: tuple[LogLine, ...]
    dropped: int
    place: Position

    def encoded(self, encode: Callable[[LogLine], bytes], app: str, now: datetime) -> bytes:
        """Its bytes; where lines are missing before it, one says so first."""
        lines: Iterable[LogLine] = (*noted(self.dropped, app, now), *self.lines)
        return b"".join(map(encode, lines))


def noted(dropped: int, app: str, now: datetime) -> tuple[LogLine, ...]:
    """A line that says how many were never sent; none if there are none."""
    if not dropped:
        return ()
    lines = "1 line" if dropped == 1 else f"{dropped} lines"
    return (LogLine(now, NOTE, f"{lines} of {app} could not be sent: too many, or too old by then"),)


class BatchReader:
    """Reads a kept log on, batch by batch.

    Args:
        log: The log.
        place: Where to begin. One that is beyond the end is from before a loss of power, or of the files.
    """

    def __init__(self, log: AppLog, place: Position) -> None:
        self._reader = Reader(log, min(place, log.end))
        self._told = 0

    def read(self, largest: int) -> Batch | None:
        """The next lines; None where there are none and none are missing.

        Args:
            largest: Bytes of the log that are read at most; a longer line is read whole.
        """
        lines = self._reader.read(largest)
        dropped, self._told = self._reader.passed - self._told, self._reader.passed
        if not lines and not dropped:
            return None
        return Batch(tuple(lines), dropped, self._reader.position)
