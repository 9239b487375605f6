"""Calling URLs that users name, at the address that was looked at and at no other."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from sh0.adapters.host_addresses import addresses_of
from sh0.errors import Failed
from sh0.peers import Address, is_private_to_machine
from sh0.ports.outgoing import Outgoing
from sh0.version import VERSION

_PORTS = {"http": 80, "https": 443}


class HttpCalls:
    """Calls over HTTP and HTTPS, to addresses that are not this machine's own.

    Args:
        refuses: Whether nothing is called at an address.
    """

    def __init__(self, refuses: Callable[[Address], bool] = is_private_to_machine) -> None:
        self._refuses = refuses

    def call(
        self,
        url: str,
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
    ) -> int:
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
        except ValueError:
            raise Failed("the URL to call cannot be read", hint="Check its host and port.") from None
        if scheme not in _PORTS or not host:
            raise Failed("the URL to call is neither of http nor of https", hint="Begin it with https://.")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        ends = time.monotonic() + timeout
        try:
            raw = self._connected(host, port or _PORTS[scheme], ends)
            watchdog = threading.Timer(max(0.0, ends - time.monotonic()), _cut, (raw,))
            watchdog.daemon = True
            watchdog.start()
            connection = http.client.HTTPConnection(host, port or _PORTS[scheme])
            try:
                connection.sock = _secured(raw, host) if scheme == "https" else raw
                connection.request(method, path, body or None, {"User-Agent": f"sh0/{VERSION}", **(headers or {})})
                return connection.getresponse().status
            finally:
                watchdog.cancel()
                connection.close()
                raw.close()
        except (OSError, http.client.HTTPException) as error:
            said = str(error) or type(error).__name__
            raise Failed(f"{host} gave no answer: {said}", hint="Check the URL, and this machine's network.") from error

    def _connected(self, host: str, port: int, ends: float) -> socket.socket:
        """A connection to one of a host's addresses, of which none is this machine's own."""
        found = addresses_of(host, port, self._refuses)
        last = OSError("it has no address")
        for family, kind, protocol, _, address in found:
            raw = socket.socket(family, kind, protocol)
            try:
                raw.settimeout(max(0.1, ends - time.monotonic()))
                raw.connect(address)
                return raw
            except OSError as error:
                raw.close()
                last = error
        raise last


def _secured(raw: socket.socket, host: str) -> socket.socket:
    return ssl.create_default_context().wrap_socket(raw, server_hostname=host)


def _cut(raw: socket.socket) -> None:
    """End a call whose time is over, however slowly its answer trickles in."""
    with suppress(OSError):
        raw.shutdown(socket.SHUT_RDWR)


_: type[Outgoing] = HttpCalls
