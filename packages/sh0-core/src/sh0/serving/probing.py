"""Asking a container once: over HTTP, or whether a port accepts connections."""

import re
import socket
import time

from sh0.errors import ServerUnreachable
from sh0.ports.link import ServerLink
from sh0.records.app import HealthCheck
from sh0.records.deployment import Placement

_TRY = 5.0  # seconds that one request may take
_HTTP2 = 2  # what is no status of HTTP/1.1
_DEFAULT_BELOW = 500
CONFIGURED_BELOW = 400
"""Statuses below this are good where a path is given that must answer."""


def probe(
    link: ServerLink,
    placement: Placement,
    check: HealthCheck,
    host: str,
    *,
    port: int | None = None,
    below: int | None = None,
) -> str | None:
    """Ask a container once over HTTP. Returns what is wrong, or None when it is ready.

    Args:
        link: How it is reached.
        placement: Which container.
        check: Which path is asked for.
        host: Host name to ask for.
        port: Port that is asked; its own when left out.
        below: Statuses below this are good; told from the check when left out.
    """
    path, port = check.path or "/", port or placement.port
    if port is None:
        raise TypeError(f"{placement.container} listens on no port")
    try:
        with link.dial_tcp(placement.address, port, timeout=_TRY) as connection:
            connection.settimeout(_TRY)
            request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: sh0-check\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode("ascii", "replace"))
            status = _status(connection)
    except (ServerUnreachable, OSError):
        return f"nothing accepts connections on port {port}"
    if status == _HTTP2:
        return f"port {port} speaks HTTP/2 without TLS, as gRPC does, and sh0 speaks HTTP/1.1 to apps"
    if status is None:
        return f"port {port} accepts connections and does not answer HTTP"
    if status >= (below or (CONFIGURED_BELOW if check.path else _DEFAULT_BELOW)):
        return f"GET {path} on port {port} answers {status}"
    return None


def refuses(link: ServerLink, placement: Placement, port: int) -> str | None:
    """Connect to a port of a container once. Returns what is wrong, or None when it accepts."""
    try:
        link.dial_tcp(placement.address, port).close()
    except (ServerUnreachable, OSError):
        return f"nothing accepts connections on port {port}"
    return None


def _status(connection: socket.socket) -> int | None:
    received = b""
    deadline = time.monotonic() + _TRY  # of the whole answer: one that trickles would hold the check up for ever
    while b"\r\n" not in received and received[3:4] != b"\x04" and len(received) < 4096:
        try:
            connection.settimeout(max(deadline - time.monotonic(), 0.001))
            chunk = connection.recv(4096)
        except OSError:
            break
        if not chunk:
            break
        received += chunk
    if received[3:4] == b"\x04" and received[5:9] == bytes(4):  # SETTINGS, RFC 9113, section 3.4
        return _HTTP2
    match = re.match(rb"HTTP/1\.[01] (\d{3})", received)
    return int(match[1]) if match else None
