"""How a line is kept: its time, a number for the container, letters for stream and level, and the text as it is.

The time comes first and always has the same form, so lines sort as bytes; the text is the rest of the line, so that a
search looks at nothing but bytes. What is not a line begins with ``#``: the containers that the numbers stand for.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sh0.logs.levels import LogLevel
from sh0.ports.runtime import LogLine

__all__ = ["NOTE", "TIME", "Origin", "encoded", "note", "notes", "origins_of", "parsed", "stamp"]

TIME: Final = 27  # bytes of a time
NOTE: Final = "sh0"
"""Stream of what the platform notes about the lines themselves."""

_STREAMS: Final = {"stdout": "o", "stderr": "e", NOTE: "n"}
_STREAM_OF: Final = {letter: stream for stream, letter in _STREAMS.items()}
_LEVELS: Final = {"": "-", **{level.value: level.value[0] for level in LogLevel}}
_LEVEL_OF: Final = {letter: level for level, letter in _LEVELS.items()}


class Origin(NamedTuple):
    """What printed a line.

    Attributes:
        instance: Name of the container.
        process: Which process of the app.
        replica: Which container of it, from 1.
        deployment: Id of the deployment that it is of.
    """

    instance: str
    process: str
    replica: int
    deployment: str


def stamp(time: datetime) -> bytes:
    """A time as it is kept."""
    plain = time if time.tzinfo is UTC else time.astimezone(UTC)
    return plain.isoformat(timespec="microseconds")[:26].encode() + b"Z"


def encoded(line: LogLine, number: int, when: bytes) -> bytes:
    """A line as it is kept.

    Args:
        line: The line.
        number: Stands for what printed it.
        when: Its time, as `stamp` makes it.
    """
    letter = _STREAMS.get(line.stream, "e")
    head = f" {number}{letter.upper() if line.cut else letter}{_LEVELS.get(line.level, '-')} "
    text = line.text.replace("\n", "\\n") if "\n" in line.text else line.text
    return when + head.encode() + text.encode(errors="replace") + b"\n"


def parsed(raw: bytes, origins: "dict[int, Origin]") -> LogLine | None:
    """The line that `encoded` made this of; None for what is not one, as a machine that lost its power leaves.

    Args:
        raw: It, without its newline.
        origins: What the numbers stand for.
    """
    head, _, text = raw[TIME + 1 :].partition(b" ")
    try:
        time = datetime.fromisoformat(raw[: TIME - 1].decode()).replace(tzinfo=UTC)
        letters, origin = head[-2:].decode(), origins[int(head[:-2])]
        stream, level = _STREAM_OF[letters[0].lower()], _LEVEL_OF[letters[1]]
    except (ValueError, KeyError, IndexError):
        return None
    shown = text.decode(errors="replace")
    cut = letters[0].isupper()
    return LogLine(time, stream, shown, origin.instance, cut, origin.process, origin.replica, origin.deployment, level)


def note(**content: object) -> bytes:
    """What is not a line, as a line of the file."""
    return b"# " + json.dumps(content, separators=(",", ":")).encode() + b"\n"


def notes(data: bytes) -> Iterator[dict[str, Any]]:
    """Everything in a file that is not a line, in order."""
    at = 0 if data.startswith(b"# ") else data.find(b"\n# ") + 1
    while at or data.startswith(b"# ", at):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        try:
            found = json.loads(data[at + 2 : end])
        except ValueError:
            found = None
        if isinstance(found, dict):
            yield found
        at = data.find(b"\n# ", end) + 1
        if not at:
            return


def origins_of(found: Iterable[dict[str, Any]]) -> "dict[int, Origin]":
    """What the numbers in a file stand for."""
    origins: dict[int, Origin] = {}
    for each in found:
        for number, *origin in each.get("origins", ()):
            origins[number] = Origin(*origin)
    return origins
