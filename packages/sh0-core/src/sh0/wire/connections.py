"""How many connections a socket of the daemon serves, and which one goes when there are too many."""

import socket
import threading
from collections.abc import Iterator

_TOTAL = 384
_OF_USER = 256  # of those, of one Unix user


class Connections:
    """The open connections of a server. One that waits for a request gives way to one that has just come."""

    def __init__(self) -> None:
        self._open: dict[socket.socket, int] = {}
        self._idle: dict[socket.socket, None] = {}
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[socket.socket]:
        with self._lock:
            return iter(list(self._open))

    def __len__(self) -> int:
        return len(self._open)

    def arrived(self, connection: socket.socket, user: int) -> bool:
        """Count a new connection; False when nobody can give way to it."""
        with self._lock:
            of_user = sum(owner == user for owner in self._open.values())
            surplus: socket.socket | None = None
            if of_user >= _OF_USER or len(self._open) >= _TOTAL:
                fitting = (c for c in self._idle if of_user < _OF_USER or self._open[c] == user)
                surplus = next(fitting, None)
                if surplus is None:
                    return False
                del self._idle[surplus], self._open[surplus]
            self._open[connection] = user
            self._idle[connection] = None
        if surplus is not None:
            try:
                surplus.shutdown(socket.SHUT_RDWR)  # its thread notices, and closes it
            except OSError:
                pass
        return True

    def idle(self, connection: socket.socket) -> None:
        """A connection waits for a request."""
        with self._lock:
            if connection in self._open:
                self._idle[connection] = None

    def busy(self, connection: socket.socket) -> None:
        """A request has come."""
        with self._lock:
            self._idle.pop(connection, None)

    def left(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._lock:
            self._open.pop(connection, None)
            self._idle.pop(connection, None)
