"""What a container printed, from Docker's multiplexed stream to lines.

The stream is a row of frames: one byte that names the stream, three unused, four of length (big-endian), then the
payload. (Docker Engine API, "Attach to a container".) With timestamps on, each frame is one message of the log: a
time, a space and a piece of text. A line longer than the engine's buffer comes in pieces that share one time; the
driver `local` forgets the newline of the last one, which is known by its length.
"""

import re
import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from sh0.adapters.docker.translate import moment
from sh0.ports.runtime import LogLine

HEADER = struct.Struct(">BxxxL")
STREAMS = {0: "stdout", 1: "stdout", 2: "stderr"}
PIECE = 16 * 1024  # moby, daemon/logger/copier.go, defaultBufSize
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ")
_STAMP_SIZE = 31
_NEWLINE = 0x0A
LONGEST_LINE = 256 * 1024


class Frames:
    """Cuts a stream into frames as it comes."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def push(self, chunk: bytes) -> list[tuple[str, bytes]]:
        """Stream and payload of each frame that is whole now."""
        buffer, begin, found = self._buffer, 0, []
        buffer += chunk
        while len(buffer) - begin >= HEADER.size:
            stream, length = HEADER.unpack_from(buffer, begin)
            end = begin + HEADER.size + length
            if len(buffer) < end:
                break
            found.append((STREAMS.get(stream, "stderr"), bytes(buffer[begin + HEADER.size : end])))
            begin = end
        del buffer[:begin]
        return found

    def finish(self) -> list[tuple[str, bytes]]:
        """What is left at the end: a frame that was cut off is dropped."""
        return []


def frames(chunks: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Stream and payload of each whole frame; a frame that was cut off is dropped."""
    cutter = Frames()
    for chunk in chunks:
        yield from cutter.push(chunk)


class Messages:
    """Cuts what a container with a terminal prints into messages: the engine sends those without frames.

    A message ends with a newline, or where its text fills the engine's buffer; the message after a full one may end
    without a newline, where the time of the next one begins.
    """

    def __init__(self) -> None:
        self._buffer, self._goes_on = bytearray(), False

    def push(self, chunk: bytes) -> list[tuple[str, bytes]]:
        """Stream and text of each message that is whole now."""
        buffer, found = self._buffer, []
        buffer += chunk
        while (end := _message(buffer, self._goes_on)) is not None:
            found.append(("stdout", bytes(buffer[:end])))
            self._goes_on = buffer[end - 1] != _NEWLINE and end - _text(buffer) == PIECE
            del buffer[:end]
        return found

    def finish(self) -> list[tuple[str, bytes]]:
        """What is left at the end."""
        return [("stdout", bytes(self._buffer))] if self._buffer else []


def unframed(chunks: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Stream and text of each message of a container that has a terminal."""
    cutter = Messages()
    for chunk in chunks:
        yield from cutter.push(chunk)
    yield from cutter.finish()


def _text(buffer: bytearray) -> int:
    """Where the text of the first message begins."""
    stamp = _STAMP.match(buffer)
    return 0 if stamp is None else stamp.end()


def _message(buffer: bytearray, goes_on: bool) -> int | None:
    """Where the first message ends; None while that is not known."""
    begin = _text(buffer)
    newline = buffer.find(b"\n", begin, begin + PIECE + 1)
    stamp = _STAMP.search(buffer, begin) if goes_on else None
    if stamp is not None and stamp.start() - begin < PIECE and (newline < 0 or stamp.start() < newline):
        return stamp.start()
    if newline >= 0:
        return newline + 1
    return begin + PIECE if len(buffer) > begin + PIECE + (_STAMP_SIZE if goes_on else 0) else None


class Lines:
    """Makes lines with their times of pieces. Those of a long line are joined up to 256 KiB; one cut there says so.

    Args:
        instance: Name of the container.
    """

    def __init__(self, instance: str) -> None:
        self._instance = instance
        self._pending: dict[str, tuple[bytes, bytes]] = {}  # Time and text of the line that each stream is in.

    def push(self, pieces: Iterable[tuple[str, bytes]]) -> Iterator[LogLine]:
        """Lines that are whole now."""
        pending = self._pending
        for stream, payload in pieces:
            stamp, _, piece = payload.partition(b" ")
            if stream in pending and pending[stream][0] != stamp:
                yield self._take(stream)
            text = pending.get(stream, (stamp, b""))[1] + piece
            pending[stream] = stamp, text
            if piece.endswith(b"\n") or len(piece) < PIECE:
                yield self._take(stream)
            elif len(text) >= LONGEST_LINE:
                yield self._take(stream, cut=True)

    def finish(self) -> list[LogLine]:
        """Lines that have no end."""
        return [self._take(stream) for stream in list(self._pending) if self._pending[stream][1]]

    def _take(self, stream: str, *, cut: bool = False) -> LogLine:
        stamp, text = self._pending.pop(stream)
        if cut:
            end = _whole(text)
            text, self._pending[stream] = text[:end], (stamp, text[end:])
        time = moment(stamp.decode(errors="replace"))
        shown = text.decode(errors="replace")
        return LogLine(time, stream, shown if cut else shown.rstrip("\r\n"), self._instance, cut)


def lines(pieces: Iterable[tuple[str, bytes]], instance: str) -> Iterator[LogLine]:
    """Lines of a container with their times, from pieces."""
    joined = Lines(instance)
    yield from joined.push(pieces)
    yield from joined.finish()


def _whole(text: bytes) -> int:
    """Length of a text without a character at its end of which bytes are missing."""
    for size in range(1, min(4, len(text) + 1)):
        byte = text[-size]
        if byte >= 0xC0:  # the first of 2, 3 or 4 bytes
            return len(text) - size if size < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else len(text)
        if byte < 0x80:
            break
    return len(text)


def query(*, tail: int | None, follow: bool, since: datetime | None) -> dict[str, object]:
    """The query of ``GET /containers/…/logs``."""
    wanted: dict[str, object] = {"stdout": 1, "stderr": 1, "timestamps": 1, "follow": int(follow)}
    wanted["tail"] = "all" if tail is None else max(0, tail)
    if since is not None:
        wanted["since"] = f"{since.astimezone(UTC).timestamp():.6f}"
    return wanted
