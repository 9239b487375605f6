"""Whether a container is ready, asked of small servers on this machine."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import attrs
import pytest

from sh0.adapters.local import LocalLink
from sh0.errors import Cancelled, ContainerExited, EngineUnavailable, NotReady
from sh0.ports.runtime import Completed, Instance, InstanceState, LogLine
from sh0.records.app import HealthCheck, Resources
from sh0.records.deployment import Placement, Snapshot
from sh0.servers.fleet import ServerPorts
from sh0.serving import probing
from sh0.serving.diagnosis import listeners
from sh0.serving.probing import probe
from sh0.serving.readiness import WebCheck, wait_until_ready
from sh0.testing import FakeBuilder, FakeRuntime
from sh0.testing.proxy import FakeProxy
from tests.core.examples import NOON
from tests.free_ports import free_ports

LINK = LocalLink()


def at(port: int) -> Placement:
    return Placement("sh0-x-shop-1-1", "shop", "shop-1", 1, "n", "127.0.0.1", port)


@contextmanager
def server(answer: Callable[[socket.socket], object]) -> Iterator[int]:
    """Answers each connection with a function of it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        answer(connection)
                    except OSError:
                        pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def says(text: bytes, heard: list[bytes] | None = None) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        request = connection.recv(4096)
        if heard is not None:
            heard.append(request)
        connection.sendall(text)

    return answer


def status(code: int) -> bytes:
    return f"HTTP/1.1 {code} X\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("code", "path", "ready"),
    [
        (200, None, True),
        (302, None, True),
        (404, None, True),
        (499, None, True),
        (500, None, False),
        (503, None, False),
        (200, "/up", True),
        (399, "/up", True),
        (400, "/up", False),
        (404, "/up", False),
    ],
)
def test_the_status_decides_and_a_configured_path_must_answer_well(code: int, path: str | None, ready: bool) -> None:
    with server(says(status(code))) as port:
        wrong = probe(LINK, at(port), HealthCheck(path), "shop.example.org")
    assert wrong == (None if ready else f"GET {path or '/'} on port {port} answers {code}")


def test_the_request_asks_for_the_path_under_the_host_name_of_the_app() -> None:
    heard: list[bytes] = []
    with server(says(status(200), heard)) as port:
        probe(LINK, at(port), HealthCheck("/up?x=1"), "shop.example.org")
    head = heard[0].decode().split("\r\n")
    assert head[0] == "GET /up?x=1 HTTP/1.1"
    assert "Host: shop.example.org" in head
    assert heard[0].endswith(b"\r\n\r\n")


