"""How a server is reached: two ways to open a socket on it, and what it reaches itself."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Network
from typing import Protocol


class ServerLink(Protocol):
    """Opens connections *as seen from the server*. Locally these are plain sockets, remotely SSH channels."""

    def dial_unix(self, path: str, timeout: float = 5.0) -> socket.socket:
        """Connect to a unix socket on the server.

        Raises:
            ServerUnreachable: Nobody listens there, or the server is gone.
        """
        ...

    def dial_tcp(self, host: str, port: int, timeout: float = 5.0) -> socket.socket:
        """Connect to a TCP address that the server can reach.

        Raises:
            ServerUnreachable: The connection was refused or timed out.
        """
        ...

    def routes(self) -> Sequence[IPv4Network]:
        """The networks that the server reaches, the default route left out: a network of ours must hide none.

        Raises:
            ServerUnreachable: The server is gone.
        """
        ...
