"""The machine that sh0 itself runs on, reached by plain sockets."""

import errno
import socket
import sys
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

from sh0.errors import ServerUnreachable

_ROUTES = Path("/proc/net/route")
_REASONS = {
    errno.ENOENT: "missing",
    errno.ECONNREFUSED: "refused",
    errno.EACCES: "permission",
    errno.EPERM: "permission",
}


class LocalLink:
    """Opens sockets on this machine.

    A failed connection carries ``details["target"]`` and ``details["reason"]`` (missing, refused, permission,
    timeout or error): the machine itself is there, it is the listener that is not. A link to another machine
    sets them in the same case, and leaves them out when the machine is what cannot be reached.
    """

    def dial_unix(self, path: str, timeout: float = 5.0) -> socket.socket:
        """Connect to a unix socket; the timeout stays set on it."""
        return _dial(socket.AF_UNIX, path, path, timeout)

    def dial_tcp(self, host: str, port: int, timeout: float = 5.0) -> socket.socket:
        """Connect to a TCP address; the timeout stays set on it."""
        target = f"{host}:{port}"
        try:
            return socket.create_connection((host, port), timeout)
        except OSError as error:
            raise _unreachable(target, error) from error

    def routes(self) -> Sequence[IPv4Network]:
        """The networks that the kernel's table of routes names; none on a system that has no such table."""
        return _routes(_ROUTES.read_text(encoding="ascii")) if _ROUTES.is_file() else ()


def _routes(table: str) -> list[IPv4Network]:
    """Read ``/proc/net/route``: addresses are hexadecimal in the machine's byte order (proc_net(5))."""
    found = []
    for line in table.splitlines()[1:]:
        fields = line.split()
        destination, mask = (_address(fields[column]) for column in (1, 7))
        if int(mask):
            found.append(IPv4Network(f"{destination}/{mask}"))
    return found


def _address(written: str) -> IPv4Address:
    return IPv4Address(int(written, 16).to_bytes(4, sys.byteorder))


def _dial(family: socket.AddressFamily, address: str, target: str, timeout: float) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(address)
    except OSError as error:
        connection.close()
        raise _unreachable(target, error) from error
    return connection


def _unreachable(target: str, error: OSError) -> ServerUnreachable:
    reason = "timeout" if isinstance(error, TimeoutError) else _REASONS.get(error.errno or 0, "error")
    return ServerUnreachable(
        f"nothing answers at {target} on this machine: {error.strerror or error}",
        target=target,
        reason=reason,
    )


if TYPE_CHECKING:
    from sh0.ports.link import ServerLink

    _: ServerLink = LocalLink()
