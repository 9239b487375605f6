"""What a container printed, from Docker's multiplexed stream to lines.

The stream is a row of frames: one byte that names the stream, three unused, four of length (big-endian), then
the payload. (Docker Engine API, "Attach to a container".) With timestamps on, each frame is one message of the
log: a time, a space and a piece of text. Only the last piece of a line that was longer than the driver's buffer ends in
a newline.
"""

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from sh0.adapters.docker.translate import moment
from sh0.ports.runtime import LogLine

HEADER = struct.Struct(">BxxxL")
STREAMS = {0: "stdout", 1: "stdout", 2: "stderr"}
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


def lines(pieces: Iterable[tuple[str, bytes]], instance: str) -> Iterator[LogLine]:
    """Lines with their times; the pieces of a long line are joined, up to 256 KiB."""
    began: dict[str, datetime] = {}
    pending: dict[str, bytes] = {}

    def finish(stream: str) -> LogLine:
        text = pending.pop(stream).decode(errors="replace").rstrip("\r\n")
        return LogLine(began.pop(stream), stream, text, instance)

    for stream, payload in pieces:
        stamp, _, text = payload.partition(b" ")
        began.setdefault(stream, moment(stamp.decode(errors="replace")))
        pending[stream] = pending.get(stream, b"") + text
        if text.endswith(b"\n") or len(pending[stream]) >= LONGEST_LINE:
            yield finish(stream)
    yield from [finish(stream) for stream in list(pending)]


def query(*, tail: int | None, follow: bool, since: datetime | None) -> dict[str, object]:
    """The query of ``GET /containers/…/logs``."""
    wanted: dict[str, object] = {"stdout": 1, "stderr": 1, "timestamps": 1, "follow": int(follow)}
    wanted["tail"] = "all" if tail is None else max(0, tail)
    if since is not None:
        wanted["since"] = f"{since.astimezone(UTC).timestamp():.6f}"
    return wanted
