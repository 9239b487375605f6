"""How many requests are passed on at the same time, in all and for one client."""

import threading
from collections import Counter

from sh0.frontend import connection_origin


class Places:
    """Places for requests that are under way.

    Args:
        total: How many there are.
        share: How many of them the clients of one address may hold.
    """

    def __init__(self, total: int, share: int) -> None:
        self._total, self._share = total, share
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, address: str) -> bool:
        """Take a place for a client; False when there is none for it."""
        client = connection_origin(address)
        with self._lock:
            if self._held.total() >= self._total or self._held[client] >= self._share:
                return False
            self._held[client] += 1
            return True

    def give_back(self, address: str) -> None:
        """A request of that client is over."""
        client = connection_origin(address)
        with self._lock:
            self._held[client] -= 1
            if not self._held[client]:
                del self._held[client]
