"""What a container printed, from Docker's multiplexed stream to lines.

The stream is a row of frames: one byte that names the stream, three unused, four of length (big-endian), then the
payload. (Docker Engine API, "Attach to a container".) With timestamps on, each frame is one message of the log: a
time, a space and a piece of text. A line longer than the engine's buffer comes in pieces that share one time; the
driver `local` forgets the newline of the last one, which is known by its length.
"""

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from sh0.adapters.docker.translate import moment
from sh0.ports.runtime import LogLine

HEADER = struct.Struct(">BxxxL")
STREAMS = {0: "stdout", 1: "stdout", 2: "stderr"}
PIECE = 16 * 1024  # moby, daemon/logger/copier.go, defaultBufSize
LONGEST_LINE = 256 * 1024


def frames(chunks: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Stream and payload of each whole frame; a frame that was cut off is dropped."""
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        while len(buffer) >= HEADER.size:
            stream, length = HEADER.unpack_from(buffer)
            end = HEADER.size + length
            if len(buffer) < end:
                break
            yield STREAMS.get(stream, "stderr"), bytes(buffer[HEADER.size : end])
            del buffer[:end]


def unframed(chunks: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Stream and text of each line of a container that has a terminal: the engine sends those without frames."""
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        *whole, rest = buffer.split(b"\n")
        for line in whole:
            yield "stdout", bytes(line) + b"\n"
        buffer = rest
        if len(buffer) >= LONGEST_LINE:
            yield "stdout", bytes(buffer)
            buffer.clear()
    if buffer:
        yield "stdout", bytes(buffer)


def lines(pieces: Iterable[tuple[str, bytes]], instance: str) -> Iterator[LogLine]:
    """Lines with their times. The pieces of a long line are joined up to 256 KiB; one that is cut there says so."""
    pending: dict[str, tuple[bytes, bytes]] = {}  # Time and text of the line that each stream is in.

    def finish(stream: str, *, cut: bool = False) -> LogLine:
        stamp, text = pending.pop(stream)
        if cut:
            end = _whole(text)
            text, pending[stream] = text[:end], (stamp, text[end:])
        time = moment(stamp.decode(errors="replace"))
        shown = text.decode(errors="replace")
        return LogLine(time, stream, shown if cut else shown.rstrip("\r\n"), instance, cut)

    for stream, payload in pieces:
        stamp, _, piece = payload.partition(b" ")
        if stream in pending and pending[stream][0] != stamp:
            yield finish(stream)
        text = pending.get(stream, (stamp, b""))[1] + piece
        pending[stream] = stamp, text
        if piece.endswith(b"\n") or len(piece) < PIECE:
            yield finish(stream)
        elif len(text) >= LONGEST_LINE:
            yield finish(stream, cut=True)
    yield from [finish(stream) for stream in list(pending) if pending[stream][1]]


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
