"""HTTP to the engine over connections that a ServerLink opens: a remote engine is spoken to like ours."""

import http.client
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import IO

import requests.adapters
import urllib3
import urllib3.connection
from docker.transport.basehttpadapter import BaseHTTPAdapter

from sh0.ports.link import ServerLink

CHUNK = 1 << 16


class _LinkConnection(urllib3.connection.HTTPConnection):
    def __init__(self, link: ServerLink, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._link, self._path = link, path

    def connect(self) -> None:
        self.sock = self._link.dial_unix(self._path)
        wanted = self.timeout
        self.sock.settimeout(wanted if isinstance(wanted, int | float) else None)


class _LinkPool(urllib3.HTTPConnectionPool):
    def __init__(self, link: ServerLink, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout, maxsize=16)
        self._link, self._path, self._seconds = link, path, timeout

    def _new_conn(self) -> _LinkConnection:
        return _LinkConnection(self._link, self._path, self._seconds)


class LinkAdapter(BaseHTTPAdapter):
    """Carries the SDK's requests over a link; mount it on an ``APIClient``."""

    def __init__(self, link: ServerLink, path: str, timeout: float) -> None:
        self._pool = _LinkPool(link, path, timeout)
        super().__init__()

    def get_connection(self, url: str | bytes, proxies: object = None) -> _LinkPool:
        return self._pool

    def request_url(self, request: requests.PreparedRequest, proxies: object) -> str:
        return request.path_url

    def close(self) -> None:
        super().close()
        self._pool.close()


class Exchange:
    """One request on a connection of its own, which any thread may cut off.

    Long answers (logs, events, builds, pulls, terminals) use this and not the SDK's pool: the SDK cannot be
    interrupted while it sends a body or waits for the first byte of an answer.
    """

    def __init__(self, link: ServerLink, path: str) -> None:
        self.socket = link.dial_unix(path)
        self.socket.settimeout(None)
        self._connection = http.client.HTTPConnection("localhost")
        self._connection.sock = self.socket
        self._response: http.client.HTTPResponse | None = None
        self.closed = False

    def send(
        self,
        method: str,
        target: str,
        body: bytes | IO[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> http.client.HTTPResponse:
        """Send a request and wait for the head of its answer."""
        try:
            self._connection.request(method, target, body=body, headers=dict(headers or {}))
        except (BrokenPipeError, ConnectionResetError):
            if self.closed:
                raise
            # The engine refuses a request before it has read all of it; what it says is still there to be
            # read.
        self._response = self._connection.getresponse()
        return self._response

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives; it ends early and silently when `close` was called."""
        assert self._response is not None
        try:
            while data := self._response.read1(CHUNK):
                yield data
        except (OSError, http.client.HTTPException, ValueError):
            if not self.closed:
                raise

    def close(self) -> None:
        """Cut the connection off; a thread that waits on it wakes up."""
        self.closed = True
        with suppress(OSError):  # The engine may have closed it before.
            self.socket.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Close the connection and free its descriptors; for the thread that reads it."""
        self.close()
        if self._response is not None:
            self._response.close()
        self._connection.close()
        self.socket.close()
