"""Addresses of platforms: those that are none, and those at which something else answers."""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import sh0
from sh0 import DaemonUnreachable, InvalidValue
from sh0.testing import fake_world


@pytest.mark.parametrize(
    "url",
    [
        *(
            "127.0.0.1:8700",
            "localhost",
            "localhost:8700",
            "panel.example.org",
            "",
            "/var/lib/sh0",
            "//host",
            "http://",
        ),
        *("ftp://host", "ssh://git@host:2222", "unix:///run/sh0.sock", "http:///path", "http://host:port"),
        *("http://host:99999", "http://[::1", "http://host?x=1", "http://host/#x", "http://a b", "http:host"),
        *("http://host\n.evil", "http://host:0", "https://"),
    ],
)
def test_what_is_no_address_is_said_at_once(url: str) -> None:
    with pytest.raises(InvalidValue, match=r"not the address of a platform, as in http://") as raised:
        sh0.connect(url)
    assert raised.value.details["path"] == "$.url"


def test_an_address_without_its_scheme_is_completed_in_the_hint() -> None:
    with pytest.raises(InvalidValue) as raised:
        sh0.connect("127.0.0.1:8700")
    assert raised.value.hint == "Is http://127.0.0.1:8700 meant?"


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(InvalidValue) as raised:
        sh0.connect("http://me:hunter22@host")
    assert "hunter22" not in str(raised.value)


@pytest.mark.parametrize("token", ["sh0_ä", "two words\n", " sh0_x", "sh0_x\r\nx: y"])
def test_a_token_that_no_header_carries_is_said_at_once(token: str) -> None:
    with pytest.raises(InvalidValue, match="token"):
        sh0.connect("http://127.0.0.1:8700", token=token)


def test_an_address_and_a_home_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="two platforms"):
        sh0.connect("http://127.0.0.1:8700", home=tmp_path)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8700", "https://panel.example.org/", "HTTP://[::1]:8700"])
def test_an_address_is_taken_without_a_request(url: str) -> None:
    sh0.connect(url).close()


def serve(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with closing(connection):
                connection.settimeout(10)
                try:
                    answer(connection)
                except OSError:
                    pass

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)


@pytest.fixture
def plain() -> Iterator[int]:
    """The port of a server that speaks plain HTTP."""

    def answer(connection: socket.socket) -> None:
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    yield from serve(answer)


@pytest.fixture
def deaf() -> Iterator[int]:
    """The port of a server that hangs up without a word."""
    yield from serve(lambda connection: None)


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[int]:
    """The port of a server that speaks TLS, with a certificate that it signed itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inner:
            inner.recv(1024)

    yield from serve(answer)


def _certificate(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


def unreachable(url: str, *, terminal: bool = False) -> DaemonUnreachable:
    with sh0.connect(url, token="sh0_x") as platform:
        call: Callable[[str], object] = platform.apps.terminal if terminal else platform.apps.get
        with pytest.raises(DaemonUnreachable) as raised:
            call("shop")
    return raised.value


@pytest.mark.parametrize("terminal", [False, True])
def test_https_to_a_server_of_plain_http_is_said(plain: int, terminal: bool) -> None:
    error = unreachable(f"https://127.0.0.1:{plain}", terminal=terminal)
    assert "the server speaks plain HTTP" in error.message
    assert f"http://127.0.0.1:{plain}" in error.hint


def test_http_to_a_server_of_https_is_said(encrypted: int) -> None:
    error = unreachable(f"http://127.0.0.1:{encrypted}")
    assert "the server speaks HTTPS" in error.message
    assert f"https://127.0.0.1:{encrypted}" in error.hint


def test_a_certificate_that_nobody_trusts_is_said(encrypted: int) -> None:
    error = unreachable(f"https://127.0.0.1:{encrypted}")
    assert "certificate" in error.message
    assert "SSL_CERT_FILE" in error.hint


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_who_hangs_up_is_taken_for_nothing_else(deaf: int, scheme: str) -> None:
    error = unreachable(f"{scheme}://127.0.0.1:{deaf}")
    assert "speaks" not in error.message


def test_nobody_at_a_port_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "does not answer" in unreachable(f"https://127.0.0.1:{port}").message


def test_a_call_without_a_token_says_how_to_give_one_everywhere(tmp_path: Path) -> None:
    from sh0.operations import acting_as
    from sh0.operations.caller import ANONYMOUS

    with fake_world(tmp_path / "home") as world, acting_as(ANONYMOUS):
        with pytest.raises(sh0.Unauthenticated) as raised:
            world.platform.apps.list()
    assert all(way in raised.value.hint for way in ("--token", "SH0_TOKEN", "sh0 login", "token=", "Authorization"))
