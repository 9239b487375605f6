"""Terminals through the web process."""

import pytest

import sh0
from sh0.errors import DaemonUnreachable, NotFound, Unauthenticated
from tests.surfaces.platform_stub import TOKEN, StubPlatform
from tests.surfaces.web.web_process import WebProcess


def opened(web: WebProcess, token: str = TOKEN, app: str = "shop") -> sh0.Terminal:
    return sh0.connect(web.url, token=token).apps.terminal(app, command=("sh", "-c", "a b"), columns=100)


def test_a_terminal_speaks_both_ways_and_tells_its_end(stub: StubPlatform, web: WebProcess) -> None:
    terminal = opened(web)
    terminal.write(b"hello")
    assert terminal.read() == b"HELLO"
    terminal.resize(132, 43)
    for name in ("USR1", "KILL", "\ud800", "HUP" * 1000):
        terminal.signal(name)
    terminal.write(b"exit")
    assert terminal.read() == b""
    assert terminal.exit_code() == 3
    terminal.close()
    assert stub.apps.terminals[-1].sizes == [(132, 43)]
    assert stub.apps.terminals[-1].signals == ["USR1"]
    assert stub.apps.terminals[-1].options == {"command": ("sh", "-c", "a b"), "columns": 100}


def test_more_than_a_frame_passes(web: WebProcess) -> None:
    terminal = opened(web)
    terminal.write(b"a" * 500_000)
    received = 0
    while received < 500_000:
        received += len(terminal.read())
    terminal.close()


def test_a_client_that_hangs_up_ends_the_terminal(stub: StubPlatform, web: WebProcess) -> None:
    terminal = opened(web)
    terminal.write(b"x")
    assert terminal.read() == b"X"
    terminal.close()
    assert stub.apps.terminals[-1].closed.wait(10)


@pytest.mark.parametrize(("token", "app", "error"), [("wrong", "shop", Unauthenticated), (TOKEN, "no", NotFound)])
def test_what_the_daemon_refuses_arrives_as_its_error(
    web: WebProcess, token: str, app: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        opened(web, token, app).read()


def test_what_is_no_listener_opens_no_terminal() -> None:
    with pytest.raises(DaemonUnreachable, match=r"http://127\.0\.0\.1:9 does not answer"):
        sh0.connect("http://127.0.0.1:9", token=TOKEN).apps.terminal("shop")


def test_a_server_without_that_route_opens_no_terminal(web: WebProcess) -> None:
    with pytest.raises(DaemonUnreachable, match="answered 4"):
        sh0.connect(f"{web.url}/elsewhere", token=TOKEN).apps.terminal("shop")
