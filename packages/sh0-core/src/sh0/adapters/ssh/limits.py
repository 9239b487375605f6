"""How many connections the git server keeps, and which one goes when there are too many. Pure."""

from collections import Counter
from typing import Generic, TypeVar

from sh0.peers import origin

C = TypeVar("C")

_UNKNOWN = 64  # connections that have not shown a known key yet
_OF_ORIGIN = 16  # of those, from one address
_OF_KEY = 16  # connections of one key
_KNOWN = 128  # connections of all keys


class Connections(Generic[C]):
    """The connections of a server. Those that have not shown a known key are counted apart from those that have.

    So nobody who holds no key takes the place of somebody who does: among the unknown the oldest gives way.
    """

    def __init__(self) -> None:
        self._unknown: dict[C, str] = {}
        self._known: dict[C, str] = {}

    def arrived(self, connection: C, address: str) -> C | None:
        """Count a new connection; the one that has to go for it, if there are too many."""
        came_from = origin(address)
        same = [other for other, where in self._unknown.items() if where == came_from]
        self._unknown[connection] = came_from
        if len(same) >= _OF_ORIGIN:
            oldest = same[0]
        elif len(self._unknown) > _UNKNOWN:
            oldest = next(iter(self._unknown))
        else:
            return None
        del self._unknown[oldest]
        return oldest

    def recognised(self, connection: C, key: str) -> bool:
        """Count a connection as one of a known key; False when there are too many of those."""
        if connection in self._known:
            return True
        if Counter(self._known.values())[key] >= _OF_KEY or len(self._known) >= _KNOWN:
            return False
        self._unknown.pop(connection, None)
        self._known[connection] = key
        return True

    def left(self, connection: C) -> None:
        """Forget a connection."""
        self._unknown.pop(connection, None)
        self._known.pop(connection, None)

    def all(self) -> tuple[C, ...]:
        """Every connection."""
        return (*self._unknown, *self._known)
