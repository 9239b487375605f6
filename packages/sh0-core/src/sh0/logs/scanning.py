"""Looking through segments for lines, as bytes: what a search does, in a process of its own where there is much.

The newest segments come first, and it ends where no older one can have a line that counts. Nothing is kept of a segment
but where its lines are, so the memory that is used does not grow with the log.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from sh0.logs.app_log import Part
from sh0.logs.field_pattern import field_pattern
from sh0.logs.fields import has_fields
from sh0.logs.query import Query, expression
from sh0.logs.segment import origins_in
from sh0.logs.stored import TIME, stamp

__all__ = ["Hit", "newest_first", "scan", "settled"]

_NEXT: Final = b"\n"


class Hit(NamedTuple):
    """A line that is asked for.

    Attributes:
        time: When, as it is kept.
        part: In which of the segments that were given.
        offset: Where in it.
        size: Bytes of it.
    """

    time: str
    part: int
    offset: int
    size: int


def newest_first(parts: tuple[Part, ...], query: Query) -> list[Part]:
    """The segments in which there may be lines that are asked for, in the order in which they are looked through."""
    since = stamp(query.since).decode() if query.since is not None else ""
    until = stamp(query.until).decode() if query.until is not None else "~"
    wanted = [part for part in parts if part.last > since and part.first < until]
    return sorted(wanted, key=lambda part: part.last, reverse=True)


def settled(hits: list[Hit], rest: list[Part], tail: int) -> bool:
    """Whether no segment of the rest can have a line that is among the last ones."""
    return not rest or tail <= 0 or (len(hits) >= tail and rest[0].last < hits[0].time)


def scan(parts: tuple[Part, ...], query: Query) -> list[Hit]:
    """The last lines that are asked for, in the order of their times.

    Args:
        parts: Segments, as `newest_first` puts them.
        query: What is asked for.
    """
    hits: list[Hit] = []
    for number, part in enumerate(parts):
        if settled(hits, list(parts[number:]), query.tail):
            break
        try:
            with open(part.path, "rb") as file:
                data = file.read(part.size)
        except FileNotFoundError:  # it has become too old meanwhile
            continue
        found = [Hit(data[at : at + TIME].decode(), number, at, end - at) for at, end in _found(data, query)]
        hits = sorted([*found, *hits], key=lambda hit: hit.time)[-query.tail :]
    return hits


def _found(data: bytes, query: Query) -> Iterator[tuple[int, int]]:
    """Where the lines begin and end that are asked for."""
    origins = origins_in(data)
    numbers = {number for number, origin in origins.items() if query.wants(origin)}
    if not numbers:
        return
    every, letters = len(numbers) == len(origins), {level[0] for level in query.levels}
    since = stamp(query.since) if query.since is not None else b""
    until = stamp(query.until) if query.until is not None else b"~"
    contains = _contains(query)
    for begin, end in _candidates(data, query, numbers, every=every):
        space = data.find(b" ", begin + TIME + 1, end)
        if data[begin : begin + 1] == b"#" or space < 0 or not since < data[begin : begin + TIME] < until:
            continue
        head = data[begin + TIME + 1 : space]
        if (every or (head[:-2].isdigit() and int(head[:-2]) in numbers)) and (
            (not letters or head[-1:].decode(errors="replace") in letters) and contains(data, space + 1, end)
        ):
            yield begin, end


def _contains(query: Query) -> Callable[[bytes, int, int], bool]:
    found = _has_text(query)
    if not query.fields:
        return found
    patterns = [expression(field_pattern(each), bytes_=True) for each in query.fields]

    def has(data: bytes, begin: int, end: int) -> bool:
        line = data[begin:end]
        likely = found(data, begin, end) and all(pattern.search(line) is not None for pattern in patterns)
        return likely and has_fields(line.decode(errors="replace"), query.fields)

    return has


def _has_text(query: Query) -> Callable[[bytes, int, int], bool]:
    if not query.grep:
        return lambda data, begin, end: True
    if query.regex:
        pattern = expression(query.grep, bytes_=True)
        return lambda data, begin, end: pattern.search(data[begin:end]) is not None
    needle = query.grep.encode(errors="replace")
    return lambda data, begin, end: data.find(needle, begin, end) >= 0


def _candidates(data: bytes, query: Query, numbers: set[int], *, every: bool) -> Iterator[tuple[int, int]]:
    """Lines that may be asked for, found by what is rare in them."""
    search = _searcher(data, query, numbers, every=every)
    at = 0
    while (found := search(at)) >= 0:
        begin = data.rfind(_NEXT, 0, found) + 1
        end = data.find(_NEXT, found)
        end = len(data) if end < 0 else end
        yield begin, end
        at = end + 1
        if at >= len(data):
            return


def _searcher(data: bytes, query: Query, numbers: set[int], *, every: bool) -> Callable[[int], int]:
    """Finds a place in the next line that may be asked for, from a place on; -1 for none."""
    if query.grep and not query.regex:
        needle = query.grep.encode(errors="replace")
        return lambda at: data.find(needle, at)
    if query.fields:
        pattern = expression(field_pattern(max(query.fields, key=len)), bytes_=True)
    elif query.grep and "^" not in query.grep and "\\A" not in query.grep:
        pattern = expression(f"(?m:{query.grep})", bytes_=True)
    elif query.levels or not every:
        listed = "[0-9]+" if every else f"(?:{'|'.join(map(str, sorted(numbers)))})"
        letters = f"[{''.join(level[0] for level in query.levels)}]" if query.levels else "[a-z-]"
        pattern = expression(rf"Z {listed}[oenOEN]{letters} ", bytes_=True)
    else:
        return lambda at: at if at < len(data) else -1

    def search(at: int) -> int:
        found = pattern.search(data, at)
        return -1 if found is None else int(found.start())

    return search
