"""Asking a container once: over HTTP, or whether a port accepts connections."""

import re
import socket
import time

from sh0.errors import ServerUnreachable
from sh0.ports.link import ServerLink
from sh0.records.app import HealthCheck
from sh0.records.deployment import Placement

_TRY = 5.0  # seconds that one request may take
_REASON = 1.0  # seconds in which the reason of a refusal may follow its status
_TLS, _HTTP2 = 1, 2  # what is no status of HTTP/1.1
_WANTS_TLS = re.compile(
    rb"plain HTTP (?:request was sent )?to (?:an? )?(?:HTTPS port|SSL-enabled)"
    rb"|HTTP request to an HTTPS server|requires TLS",
    re.IGNORECASE,
)
"""What nginx, Apache, Go and Tomcat say to a request without TLS."""
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
    if status == _TLS:
        return f"port {port} speaks TLS, and sh0 speaks HTTP without TLS to apps"
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
    while len(received) < 4096 and not _enough(received):
        try:
            connection.settimeout(max(deadline - time.monotonic(), 0.001))
            chunk = connection.recv(4096)
        except OSError:
            break
        if not chunk:
            break
        received += chunk
        if received.startswith(b"HTTP/1.") and received[9:12] == b"400":
            deadline = min(deadline, time.monotonic() + _REASON)
    if received[3:4] in (b"\x04", b"\x07") and received[5:9] == bytes(4):  # SETTINGS or GOAWAY, RFC 9113, section 6
        return _HTTP2
    if received[:2] == b"\x15\x03":  # an alert, RFC 8446, section 5.1
        return _TLS
    match = re.match(rb"HTTP/1\.[01] (\d{3})", received)
    if match is not None and match[1] == b"400" and _WANTS_TLS.search(received):
        return _TLS
    return int(match[1]) if match else None


def _enough(received: bytes) -> bool:
    """Whether the beginning of an answer says what is asked of it; of a refusal the reason counts as well."""
    if received[3:4] in (b"\x04", b"\x07") or received[:2] == b"\x15\x03":
        return True
    return b"\r\n" in received and received[9:12] != b"400"
