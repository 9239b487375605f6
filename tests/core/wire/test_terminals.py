"""Terminals: frames over an upgraded connection."""

import json
import socket
import struct
from collections.abc import Iterator

import pytest

from sh0.errors import DaemonUnreachable, InvalidValue, NotFound, Unauthenticated
from sh0.ports.terminal import Terminal
from sh0.wire import frames
from sh0.wire.frames import FrameKind, FrameStream, RemoteTerminal
from tests.core.wire.conftest import Flow, World, eventually


@pytest.fixture
def pair() -> Iterator[tuple[FrameStream, FrameStream]]:
    near, far = socket.socketpair()
    yield FrameStream(near), FrameStream(far)
    near.close()
    far.close()


def read_until(terminal: Terminal, wanted: bytes) -> bytes:
    received = b""
    while wanted not in received:
        data = terminal.read()
        assert data, f"the end after {received!r}"
        received += data
    return received


def test_a_terminal_speaks_both_ways_and_tells_how_it_ended(world: World, flow: Flow) -> None:
    terminal = flow.terminal(columns=100, rows=30)
    terminal.write(b"echo hello\n")
    read_until(terminal, b"hello\r\n")
    terminal.resize(120, 40)
    eventually(lambda: world.flow.terminals[0].size == (120, 40))
    terminal.write(b"exit 3\n")
    while terminal.read():
        pass
    assert terminal.exit_code() == 3
    terminal.close()


def test_only_signals_that_mean_something_to_a_program_reach_it(world: World, flow: Flow) -> None:
    terminal = flow.terminal()
    for name in ("KILL", "usr1", "9", "SIGHUP", "", "STOP", *frames.SIGNALS):
        terminal.signal(name)
    eventually(lambda: world.flow.terminals[0].signals == ["HUP", "QUIT", "USR1", "USR2"])
    terminal.write(b"echo on\n")
    read_until(terminal, b"on\r\n")
    terminal.close()


def test_the_size_of_the_window_is_known_from_the_start(world: World, flow: Flow) -> None:
    flow.terminal(columns=132, rows=50).close()
    assert world.flow.terminals[0].size == (132, 50)


def test_a_client_that_leaves_ends_the_program(world: World, flow: Flow) -> None:
    flow.terminal().close()
    eventually(lambda: world.flow.terminals[0].read() == b"")


def test_an_error_instead_of_a_terminal_is_raised_here(world: World, flow: Flow) -> None:
    with pytest.raises(NotFound, match="no such terminal") as raised:
        flow.terminal(columns=0)
    assert raised.value.hint == "Give it room."
    with pytest.raises(InvalidValue):
        flow.terminal(columns="wide")  # type: ignore[arg-type]
    with pytest.raises(Unauthenticated):
        world.client("nobody")[1].terminal()


def test_a_connection_that_breaks_is_no_exit_code(world: World, flow: Flow) -> None:
    terminal = flow.terminal()
    world.server.stop()
    while terminal.read():
        pass
    with pytest.raises(DaemonUnreachable):
        terminal.exit_code()
    terminal.close()


def test_bytes_that_came_with_the_answer_are_not_lost() -> None:
    near, far = socket.socketpair()
    early = struct.pack("!BI", 0, 5) + b"hel"
    terminal = RemoteTerminal(FrameStream(near, early))
    far.sendall(b"lo" + struct.pack("!BI", 2, 1) + b"0")
    assert terminal.read() == b"hello"
    assert terminal.read() == b""
    assert terminal.exit_code() == 0
    terminal.close()
    far.close()


def test_a_frame_arrives_as_it_was_sent(pair: tuple[FrameStream, FrameStream]) -> None:
    near, far = pair
    for kind, payload in ((FrameKind.DATA, b""), (FrameKind.DATA, bytes(range(256))), (FrameKind.EXIT, b"0")):
        near.send(kind, payload)
        assert far.receive() == (kind, payload)


def test_a_large_paste_goes_in_several_frames(
    pair: tuple[FrameStream, FrameStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "_LARGEST", 10)
    near, far = pair
    near.send(FrameKind.DATA, b"x" * 25)
    assert [far.receive() for _ in range(3)] == [(FrameKind.DATA, b"x" * size) for size in (10, 10, 5)]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\0\0\0",
        struct.pack("!BI", 0, 5) + b"abc",
        struct.pack("!BI", 9, 1) + b"x",
        struct.pack("!BI", 0, 1 << 31),
    ],
    ids=["nothing", "half a header", "half a payload", "unknown kind", "too long"],
)
def test_whoever_breaks_the_rules_is_at_the_end(sent: bytes) -> None:
    near, far = socket.socketpair()
    near.sendall(sent)
    near.shutdown(socket.SHUT_WR)
    assert FrameStream(far).receive() is None
    near.close()
    far.close()


@pytest.mark.parametrize(
    ("kind", "payload"), [(9, b"x"), (1, b"nonsense"), (1, b"[1]"), (1, b'["a", "b"]'), (1, json.dumps({}).encode())]
)
def test_a_client_that_breaks_the_rules_loses_its_terminal_and_nothing_else(
    world: World, kind: int, payload: bytes
) -> None:
    head = b"POST /api/v1/flow/terminal HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: sh0-terminal\r\n\r\n"
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(str(world.socket))
        connection.sendall(head)
        assert b" 101 " in connection.recv(1000)
        connection.sendall(struct.pack("!BI", kind, len(payload)) + payload)
        while connection.recv(1000):
            pass
    assert world.client()[0].list() == ("10", "False")
