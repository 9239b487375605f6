"""The kept log of one app: segments that are appended to, and removed when they are too old or too many."""

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import attrs

from sh0.logs.segment import Contents, Cursor, Segment, scan, summarised, summary
from sh0.logs.stored import NOTE, Origin, encoded, note, stamp
from sh0.ports.runtime import LogLine

__all__ = ["AppLog", "LogState", "Part", "Position"]

_LARGEST: Final = 4 << 20  # bytes of a segment
_SMALLEST: Final = 64 << 10
_ORIGINS: Final = 500  # of a segment
_SEGMENTS: Final = 16  # of a full log, at least


class Position(NamedTuple):
    """A place in a log.

    Attributes:
        segment: Number of the segment.
        offset: Bytes from its beginning.
        line: How many lines were appended before, ever.
    """

    segment: int
    offset: int
    line: int


@attrs.frozen
class Part:
    """A segment as it is at a moment.

    Attributes:
        path: The file.
        size: Bytes of it that count.
        first: Earliest time in it, as it is kept.
        last: Latest time in it.
    """

    path: Path
    size: int
    first: str
    last: str


@attrs.frozen
class LogState:
    """A log as it is at a moment.

    Attributes:
        parts: Its segments that have lines, oldest first.
        cursors: How far each container was read.
        end: Where the next line will be.
    """

    parts: tuple[Part, ...]
    cursors: Mapping[str, Cursor]
    end: Position


