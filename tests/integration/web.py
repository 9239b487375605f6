"""Clients of the proxy."""

import http.client
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import attrs

_UPGRADE = (
    "GET /socket HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@attrs.frozen
class Answer:
    """What a server answered."""

    status: int
    text: str
    headers: Mapping[str, str]


def get(port: int, host: str, path: str = "/", headers: Mapping[str, str] | None = None, timeout: float = 10) -> Answer:
    """Ask the proxy for a host name."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Host": host, **(headers or {})})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()})
    finally:
        connection.close()


@contextmanager
def tls(port: int, host: str, authority: str, protocols: list[str]) -> Iterator[ssl.SSLSocket]:
    """A TLS connection that trusts one authority only."""
    context = ssl.create_default_context(cadata=authority)
    context.set_alpn_protocols(protocols)
    with socket.create_connection(("127.0.0.1", port), 10) as plain:
        with context.wrap_socket(plain, server_hostname=host) as secured:
            yield secured


@contextmanager
def web_socket(port: int, host: str) -> Iterator[socket.socket]:
    """A connection to the app's echo, upgraded."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(_UPGRADE.format(host=host).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            received = connection.recv(4096)
            assert received, head
            head += received
        assert head.startswith(b"HTTP/1.1 101"), head
        yield connection


def echoed(connection: socket.socket, text: bytes) -> bool:
    """Whether the other end of an upgraded connection says the same."""
    connection.sendall(text)
    return connection.recv(4096) == text


class Load:
    """A steady load over kept connections, that counts every answer.

    Args:
        port: The proxy's.
        host: Host name to ask for.
        rate: Requests in a second.
    """

    def __init__(self, port: int, host: str, rate: float = 50) -> None:
        self.answers: Counter[str] = Counter()
        self.failures: list[str] = []
        self._port, self._host, self._pause = port, host, 1 / rate
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(15)

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        while not self._stopping.wait(self._pause):
            try:
                connection.request("GET", "/", headers={"Host": self._host})
                answer = connection.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(f"{time.strftime('%T')} {type(error).__name__}: {error}")
                connection.close()
                continue
            if answer.status == 200:
                self.answers[text.split(" on ")[0]] += 1
            else:
                self.failures.append(f"{time.strftime('%T')} {answer.status} {text}")
            if answer.will_close:
                connection.close()
        connection.close()
