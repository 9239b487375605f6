"""Reading a kept log on from a place: for those who follow it, and for those who pass it on."""

from sh0.logs.app_log import AppLog, Position
from sh0.logs.stored import Origin, notes, origins_of, parsed
from sh0.ports.runtime import LogLine

__all__ = ["Reader"]

_AT_ONCE = 256 << 10  # bytes


class Reader:
    """Reads lines in the order in which they were appended.

    Args:
        log: The log.
        position: Where to begin.

    Attributes:
        position: Where it is.
        passed: How many lines it has not seen, because they were removed before it came to them.
    """

    def __init__(self, log: AppLog, position: Position) -> None:
        self._log, self.position, self.passed = log, position, 0
        self._segment = -1
        self._origins: dict[int, Origin] = {}

    def read(self, largest: int = _AT_ONCE) -> list[LogLine]:
        """What comes next; nothing at the end.

        Args:
            largest: Bytes to read at most; a longer line is read whole.
        """
        while True:
            path, size, place = self._log.segment_at(self.position)
            if path is None:
                return []
            self.passed += max(0, place.line - self.position.line)
            self.position = place
            try:
                with open(path, "rb") as file:
                    if place.segment != self._segment:
                        self._segment, self._origins = place.segment, origins_of(notes(file.read(place.offset)))
                    file.seek(place.offset)
                    data = file.read(min(largest, size - place.offset))
                    if not data.endswith(b"\n"):
                        data += file.readline()
            except FileNotFoundError:  # it was removed meanwhile
                continue
            self._origins |= origins_of(notes(data))
            raws = [raw for raw in data.split(b"\n") if raw and not raw.startswith(b"# ")]
            self.position = Position(place.segment, place.offset + len(data), place.line + len(raws))
            if lines := [line for line in (parsed(raw, self._origins) for raw in raws) if line is not None]:
                return lines
