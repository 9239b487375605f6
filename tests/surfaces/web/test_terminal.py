"""Terminals through the web process."""

import pytest

import sh0
from sh0.errors import DaemonUnreachable, NotFound, Unauthenticated
from tests.surfaces.platform_stub import TOKEN, StubPlatform
from tests.surfaces.web.door import Door


def opened(door: Door, token: str = TOKEN, app: str = "shop") -> sh0.Terminal:
    return sh0.connect(door.url, token=token).apps.terminal(app, command=("sh", "-c", "a b"), columns=100)


def test_a_terminal_speaks_both_ways_and_tells_its_end(stub: StubPlatform, door: Door) -> None:
    terminal = opened(door)
    terminal.write(b"hello")
    assert terminal.read() == b"HELLO"
    terminal.resize(132, 43)
    terminal.write(b"exit")
    assert terminal.read() == b""
    assert terminal.exit_code() == 3
    terminal.close()
    assert stub.apps.terminals[-1].sizes == [(132, 43)]
    assert stub.apps.terminals[-1].options == {"command": ("sh", "-c", "a b"), "columns": 100}


def test_more_than_a_frame_passes(door: Door) -> None:
    terminal = opened(door)
    terminal.write(b"a" * 500_000)
    received = 0
    while received < 500_000:
        received += len(terminal.read())
    terminal.close()


def test_a_client_that_hangs_up_ends_the_terminal(stub: StubPlatform, door: Door) -> None:
    terminal = opened(door)
    terminal.write(b"x")
    assert terminal.read() == b"X"
    terminal.close()
    assert stub.apps.terminals[-1].closed.wait(10)


@pytest.mark.parametrize(("token", "app", "error"), [("wrong", "shop", Unauthenticated), (TOKEN, "no", NotFound)])
def test_what_the_daemon_refuses_arrives_as_its_error(door: Door, token: str, app: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        opened(door, token, app).read()


def test_what_is_no_web_door_opens_no_terminal() -> None:
    with pytest.raises(DaemonUnreachable, match=r"http://127\.0\.0\.1:9 does not answer"):
        sh0.connect("http://127.0.0.1:9", token=TOKEN).apps.terminal("shop")


def test_a_door_without_that_route_opens_no_terminal(door: Door) -> None:
    with pytest.raises(DaemonUnreachable, match="answered 4"):
        sh0.connect(f"{door.url}/elsewhere", token=TOKEN).apps.terminal("shop")
