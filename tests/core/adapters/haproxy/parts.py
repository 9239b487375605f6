"""Real parts for tests of the proxy: upstream servers in this process, HAProxy in a container, clients."""

import http.client
import json
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sh0.adapters.docker.runtime import DockerRuntime
from sh0.adapters.haproxy.proxy import HaproxyProxy
from sh0.adapters.haproxy.self_signed import self_signed
from sh0.adapters.local import LocalLink
from sh0.ports.proxy import Backend, ProxySettings, Routes, ServerCertificate, Upstream
from sh0.values import Secret
from tests.free_ports import free_ports

IMAGE = "haproxy:2.6"
SOCKET_UPGRADE = b"GET /socket HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
SOCKET_KEY = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "App"

    def do_GET(self) -> None:
        if self.path.startswith("/headers"):
            self._answer(json.dumps({name.lower(): value for name, value in self.headers.items()}))
        elif self.path.startswith("/large?"):
            size, count = self.path.partition("?")[2].split(",")
            self._answer(self.server.name, *[("X-Large", "x" * int(size))] * int(count))
        elif self.path == "/slow":
            self.server.entered.set()
            self.server.release.wait(20)
            self._answer(self.server.name)
        elif self.path == "/events":
            self._events()
        elif self.path == "/socket":
            self._socket()
        else:
            self._answer(self.server.name)

    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, 1 << 16)))
            self.server.received = int(self.headers["Content-Length"]) - left
        self._answer(str(self.server.received))

    def _answer(self, text: str, *headers: tuple[str, str]) -> None:
        self.send_response(200)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def _events(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.server.release.wait(20)
        self.wfile.write(b"data: second\n\n")
        self.close_connection = True

    def _socket(self) -> None:
        self.send_response(101)
        self.send_header("Connection", "Upgrade")
        self.send_header("Upgrade", "websocket")
        self.send_header("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")  # RFC 6455, section 1.3
        self.end_headers()
        while data := self.connection.recv(4096):
            self.connection.sendall(data)
        self.close_connection = True

    def log_message(self, *_: object) -> None: ...


class App(ThreadingHTTPServer):
    """An upstream that says its name; `release` ends what `/slow` and `/events` wait for."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, name: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.name = name
        self.received = 0
        self.entered = threading.Event()
        self.release = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def upstream(self) -> Upstream:
        return Upstream(self.name, "127.0.0.1", self.server_address[1])

    def handle_error(self, *_: object) -> None: ...

    def end(self) -> None:
        self.release.set()
        self.shutdown()
        self.server_close()


@contextmanager
def apps() -> Iterator[Callable[[str], App]]:
    """A maker of upstreams that end with the context."""
    made: list[App] = []

    def make(name: str) -> App:
        made.append(App(name))
        return made[-1]

    try:
        yield make
    finally:
        for app in made:
            app.end()


class Rig:
    """A proxy of its own home, in its own container, at free ports."""

    def __init__(self, folder: Path) -> None:
        http_port, https_port = free_ports(2)
        self.settings = ProxySettings(image=IMAGE, bind="127.0.0.1", http_port=http_port, https_port=https_port)
        self.folder = folder
        self.home = secrets.token_hex(6)
        self.name = f"sh0-test-proxy-{self.home}"
        self.runtime = DockerRuntime(self.home, LocalLink())
        self.proxy = self.another()

    def another(self, settings: ProxySettings | None = None, **options: float) -> HaproxyProxy:
        """A second object for the same container, as after a restart of the daemon."""
        chosen = settings or self.settings
        return HaproxyProxy(self.runtime, LocalLink(), self.folder, chosen, self.name, **options)

    def ask(self, command: str) -> str:
        """The answer of HAProxy itself."""
        return self.proxy._process.worker.ask(command)

    def get(self, host: str, path: str = "/", **headers: str) -> tuple[int, str]:
        """Status and body of a request over a new connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.settings.http_port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": host, **headers})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def dial(self) -> socket.socket:
        """A plain connection to the HTTP port."""
        return socket.create_connection(("127.0.0.1", self.settings.http_port), 10)

    def open_socket(self, host: str) -> socket.socket:
        """A WebSocket whose upstream sends back what it gets."""
        channel = self.dial()
        channel.sendall(SOCKET_UPGRADE % host.encode() + SOCKET_KEY)
        assert b" 101 " in channel.recv(4096).split(b"\r\n")[0]
        return channel

    def handshake(self, host: str, *protocols: str) -> ssl.SSLSocket:
        """A TLS connection that asks for a host name and checks nothing."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(list(protocols or ("h2", "http/1.1")))
        return context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.settings.https_port), 10), server_hostname=host
        )

    def served_certificate(self, host: str) -> bytes:
        """The certificate that TLS shows for a host name, DER."""
        with self.handshake(host) as channel:
            found = channel.getpeercert(binary_form=True)
            assert found is not None
            return found

    def end(self) -> None:
        self.runtime.remove(self.name, timeout=0)


def routes(*upstreams: App | Upstream, host: str = "shop.test", slot: int = 1) -> Routes:
    """One app behind one host name."""
    found = tuple(each.upstream if isinstance(each, App) else each for each in upstreams)
    return Routes(backends=(Backend(slot, "shop", found),), hosts={host: slot})


def many(backend: Upstream, count: int) -> Routes:
    """Many apps behind one upstream; shop.test is the first."""
    return Routes(
        tuple(Backend(slot, f"app{slot}", (backend,)) for slot in range(1, count + 1)),
        {"shop.test": 1} | {f"app{slot}.test": slot for slot in range(1, count + 1)},
    )


def certificate(name: str, *hosts: str) -> tuple[ServerCertificate, bytes]:
    """A certificate nobody trusts, and its DER form."""
    text = self_signed(hosts[0]).decode()
    chain, marker, key = text.partition("-----BEGIN PRIVATE KEY-----")
    return ServerCertificate(name, hosts, chain, Secret(marker + key)), ssl.PEM_cert_to_DER_cert(chain)


def answer(channel: socket.socket) -> tuple[int, str]:
    """Status and body of the response that comes next over an open connection."""
    response = http.client.HTTPResponse(channel)
    response.begin()
    return response.status, response.read().decode()


def ask(channel: socket.socket, host: str, path: str = "/") -> tuple[int, str]:
    """Send a request over an open connection, and wait for its response."""
    channel.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return answer(channel)


def echoes(channel: socket.socket, text: bytes = b"ping") -> bool:
    """Whether what is sent comes back."""
    channel.sendall(text)
    return channel.recv(4096) == text


class Load:
    """Clients that ask as fast as they can over keep-alive connections, and remember what went wrong."""

    def __init__(self, port: int, host: str, clients: int = 8) -> None:
        self.answers = 0
        self.errors: list[str] = []
        self._port, self._host, self._over = port, host, threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(clients)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        while not self._over.is_set():
            try:
                connection.request("GET", "/", headers={"Host": self._host})
                response = connection.getresponse()
                body = response.read()
                if response.status != 200:
                    self.errors.append(f"{response.status} {body!r}")
                self.answers += 1
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(repr(error))
                connection.close()
        connection.close()


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether something comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
