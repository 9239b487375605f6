"""What an engine asks a session for during a build, and what it is answered."""

from pathlib import Path

import attrs
import h11
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, ResponseReceived, StreamEnded

from sh0.adapters.docker.client import Engine
from sh0.adapters.docker.grpc import INVALID_ARGUMENT, LONGEST, NOT_FOUND, GrpcServer
from sh0.adapters.docker.protobuf import field, fields
from sh0.adapters.docker.session import NoSessions, session
from sh0.adapters.docker.session_methods import session_methods
from sh0.adapters.local import LocalLink
from sh0.errors import EngineUnavailable, Sh0Error
from sh0.ports.registries import RegistryLogin, RegistryLogins
from sh0.values import Secret
from tests.core.adapters.docker.stub_engine import NOT_FOUND as NO_PAGE
from tests.core.adapters.docker.stub_engine import stub_engine

GET_SECRET = "/moby.buildkit.secrets.v1.Secrets/GetSecret"
HEALTH = "/grpc.health.v1.Health/Check"
LONG = "x" * 200_000  # more than the window of a stream


@attrs.define
class Answer:
    """What came back of a call."""

    headers: dict[str, str] = attrs.field(factory=dict)
    body: bytes = b""
    ended: bool = False


def call(server: GrpcServer, path: str, message: bytes, *, framed: bool = True) -> Answer:
    """Call a method as the engine does, without a connection in between."""
    client = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
    client.initiate_connection()
    stream = client.get_next_available_stream_id()
    head = {":method": "POST", ":scheme": "http", ":path": path, ":authority": "localhost", "te": "trailers"}
    client.send_headers(stream, [*head.items()])
    sent = b"\0" + len(message).to_bytes(4, "big") + message if framed else message
    while sent:
        size = min(client.max_outbound_frame_size, client.local_flow_control_window(stream), len(sent))
        assert size, "the server gives no room"
        client.send_data(stream, sent[:size])
        sent = sent[size:]
        server.receive(client.data_to_send())
        client.receive_data(server.outgoing())
    client.end_stream(stream)
    found = Answer()
    while not found.ended:
        server.receive(client.data_to_send())
        came = server.outgoing()
        assert came, "the call is not answered"
        for event in client.receive_data(came):
            if isinstance(event, DataReceived):
                found.body += event.data
                client.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, StreamEnded):
                found.ended = True
            elif (headers := getattr(event, "headers", None)) is not None:
                found.headers |= {str(name): str(value) for name, value in headers}
                found.headers["first"] = str(isinstance(event, ResponseReceived))
    return found


@pytest.fixture
def logins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RegistryLogins:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    held = RegistryLogins()
    own = [RegistryLogin("ghcr.io", "ann", Secret("own")), RegistryLogin("docker.io", "hub", Secret("hubs"))]
    held.come_from(lambda: own)
    return held


@pytest.fixture
def server(logins: RegistryLogins) -> GrpcServer:
    return GrpcServer(session_methods({"TOKEN": Secret("value"), "LONG": Secret(LONG)}, logins))


@pytest.mark.parametrize(("name", "value"), [("TOKEN", "value"), ("LONG", LONG)])
def test_a_secret_is_answered_whatever_its_length(server: GrpcServer, name: str, value: str) -> None:
    found = call(server, GET_SECRET, field(1, name.encode()))
    assert found.headers["grpc-status"] == "0"
    assert dict(fields(found.body[5:])) == {1: value.encode()}


def test_one_that_there_is_not_is_not_found(server: GrpcServer) -> None:
    found = call(server, GET_SECRET, field(1, b"OTHER"))
    assert (found.headers["grpc-status"], found.body) == (str(NOT_FOUND), b"")


def test_the_session_says_that_it_is_there(server: GrpcServer) -> None:
    assert call(server, HEALTH, b"").body[5:] == b"\x08\x01"


@pytest.mark.parametrize(
    ("host", "user", "password"),
    [("ghcr.io", b"ann", b"own"), ("registry-1.docker.io", b"hub", b"hubs"), ("other.example.org", b"", b"")],
)
def test_a_registry_gets_its_own_credentials(server: GrpcServer, host: str, user: bytes, password: bytes) -> None:
    found = call(server, "/moby.filesync.v1.Auth/Credentials", field(1, host.encode()))
    assert dict(fields(found.body[5:])) == {1: user, 2: password}


@pytest.mark.parametrize("message", [b"\x0a", b"\xff\xff", b"\x0a\x02\xff\xfe"])
def test_what_is_no_message_is_refused(server: GrpcServer, message: bytes) -> None:
    assert call(server, GET_SECRET, message).headers["grpc-status"] == str(INVALID_ARGUMENT)


@pytest.mark.parametrize("sent", [b"", b"\1\0\0\0\0", b"\0\0\0\0\5ab", b"\0" * (LONGEST * 2)])
def test_what_is_no_call_is_refused(server: GrpcServer, sent: bytes) -> None:
    assert call(server, GET_SECRET, sent, framed=False).headers["grpc-status"] == str(INVALID_ARGUMENT)


def test_a_method_that_there_is_not_is_said_to_be_none(server: GrpcServer) -> None:
    assert call(server, "/moby.filesync.v1.FileSync/DiffCopy", b"").headers["grpc-status"] == "12"


def opened(folder: Path, answer: bytes, asked: list[bytes] | None = None) -> str:
    with stub_engine(folder / "engine.sock", answer, asked) as path:
        engine = Engine(LocalLink(), str(path))
        try:
            with session(engine, {HEALTH: lambda message: message}) as name:
                return name
        finally:
            engine.close()


def test_a_session_says_what_it_answers(tmp_path: Path) -> None:
    asked: list[bytes] = []
    answer = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    name = opened(tmp_path, answer, asked)
    [head] = asked
    assert f"X-Docker-Expose-Session-Uuid: {name}".lower().encode() in head.lower()
    assert f"X-Docker-Expose-Session-Grpc-Method: {HEALTH}".lower().encode() in head.lower()


def test_an_engine_without_sessions_has_no_buildkit(tmp_path: Path) -> None:
    with pytest.raises(NoSessions):
        opened(tmp_path, NO_PAGE)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", EngineUnavailable),
        (b"no HTTP\r\n\r\n", EngineUnavailable),
        (b'HTTP/1.1 500 Oops\r\nContent-Length: 19\r\n\r\n{"message": "oops"}', Sh0Error),
    ],
)
def test_an_engine_that_breaks_off_is_an_error_of_sh0(tmp_path: Path, answer: bytes, kind: type[Sh0Error]) -> None:
    with pytest.raises(kind, match="open a session for a build"):
        opened(tmp_path, answer)


def test_h11_leaves_what_comes_after_the_head() -> None:
    """The engine may begin with HTTP/2 in the same packet as its answer."""
    http = h11.Connection(h11.CLIENT)
    http.send(h11.Request(method="POST", target="/", headers=[("Host", "a"), ("Upgrade", "h2c")]))
    http.send(h11.EndOfMessage())
    http.receive_data(b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\nPRI")
    assert isinstance(http.next_event(), h11.InformationalResponse)
    assert http.trailing_data[0] == b"PRI"
