"""What has arrived of the head of a request, and whether a thread should look at it. Pure."""

import re
from enum import Enum

_LARGEST = 32 << 10  # bytes; browsers send less than 8 KiB
_FIRST = 10.0  # seconds from a connection, or from the first byte of a further request, to the end of the head
_BETWEEN = 15.0  # seconds that a connection may wait for its next request
_END = re.compile(rb"\r?\n\r?\n")
_NO_TEXT = re.compile(rb"[^\t\r\n\x20-\xff]")


class Arrival(Enum):
    """What a head is after more of it has come."""

    PARTIAL = "more has to come"
    WHOLE = "somebody can answer it"
    HUGE = "larger than any head may be"
    NO_HTTP = "not even text"


class Head:
    """The bytes of a request before its body, as they come.

    Args:
        now: The time, in seconds.
        early: What came with the previous request of the connection.
        further: Whether there was a previous one.
    """

    def __init__(self, now: float, early: bytes = b"", *, further: bool = False) -> None:
        self.received = bytearray(early)
        self.deadline = now + (_BETWEEN if further and not early else _FIRST)

    def add(self, now: float, data: bytes) -> Arrival:
        """Take in what has come."""
        if not self.received:
            self.deadline = now + _FIRST
        self.received += data
        return self.arrival()

    def arrival(self) -> Arrival:
        """What it is by now."""
        end = _END.search(self.received)
        if (end.start() if end else len(self.received)) > _LARGEST:
            return Arrival.HUGE
        if _NO_TEXT.search(self.received, 0, end.start() if end else len(self.received)):
            return Arrival.NO_HTTP
        return Arrival.WHOLE if end else Arrival.PARTIAL
