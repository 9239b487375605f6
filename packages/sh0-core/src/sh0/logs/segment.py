"""One file of a kept log: what is known of it without its lines, and how that is found out again."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import attrs

from sh0.logs.stored import TIME, Origin, note, notes, origins_of

__all__ = ["Contents", "Cursor", "Segment", "origins_in", "scan", "summarised", "summary"]

_TAIL: Final = 64 << 10  # bytes at the end of a file in which its summary is


class Cursor(NamedTuple):
    """How far a container was read.

    Attributes:
        time: Of its last line, as it is kept.
        lines: How many of them have exactly that time.
    """

    time: bytes
    lines: int

    @property
    def moment(self) -> datetime:
        """The time of its last line."""
        return datetime.fromisoformat(self.time[:-1].decode()).replace(tzinfo=UTC)

    def after(self, time: bytes) -> "Cursor":
        """The cursor after one more line."""
        return Cursor(time, self.lines + 1 if self.time == time else 1)


@attrs.define(eq=False)
class Segment:
    """A file of a kept log.

    Attributes:
        number: Counts up.
        path: The file.
        before: How many lines were appended before it, ever.
        size: Its bytes.
        lines: How many lines it has.
        first: The earliest time in it, as it is kept; empty without lines.
        last: The latest time in it.
        origins: What the numbers in its lines stand for; it is not read of a file that has a summary.
    """

    number: int
    path: Path
    before: int = 0
    size: int = 0
    lines: int = 0
    first: bytes = b""
    last: bytes = b""
    origins: dict[int, Origin] = attrs.field(factory=dict)

    def add(self, time: bytes) -> None:
        """One more line of that time is in it."""
        self.lines += 1
        if not self.first or time < self.first:
            self.first = time
        if time > self.last:
            self.last = time


@attrs.frozen
class Contents:
    """What the last file of a log says about those who print.

    Attributes:
        cursors: How far each container was read.
        origins: The numbers that stand for them.
        removed: Id of the deployment whose containers were removed last; empty for none.
    """

    cursors: dict[str, Cursor]
    origins: dict[Origin, int]
    removed: str


def summary(segment: Segment) -> bytes:
    """What a file ends with that is full: who needs this looks through nothing else of it."""
    first, last, listed = segment.first.decode(), segment.last.decode(), [[n, *o] for n, o in segment.origins.items()]
    return note(first=first, last=last, lines=segment.lines, begins=segment.before, origins=listed)


def _summary_of(end: bytes) -> dict[str, Any] | None:
    """The summary, if a file that ends so has one."""
    found = (
        next(iter(notes(end[end.rfind(b"\n# ") + 1 :])), {}) if end.rfind(b"\n", 0, -1) == end.rfind(b"\n# ") else {}
    )
    return found if "lines" in found else None


def origins_in(data: bytes) -> dict[int, Origin]:
    """What the numbers in the lines of a file stand for.

    Args:
        data: All of the file.
    """
    found = _summary_of(data[-_TAIL:])
    return origins_of(notes(data) if found is None else [found])


def summarised(segment: Segment) -> bool:
    """Fill a segment in from the summary at the end of its file; whether there is one."""
    with open(segment.path, "rb") as file:
        segment.size = file.seek(0, os.SEEK_END)
        file.seek(max(0, segment.size - _TAIL))
        end = file.read()
    found = _summary_of(end)
    if found is None:
        return False
    segment.first, segment.last = found["first"].encode(), found["last"].encode()
    segment.lines, segment.before = found["lines"], found["begins"]
    return True


def scan(segment: Segment) -> Contents:
    """Fill a segment in from its lines. What is not whole at its end is cut off: the machine has lost its power."""
    data = segment.path.read_bytes()
    segment.size = data.rfind(b"\n") + 1
    if segment.size < len(data):
        os.truncate(segment.path, segment.size)
    origins = segment.origins
    cursors: dict[str, Cursor] = {}
    removed = ""
    for raw in data[: segment.size].split(b"\n"):
        if raw.startswith(b"# "):
            for found in notes(raw):
                origins.update(origins_of([found]))
                removed = found.get("removed", removed)
                segment.before = found.get("before", segment.before)
                for name, (time, count) in found.get("cursors", {}).items():
                    cursors[name] = Cursor(time.encode(), count)
        elif raw[TIME - 1 : TIME + 1] == b"Z ":
            time, head = raw[:TIME], raw[TIME + 1 : TIME + 16].split(b" ", 1)[0]
            segment.add(time)
            origin = origins.get(int(head[:-2])) if head[:-2].isdigit() else None
            if origin is not None and head[-2:-1] != b"n":
                cursors[origin.instance] = cursors.get(origin.instance, Cursor(b"", 0)).after(time)
    return Contents(cursors, {origin: number for number, origin in origins.items()}, removed)
