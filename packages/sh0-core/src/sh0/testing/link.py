"""A way to a server on which every port answers, and which leads nowhere."""

import socket
from ipaddress import IPv4Network

__all__ = ["FakeLink"]


class FakeLink:
    """Every container answers 200 to whatever it is asked; no packet leaves the process."""

    def __init__(self) -> None:
        self._far: list[socket.socket] = []

    def dial_tcp(self, host: str, port: int, timeout: float = 5.0) -> socket.socket:
        """A connection whose answer is there already."""
        near, far = socket.socketpair()
        far.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        self._far.append(far)
        return near

    def dial_unix(self, path: str, timeout: float = 5.0) -> socket.socket:
        """There is no engine to speak to."""
        raise FileNotFoundError(path)

    def routes(self) -> tuple[IPv4Network, ...]:
        """Networks that the server reaches: none."""
        return ()

    def close(self) -> None:
        """Close what is open."""
        for far in self._far:
            far.close()
        self._far.clear()
