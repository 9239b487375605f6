"""While one address takes all that it can get, another is answered."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.surfaces.platform_stub import TOKEN, StubPlatform
from tests.surfaces.web.web_process import WebProcess

BEARER = {"Authorization": f"Bearer {TOKEN}"}
SOON = 3.0  # seconds; an answer takes some 10 ms, and the machine may be busy

OPEN_HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nX-a: "
BODY = b"POST /api/v1/stacks/files HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nabc"
TOO_LARGE = (
    f"POST /api/v1/apps HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
    + b"Content-Length: 10000000\r\n\r\nabc"
)
ELSEWHERE = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nabc"
UPGRADE = (
    b"GET /api/v1/apps/a/terminal HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
STREAM = f"GET /api/v1/events/follow HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode()
TRICKLE = (
    f"POST /api/v1/apps HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 900\r\n\r\n".encode()
)
ATTACKS = {
    "silent": (b"", 400),
    "heads that do not end": (OPEN_HEAD, 300),
    "bodies without a token": (BODY, 120),
    "bodies that nobody reads": (ELSEWHERE, 200),
    "terminals without a token": (UPGRADE, 125),
    "idle after an answer": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 300),
    "streams that are not read": (STREAM, 130),
    "bodies that trickle": (TRICKLE, 130),
    "the description that is not read": (b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 20, 130),
}


@pytest.fixture
def lonely(tmp_path: Path, stub: StubPlatform) -> Iterator[WebProcess]:
    web = WebProcess(stub.socket, tmp_path / "log").ready()
    try:
        yield web
    finally:
        web.stop()


@contextlib.contextmanager
def attack(web: WebProcess, said: bytes, count: int) -> Iterator[list[socket.socket]]:
    """Connections that say something, and from then on a byte now and then."""
    host, _, port = web.address.partition(":")
    over = threading.Event()
    with contextlib.ExitStack() as held:
        connections = []
        for _ in range(count):
            connection = held.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect((host, int(port)))
            with contextlib.suppress(OSError):
                connection.sendall(said)
            connections.append(connection)

        def trickle() -> None:
            while not over.wait(0.5):
                for connection in connections:
                    with contextlib.suppress(OSError):
                        connection.send(b"a", socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)

        thread = threading.Thread(target=trickle)
        if said in (OPEN_HEAD, TRICKLE):
            thread.start()
        try:
            yield connections
        finally:
            over.set()
            if thread.ident is not None:
                thread.join()


@pytest.mark.parametrize("name", ATTACKS)
def test_another_address_is_answered(lonely: WebProcess, stub: StubPlatform, name: str) -> None:
    with attack(lonely, *ATTACKS[name]):
        transport = httpx.HTTPTransport(local_address="127.0.0.2", limits=httpx.Limits(max_keepalive_connections=0))
        with httpx.Client(transport=transport, timeout=SOON) as client:
            for _ in range(4):
                assert client.get(f"{lonely.url}/api/v1/apps", headers=BEARER).status_code == 200
                assert client.get(f"{lonely.url}/healthz").status_code == 200
    for _ in range(200):
        stub.events.pending.put(None)


def status(connection: socket.socket) -> int:
    """The status of the answer, after which the connection ends."""
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return int(received.split(b" ")[1])


def test_a_terminal_without_a_token_gets_no_websocket(lonely: WebProcess) -> None:
    with attack(lonely, UPGRADE, 1) as (connection,):
        assert connection.recv(65536).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("said", [BODY, ELSEWHERE, TOO_LARGE], ids=["api", "page", "too large"])
def test_a_body_that_is_not_wanted_is_answered_at_once(lonely: WebProcess, said: bytes) -> None:
    began = time.monotonic()
    with attack(lonely, said, 1) as (connection,):
        assert status(connection) == {BODY: 401, ELSEWHERE: 405, TOO_LARGE: 413}[said]
    assert time.monotonic() - began < SOON


def test_a_head_has_ten_seconds_however_it_comes(lonely: WebProcess) -> None:
    began = time.monotonic()
    with attack(lonely, OPEN_HEAD, 3) as connections:
        for connection in connections:
            connection.settimeout(20)
            assert status(connection) == 408
    assert 8 < time.monotonic() - began < 15


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40_000, 431),
        (b"GET /" + b"a" * 40_000, 431),
        (b"\x16\x03\x01\x02\x00\x01", 400),
        (b"GET / HTTP/1.1\r\nHost: x\x00y\r\n\r\n", 400),
    ],
    ids=["header", "path", "tls", "nul"],
)
def test_what_no_head_can_be_is_refused_before_it_ends(lonely: WebProcess, said: bytes, code: int) -> None:
    with attack(lonely, said, 1) as (connection,):
        connection.settimeout(SOON)
        assert status(connection) == code


def test_a_body_may_come_slowly_but_not_forever() -> None:
    from sh0.pacing import Pace

    slow, fast, silent = Pace(), Pace(), Pace()
    for _ in range(20):
        slow.patience()
        slow.took(0.5, 1)
    slow.took(0.5, 1)
    with pytest.raises(TimeoutError):
        slow.patience()
    for _ in range(1000):
        assert fast.patience() > 0
        fast.took(0.5, 1 << 16)
    assert silent.patience() == 10
    assert fast.patience() == 30


def test_places_are_shared_out_by_address() -> None:
    from sh0_web.places import Places

    places = Places(3, 2)
    take: Callable[[str], bool] = places.take
    assert [take("10.0.0.1"), take("10.0.0.1"), take("10.0.0.1"), take("10.0.0.2"), take("10.0.0.3")] == [
        True,
        True,
        False,
        True,
        False,
    ]
    places.give_back("10.0.0.1")
    assert take("10.0.0.3")
    assert take("2001:db8::1") is False