@pytest.mark.parametrize("text", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 \r\n", b"\x15\x04\x01", b"HTTP/2 200\r\n"])
def test_what_does_not_speak_http_is_not_ready(text: bytes) -> None:
    with server(says(text)) as port:
        wrong = probe(LINK, at(port), HealthCheck(), "h")
    assert wrong == f"port {port} accepts connections and does not answer HTTP"


@pytest.mark.parametrize("more", [b"", b"\x00\x03\x00\x00\x00\x64"])
def test_one_that_speaks_http2_only_is_told_apart(more: bytes) -> None:
    settings = len(more).to_bytes(3, "big") + b"\x04\x00\x00\x00\x00\x00" + more
    with server(says(settings)) as port:
        wrong = probe(LINK, at(port), HealthCheck(), "h")
    assert wrong == f"port {port} speaks HTTP/2 without TLS, as gRPC does, and sh0 speaks HTTP/1.1 to apps"


def test_one_that_ends_the_connection_in_the_way_of_http2_is_told_apart() -> None:
    with server(says(b"\0\0\x08\x07\0\0\0\0\0" + bytes(8))) as port:
        assert "speaks HTTP/2 without TLS" in str(probe(LINK, at(port), HealthCheck(), "h"))


@pytest.mark.parametrize(
    "text",
    [
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n<center>The plain HTTP request was sent to HTTPS port</center>",
        b"HTTP/1.1 400 \r\n\r\nBad Request\r\nThis combination of host and port requires TLS.\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\nReason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
    ],
)
def test_one_that_speaks_tls_only_is_not_ready(text: bytes) -> None:
    with server(says(text)) as port:
        wrong = probe(LINK, at(port), HealthCheck(), "h")
    assert wrong == f"port {port} speaks TLS, and sh0 speaks HTTP without TLS to apps"


@pytest.mark.parametrize("text", [status(400), b"HTTP/1.1 400 Bad Request\r\n\r\nno such tenant"])
def test_any_other_refusal_is_an_answer(text: bytes) -> None:
    with server(says(text)) as port:
        assert probe(LINK, at(port), HealthCheck(), "h") is None
        assert probe(LINK, at(port), HealthCheck("/up"), "h") == f"GET /up on port {port} answers 400"


def test_an_answer_may_come_in_pieces() -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(4096)
        for piece in (b"HT", b"TP/1.0 2", b"00 OK\r", b"\n"):
            connection.sendall(piece)
            time.sleep(0.01)

    with server(answer) as port:
        assert probe(LINK, at(port), HealthCheck(), "h") is None


def test_where_nobody_listens_nothing_is_ready() -> None:
    port = free_ports(1)[0]
    assert probe(LINK, at(port), HealthCheck(), "h") == f"nothing accepts connections on port {port}"


def test_an_answer_that_trickles_does_not_hold_the_check_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "_TRY", 0.15)

    def answer(connection: socket.socket) -> None:
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.02)

    with server(answer) as port:
        begun = time.monotonic()
        assert probe(LINK, at(port), HealthCheck(), "h") is not None
        assert time.monotonic() - begun < 1


@attrs.define
class StubRuntime:
    """Just enough of an engine for one container."""

    instance: Instance | None = None
    tables: str | None = ""

    def inspect(self, name: str) -> Instance | None:
        return self.instance

    def logs(self, name: str, *, tail: int | None = None) -> Iterator[LogLine]:
        return iter([LogLine(NOON, "stderr", "Traceback"), LogLine(NOON, "stderr", "KeyError: 'URL'")])

    def execute(self, name: str, argv: Sequence[str], *, timeout: float = 60.0) -> Completed:
        if self.tables is None:
            raise EngineUnavailable("the engine is away")
        return Completed(0, self.tables.encode(), b"")


def instance(state: InstanceState = InstanceState.RUNNING, **facts: Any) -> Instance:
    return attrs.evolve(Instance("sh0-x-shop-1-1", "id", "sha256:1", {}, state), **facts)


def wait(runtime: StubRuntime, port: int, timeout: float = 0.05, proceed: Callable[[], None] = lambda: None) -> None:
    snapshot = Snapshot({}, (), Resources(), HealthCheck(None, timeout), 1, None)
    server = ServerPorts(runtime, FakeBuilder(FakeRuntime()), FakeProxy(), LINK)  # type: ignore[arg-type]
    wait_until_ready(WebCheck(server, at(port), snapshot), server, timeout, proceed)


def listening(text: str) -> list[tuple[int, bool]]:
    return [(each.port, each.loopback) for each in listeners(text)]


def table(*rows: tuple[str, int]) -> str:
    lines = ["  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"]
    lines += [
        f"   {n}: {address}:{port:04X} 00000000:0000 0A 00000000:00000000" for n, (address, port) in enumerate(rows)
    ]
    return "\n".join(lines) + "\n"


ANY, LOOPBACK, RESOLVER = "00000000", "0100007F", "0B00007F"


def test_a_container_that_answers_is_ready_at_once() -> None:
    with server(says(status(200))) as port:
        wait(StubRuntime(), port)


def test_a_container_may_take_its_time() -> None:
    answers = iter([503, 503, 200])
    with server(lambda c: says(status(next(answers)))(c)) as port:
        wait(StubRuntime(instance()), port, timeout=5)


