"""Finding lines in what is kept: here where that is little, else in a process of its own that holds nothing else up."""

from collections.abc import Callable

from sh0.errors import Failed, Unreadable
from sh0.logs.app_log import Part
from sh0.logs.query import Query
from sh0.logs.scanning import Hit, newest_first, scan, settled
from sh0.logs.segment import origins_in
from sh0.logs.stored import parsed
from sh0.ports.confinement import Confinement
from sh0.ports.runtime import LogLine

__all__ = ["find", "search"]

_HERE = 4 << 20  # bytes that are looked through in this process: some milliseconds
_SECONDS = 30.0


def search(parts: tuple[Part, ...], query: Query) -> tuple[tuple[str, int, int, int], ...]:
    """What `scan` finds, for another process to ask for.

    Args:
        parts: Segments, as `newest_first` puts them.
        query: What is asked for.
    """
    return tuple(tuple(hit) for hit in scan(parts, query))  # type: ignore[misc]


def find(parts: tuple[Part, ...], query: Query, confinement: Confinement, proceed: Callable[[], None]) -> list[LogLine]:
    """The last lines that are asked for, in the order of their times.

    Args:
        parts: Segments of a log.
        query: What is asked for.
        confinement: Starts the process that looks where there is much.
        proceed: Called again and again meanwhile; raises if the search is to end.

    Raises:
        Failed: It took too long.
    """
    if query.tail <= 0:
        return []
    ordered = newest_first(parts, query)
    near = _near(ordered)
    hits = scan(tuple(ordered[:near]), query)
    if not settled(hits, ordered[near:], query.tail):
        try:
            with confinement.open(proceed) as confined:
                found = confined.run(_SECONDS, search, tuple(ordered[near:]), query)
        except Unreadable as error:
            raise Failed(
                f"the log could not be searched: {error.details.get('reason')}",
                hint="Ask for less of it: a process, a deployment, a time (since, until), fewer lines.",
            ) from None
        more = [Hit(time, part + near, offset, size) for time, part, offset, size in found]
        hits = sorted([*more, *hits], key=lambda hit: hit.time)[-query.tail :]
    return _read(ordered, hits)


def _near(ordered: list[Part]) -> int:
    """How many segments are looked through here."""
    size = 0
    for number, part in enumerate(ordered):
        size += part.size
        if size > _HERE and number:
            return number
    return len(ordered)


def _read(parts: list[Part], hits: list[Hit]) -> list[LogLine]:
    found: dict[Hit, LogLine] = {}
    for number in {hit.part for hit in hits}:
        try:
            data = parts[number].path.read_bytes()[: parts[number].size]
        except FileNotFoundError:  # it has become too old meanwhile
            continue
        origins = origins_in(data)
        for hit in hits:
            if hit.part == number and (line := parsed(data[hit.offset : hit.offset + hit.size], origins)) is not None:
                found[hit] = line
    return [found[hit] for hit in hits if hit in found]
