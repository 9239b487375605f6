"""Calls last as long as the authority behind them, and bodies are bounded in size and depth."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from sh0.codec import structure
from sh0.errors import Forbidden, InvalidValue, Sh0Error, Unauthenticated
from sh0.operations import Caller, CallerKind, Effect, Scope
from sh0.operations.caller import ALL
from sh0.records.credential import Grant
from sh0.wire.callers import Callers
from sh0.wire.client import Client
from sh0.wire.remote import remote
from sh0.wire.server import WireServer
from tests.core.wire.conftest import REGISTRY, Flow, World, eventually, identify


class Holder:
    """Ends what is held when the test says so."""

    def __init__(self) -> None:
        self.ends: list[Callable[[], None]] = []

    def hold(self, caller: Caller, end: Callable[[], None]) -> Callable[[], None]:
        self.ends.append(end)
        return lambda: self.ends.remove(end)


@pytest.fixture
def holder(world: World, tmp_path: Path) -> Iterator[Holder]:
    made = Holder()
    server = WireServer(tmp_path / "h.sock", 0o600, world, REGISTRY, Callers(identify, made.hold))
    server.start()
    yield made
    server.stop()


def test_a_stream_is_cut_and_says_why_when_its_callers_authority_ends(
    world: World, holder: Holder, tmp_path: Path
) -> None:
    client = Client(socket_path=tmp_path / "h.sock", token="reader")
    flow: Flow = remote(Flow, REGISTRY.domain("flow"), client)  # type: ignore[assignment]
    ended = threading.Event()
    errors: list[Sh0Error] = []

    def read() -> None:
        try:
            for _ in flow.endless():
                pass
        except Sh0Error as error:
            errors.append(error)
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    eventually(lambda: holder.ends and world.flow.made > 3)
    holder.ends[0]()
    assert ended.wait(5)
    assert world.flow.left.wait(5)
    eventually(lambda: not holder.ends)
    client.close()
    assert [type(error) for error in errors] == [Unauthenticated]
    assert "token:reader was revoked" in errors[0].message


def test_a_silent_stream_is_cut_at_once_and_a_client_that_does_not_read_is_hung_up_on(
    holder: Holder, tmp_path: Path
) -> None:
    for path in ("silent", "endless"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(tmp_path / "h.sock"))
            connection.sendall(
                f"GET /api/v1/flow/{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer reader\r\n\r\n".encode()
            )
            eventually(lambda: holder.ends)
            assert connection.recv(15).startswith(b"HTTP/1.1 200")
            began = time.monotonic()
            holder.ends[0]()
            received = b""
            if path == "endless":
                eventually(lambda: not holder.ends)  # without a byte being read
            try:
                while chunk := connection.recv(1 << 20):
                    received = received[-4096:] + chunk
            except ConnectionResetError:
                pass
            assert time.monotonic() - began < 1
            assert path == "endless" or b'"code":"unauthenticated"' in received


def test_a_terminal_is_cut_and_says_why(world: World, holder: Holder, tmp_path: Path) -> None:
    client = Client(socket_path=tmp_path / "h.sock", token="writer")
    flow: Flow = remote(Flow, REGISTRY.domain("flow"), client)  # type: ignore[assignment]
    terminal = flow.terminal()
    terminal.write(b"ls")
    assert terminal.read() == b"ls"
    holder.ends[0]()
    with pytest.raises(Unauthenticated, match="token:writer was revoked"):
        list(iter(terminal.read, b""))
    eventually(lambda: not holder.ends)
    client.close()


@pytest.mark.parametrize("depth", [40, 900, 100_000])
def test_json_that_is_nested_too_deeply_is_refused(world: World, depth: int) -> None:
    body = b'{"name": "wheel", "shape": ' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"
    transport = httpx.HTTPTransport(uds=str(world.socket))
    with httpx.Client(transport=transport, base_url="http://x") as http:
        answer = http.post("/api/v1/parts", content=body[: 60 << 10] if depth > 10_000 else body)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "body",
    [b'{"name": "a", "name": "b"}', b'{"name": "a", "shape": {"x": 1, "x": 2}}', b'{"name": "a", "n\\u0061me": "b"}'],
)
def test_json_that_says_something_twice_is_refused(world: World, body: bytes) -> None:
    transport = httpx.HTTPTransport(uds=str(world.socket))
    with httpx.Client(transport=transport, base_url="http://x") as http:
        answer = http.post("/api/v1/parts", content=body)
    assert answer.status_code == 422
    assert "stands twice" in answer.json()["detail"]


def test_a_call_with_nested_values_is_refused_and_audited(world: World) -> None:
    nested: object = 1
    for _ in range(900):
        nested = {"a": nested}
    with pytest.raises(InvalidValue, match="nested deeper"):
        world.parts.make("wheel", nested)  # type: ignore[arg-type]
    assert len(world.audit) == 1


def test_every_scope_can_be_granted_with_every_effect() -> None:
    for area in ("*", *Scope):
        for effect in Effect:
            assert structure(f"{area}:{effect}", Grant) == f"{area}:{effect}"
    with pytest.raises(InvalidValue, match="stacks"):
        structure("foo:read", Grant)


def test_any_scope_is_not_the_host() -> None:
    everything = Caller(CallerKind.TOKEN, "ci", frozenset({"*:destroy"}))
    assert [scope for scope in Scope if not everything.permits(scope, Effect.READ)] == [Scope.HOST]
    assert all(Caller(CallerKind.OPERATOR, "root", ALL).permits(scope, Effect.DESTROY) for scope in Scope)


def test_a_refusal_names_its_true_reason() -> None:
    confined = Caller(CallerKind.TOKEN, "ci", frozenset({"apps:write"}), app="shop")
    with pytest.raises(Forbidden, match="confined to the app shop"):
        confined.demand(Scope.APPS, Effect.READ, "apps.list")
    with pytest.raises(Forbidden, match="on blog: it is confined to the app shop"):
        confined.demand(Scope.APPS, Effect.READ, "apps.get", "blog")
    with pytest.raises(Forbidden, match="it needs env:read"):
        confined.demand(Scope.ENVIRONMENT, Effect.READ, "env.list", "shop")
    confined.demand(Scope.APPS, Effect.WRITE, "apps.configure", "shop")