def test_one_that_is_never_ready_is_told_with_its_last_lines() -> None:
    with pytest.raises(NotReady, match=r"was not ready after 0\.05 s: nothing accepts connections") as raised:
        wait(StubRuntime(instance()), free_ports(1)[0])
    assert raised.value.details["log"] == ("Traceback", "KeyError: 'URL'")
    assert "--port N" in raised.value.hint


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "; it does not listen on any port"),
        ([(RESOLVER, 40000)], "; it does not listen on any port"),
        ([(ANY, 3000), (RESOLVER, 40000)], "; it listens on port 3000 instead"),
        ([(ANY, 3000), (ANY, 9000)], "; it listens on port 3000, 9000 instead"),
        ([("00000000000000000000000000000000", 3000)], "; it listens on port 3000 instead"),
    ],
)
def test_it_is_told_where_the_container_listens_instead(rows: list[tuple[str, int]], said: str) -> None:
    with pytest.raises(NotReady) as raised:
        wait(StubRuntime(instance(), table(*rows)), free_ports(1)[0])
    assert raised.value.message.endswith(said)


def test_it_is_told_when_the_container_listens_on_loopback_only() -> None:
    port = free_ports(1)[0]
    with pytest.raises(NotReady, match=f"it listens on 127.0.0.1:{port} only"):
        wait(StubRuntime(instance(), table((LOOPBACK, port))), port)


def test_one_that_listens_where_it_should_and_answers_badly_is_not_told_to_listen() -> None:
    with server(says(status(500))) as port:
        with pytest.raises(NotReady, match=rf"GET / on port {port} answers 500\n"):
            wait(StubRuntime(instance(), table((ANY, port))), port)


def test_without_the_tables_of_the_kernel_the_rest_is_still_told() -> None:
    port = free_ports(1)[0]
    with pytest.raises(NotReady, match=rf"nothing accepts connections on port {port}\n"):
        wait(StubRuntime(instance(), None), port)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (instance(InstanceState.EXITED, exit_code=3), "exited with code 3 before it was ready"),
        (instance(InstanceState.RESTARTING, exit_code=1, restarts=2), "exited with code 1"),
        (instance(InstanceState.EXITED, exit_code=137, out_of_memory=True), "was killed at its memory limit"),
    ],
)
def test_one_that_ended_is_noticed_before_the_time_is_over(seen: Instance, said: str) -> None:
    begun = time.monotonic()
    with pytest.raises(ContainerExited, match=said) as raised:
        wait(StubRuntime(seen), free_ports(1)[0], timeout=60)
    assert raised.value.details["log"] == ("Traceback", "KeyError: 'URL'")
    assert time.monotonic() - begun < 5


def test_waiting_can_be_stopped() -> None:
    def stop() -> None:
        raise Cancelled("somebody cancelled it")

    with pytest.raises(Cancelled):
        wait(StubRuntime(instance()), free_ports(1)[0], timeout=60, proceed=stop)


def test_the_kernel_tables_of_this_machine_are_understood() -> None:
    """Three real sockets are found in the real tables, each with whether it is on loopback."""
    with closing(socket.socket()) as everywhere, closing(socket.socket()) as local, closing(socket.socket()) as closed:
        everywhere.bind(("0.0.0.0", 0))
        local.bind(("127.0.0.1", 0))
        closed.bind(("127.0.0.1", 0))
        everywhere.listen()
        local.listen()
        with open("/proc/net/tcp") as file:
            found = listening(file.read())
        assert (everywhere.getsockname()[1], False) in found
        assert (local.getsockname()[1], True) in found
        assert closed.getsockname()[1] not in {port for port, _ in found}


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        (ANY, False),
        (LOOPBACK, True),
        ("0B01D00A", False),
        ("00000000000000000000000001000000", True),
        ("00000000000000000000000000000000", False),
        ("0000000000000000FFFF00000100007F", True),
    ],
)
def test_addresses_of_both_families_are_understood(address: str, loopback: bool) -> None:
    assert listening(table((address, 8080))) == [(8080, loopback)]


def test_what_is_no_table_has_no_ports() -> None:
    assert listening("") == listening("cat: /proc/net/tcp: No such file\n") == []
