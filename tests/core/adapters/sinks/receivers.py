"""Receivers on this machine, and certificates for them."""

import datetime
import http.server
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@attrs.frozen
class Authority:
    """An authority, and a certificate of it for `HOST`."""

    ca: str
    chain: Path

    def context(self) -> ssl.SSLContext:
        """What a server answers with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        return context


def authority(folder: Path, address: str = HOST) -> Authority:
    """Make one."""
    ca_key, ca = _certificate("receivers", None, None, None)
    key, certificate = _certificate("receiver", ca, ca_key, address)
    chain = folder / "receiver.pem"
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    chain.write_bytes(certificate.public_bytes(pem) + key.private_bytes(pem, *private))
    return Authority(ca.public_bytes(pem).decode(), chain)


def _certificate(
    name: str, issuer: x509.Certificate | None, issuer_key: ec.EllipticCurvePrivateKey | None, address: str | None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if address is not None:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        builder = builder.add_extension(names, critical=False)
    return key, builder.sign(issuer_key or key, hashes.SHA256())


class SyslogReceiver:
    """Reads messages that are framed by their lengths, over TLS or without.

    Attributes:
        port: Where it listens.
        messages: What has arrived.
        connections: How many there were.
        reads: Whether it reads what comes on a new connection, or nothing.
    """

    def __init__(self, tls: ssl.SSLContext | None, port: int = 0) -> None:
        self._tls, self.messages, self.connections, self.reads = tls, list[str](), 0, True
        self._over = threading.Event()
        self._server = socket.create_server((HOST, port))
        self.port: int = self._server.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                raw, _ = self._server.accept()
                self._open.append(raw)
                threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        with suppress(OSError):
            connection = raw if self._tls is None else self._tls.wrap_socket(raw, server_side=True)
            self._open.append(connection)
            self.connections += 1
            with connection, connection.makefile("rb") as file:
                if not self.reads:
                    self._over.wait(60)
                    return
                while length := b"".join(iter(lambda: file.read(1).strip(), b"")):
                    self.messages.append(file.read(int(length)).decode())

    def close(self) -> None:
        """End it, and every connection."""
        self._over.set()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


class HttpReceiver:
    """Answers requests as it is told.

    Attributes:
        status: What it answers; 0: nothing, ever.
        requests: Path, header fields in lower case, and body of what has arrived and was answered.
        url: Where it is.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        receiver = self
        self.status, self.requests = 200, list[tuple[str, dict[str, str], bytes]]()
        self._over = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.status == 0:
                    receiver._over.wait(30)
                    return
                receiver.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = http.server.ThreadingHTTPServer((HOST, port), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self.url = f"{'http' if tls is None else 'https'}://{HOST}:{self.port}/in"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """End it."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def closing(receiver: SyslogReceiver | HttpReceiver) -> Iterator[None]:
    """End it at the end."""
    try:
        yield
    finally:
        receiver.close()