class AppLog:
    """What one app printed. Any thread may use it.

    Args:
        folder: Where its segments are; made when there is something to keep.
        wake: Called after lines were appended, and when it is removed.

    Attributes:
        removed: Id of the deployment whose containers were removed last; empty for none.
        closed: Whether nothing is appended any more.
    """

    def __init__(self, folder: Path, wake: Callable[[], object] = lambda: None) -> None:
        self._folder, self._wake = folder, wake
        self._lock = threading.RLock()
        self._file = -1
        self._segments: deque[Segment] = deque()
        self._contents = Contents({}, {}, "")
        paths = sorted(folder.glob("*.log"))
        for path in paths:
            segment = Segment(int(path.stem), path)
            if path == paths[-1] or not summarised(segment):
                self._contents = scan(segment)
            self._segments.append(segment)
        self._cursors, self._origins = self._contents.cursors, self._contents.origins
        self._next_origin = max(self._origins.values(), default=0) + 1
        last = self._segments[-1] if self._segments else None
        self._next_segment = 1 if last is None else last.number + 1
        self._lines = 0 if last is None else last.before + last.lines
        self.removed, self.closed = self._contents.removed, False

    @property
    def size(self) -> int:
        """Bytes on disk."""
        with self._lock:
            return sum(segment.size for segment in self._segments)

    @property
    def cursors(self) -> dict[str, Cursor]:
        """How far each container was read."""
        with self._lock:
            return dict(self._cursors)

    @property
    def begin(self) -> Position:
        """Where the oldest line is that is kept."""
        with self._lock:
            return Position(self._segments[0].number, 0, self._segments[0].before) if self._segments else self.end

    @property
    def end(self) -> Position:
        """Where the next line will be."""
        with self._lock:
            if not self._segments:
                return Position(self._next_segment, 0, self._lines)
            return Position(self._segments[-1].number, self._segments[-1].size, self._lines)

    def append(self, lines: Sequence[LogLine], largest: int) -> None:
        """Keep lines.

        Args:
            lines: They, redacted.
            largest: Bytes that all of the app's lines may have; the oldest segments make room.

        Raises:
            OSError: They cannot be written; then nothing of them is kept.
        """
        with self._lock:
            if self.closed or not lines:
                return
            segment = self._writable(largest)
            origins, cursors, times, pieces = dict(self._origins), dict(self._cursors), [], []
            for line in lines:
                origin = Origin(line.instance, line.process, line.replica, line.deployment)
                if (number := origins.get(origin)) is None:
                    number = origins[origin] = self._next_origin
                    self._next_origin += 1
                    segment.origins[number] = origin
                    pieces.append(note(origins=[[number, *origin]]))
                times.append(stamp(line.time))
                pieces.append(encoded(line, number, times[-1]))
                if line.stream != NOTE:
                    cursors[line.instance] = cursors.get(line.instance, Cursor(b"", 0)).after(times[-1])
            self._write(segment, b"".join(pieces))
            for time in times:
                segment.add(time)
            self._lines += len(lines)
            self._origins, self._cursors = origins, cursors
        self._wake()

    def forget(self, instance: str, deployment: str = "") -> None:
        """A container is gone; nothing more of it will come.

        Args:
            instance: Its name.
            deployment: Of which deployment it was, if that is what `removed` says from now on.
        """
        with self._lock:
            self._cursors.pop(instance, None)
            for origin in [origin for origin in self._origins if origin.instance == instance]:
                del self._origins[origin]
            if deployment and deployment != self.removed and self._segments and not self.closed:
                self.removed = deployment
                with suppress(OSError):
                    self._open(self._segments[-1])
                    self._write(self._segments[-1], note(removed=deployment))

    def trim(self, before: datetime, largest: int) -> None:
        """Remove segments whose lines are all older, and the oldest that are beyond a size.

        Args:
            before: What is older is removed.
            largest: Bytes that may stay.
        """
        limit = stamp(before)
        with self._lock:
            while self._segments and (self.size > largest or self._segments[0].last < limit):
                if len(self._segments) == 1:
                    if not self._segments[0].lines:
                        return
                    with suppress(OSError):  # what is removed makes room on a full disk
                        self._begin()
                self._drop()

    def state(self) -> LogState:
        """What is there now; what is appended later is no part of it."""
        with self._lock:
            found = tuple(Part(s.path, s.size, s.first.decode(), s.last.decode()) for s in self._segments if s.lines)
            return LogState(found, dict(self._cursors), self.end)

    def segment_at(self, position: Position) -> tuple[Path | None, int, Position]:
        """Where to read from a place on: the file, its bytes, and the place itself.

        A place that is not kept any more counts as the beginning of what is; the end of a segment as the beginning of
        the next. Without a file there is nothing to read yet.
        """
        with self._lock:
            place = max(position, self.begin) if position.segment < self.begin.segment else position
            for segment in self._segments:
                if segment.number == place.segment and place.offset < segment.size:
                    return segment.path, segment.size, place
                if segment.number > place.segment:
                    return segment.path, segment.size, Position(segment.number, 0, segment.before)
            return None, 0, place

    def remove(self) -> None:
        """Remove all of it; nothing is kept of the app from here on."""
        with self._lock:
            self.close()
            while self._segments:
                self._drop()
            with suppress(OSError):
                self._folder.rmdir()
        self._wake()

    def close(self) -> None:
        """Append no more."""
        with self._lock:
            self.closed = True
            self._shut()

    def _writable(self, largest: int) -> Segment:
        """The segment that lines are appended to: a new one, and room for it, where the last one is full."""
        bound = max(_SMALLEST, min(_LARGEST, largest // _SEGMENTS))
        last = self._segments[-1] if self._segments else None
        if last is None or last.size >= bound or len(last.origins) >= _ORIGINS:
            while len(self._segments) > 1 and self.size + bound > largest:
                self._drop()
            self._begin()
        self._open(self._segments[-1])
        return self._segments[-1]

    def _begin(self) -> None:
        """Begin a segment; what it begins with is all that is needed of those before it."""
        if self._segments:
            self._open(self._segments[-1])
            self._write(self._segments[-1], summary(self._segments[-1]))
            self._segments[-1].origins = {}
        self._shut()
        self._folder.mkdir(mode=0o700, exist_ok=True, parents=True)
        segment = Segment(self._next_segment, self._folder / f"{self._next_segment:010d}.log", self._lines)
        origins = {origin: number for number, origin in enumerate(self._origins, 1)}
        segment.origins = {number: origin for origin, number in origins.items()}
        listed = [[number, *origin] for origin, number in origins.items()]
        cursors = {name: [cursor.time.decode(), cursor.lines] for name, cursor in self._cursors.items()}
        self._open(segment)
        self._write(segment, note(before=segment.before, removed=self.removed, origins=listed, cursors=cursors))
        self._segments.append(segment)
        self._next_segment, self._origins, self._next_origin = segment.number + 1, origins, len(origins) + 1

    def _drop(self) -> None:
        oldest = self._segments.popleft()
        if not self._segments:
            self._shut()
        oldest.path.unlink(missing_ok=True)

    def _open(self, segment: Segment) -> None:
        if self._file < 0:
            self._file = os.open(segment.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _shut(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, segment: Segment, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, segment.size)
            raise
        segment.size += len(data)
