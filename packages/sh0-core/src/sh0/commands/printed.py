"""What a command prints, into its log: each line once, however often its container's log is read again."""

from collections import deque
from datetime import datetime

from sh0.errors import DiskFull
from sh0.jobs.log import RunLog
from sh0.ports.runtime import LogLine

_LAST = 20  # lines that a failure is explained with


class Printed:
    """Takes the lines of a container into the log of its run.

    Args:
        log: The log.
        further: A log that gets the lines as well.

    Attributes:
        last: The last lines.
    """

    def __init__(self, log: RunLog, further: RunLog | None = None) -> None:
        self._log, self._further = log, further
        self.last: deque[str] = deque(maxlen=_LAST)
        self._time: datetime | None = None
        self._same = self._skip = 0

    def resume(self) -> None:
        """Go on after what was taken before the platform stopped."""
        if (found := self._log.resumed()) is not None:
            self._time, self._same = found

    def again(self) -> datetime | None:
        """From when on the container's log is to be read: of the lines of that time, those are left out that are known.

        It is called before each reading.
        """
        self._skip = self._same
        return self._time

    def take(self, line: LogLine) -> bool:
        """Take a line. False once no more are kept."""
        if self._time is not None and line.time <= self._time and self._skip:
            self._skip -= line.time == self._time
            return True
        self._same = self._same + 1 if line.time == self._time else 1
        self._time = line.time
        self.last.append(line.text)
        try:
            self._log.output(line.text, line.time)
            if self._further is not None:
                self._further.output(line.text)
        except (OSError, DiskFull):
            pass  # a full disk is no reason to stop a command; its container's own log still has the line
        return not self._log.is_full
