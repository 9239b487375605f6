"""Which lines of a container have come before. Pure.

An engine is asked for lines from the time of the last one that is kept, so it begins with that one; and while it is
followed, it may begin anew with what it has sent, when it puts its log into another file. Within a stream, times only
go on, unless the clock was set back: then the last line is from the future.
"""

from datetime import datetime

from sh0.logs.segment import Cursor
from sh0.ports.runtime import LogLine

__all__ = ["Repeats"]


class Repeats:
    """Tells lines that come again from new ones.

    Args:
        cursor: How far the container was read before; None for not at all.
    """

    def __init__(self, cursor: Cursor | None) -> None:
        self._until = None if cursor is None else cursor.moment
        self._left = 0 if cursor is None else cursor.lines
        self._last: dict[str, tuple[datetime, int]] = {}
        self._again: dict[str, int] = {}

    def is_new(self, line: LogLine, now: datetime) -> bool:
        """Whether a line has not come before.

        Args:
            line: The next line.
            now: The time.
        """
        if self._until is not None:
            if line.time == self._until and self._left > 0:
                self._left -= 1
                return False
            self._until = None
        time, count = self._last.get(line.stream, (line.time, 0))
        if line.time < time <= now:
            self._again[line.stream] = count
            return False
        if line.time == time:
            if self._again.get(line.stream, 0) > 0:
                self._again[line.stream] -= 1
                return False
            self._last[line.stream] = time, count + 1
            return True
        self._again.pop(line.stream, None)
        self._last[line.stream] = line.time, 1
        return True
