"""Frontends: started, watched, started again, ended."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sh0.daemon import frontends
from sh0.daemon.frontends import Supervisor, kill_leftover
from sh0.errors import Conflict
from sh0.home import Home
from sh0.hookspecs import Frontend
from tests.free_ports import free_ports

SLEEP = ("sleep", "60")
SERVE = """
import http.server, os, socket
listener = socket.socket(fileno=int(os.environ["SH0_LISTEN_FD"]))
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(os.getpid()).encode())
while True:
    connection, address = listener.accept()
    with connection:
        Answer(connection, address, None)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.prepare()
    return made


@pytest.fixture
def supervise(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Supervisor]]:
    """Starts frontends; they are ended with the test."""
    monkeypatch.setattr(frontends, "_BACKOFF", (0.01,))
    made: list[Supervisor] = []

    def start(*several: Frontend) -> Supervisor:
        supervisor = Supervisor(home, list(several))
        made.append(supervisor)
        supervisor.bind()
        supervisor.start()
        return supervisor

    yield start
    for supervisor in made:
        supervisor.stop()


def eventually(condition: Callable[[], object], timeout: float = 10.0) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.005)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def noted(home: Home, name: str = "web") -> int:
    eventually(lambda: (home.run / f"{name}.pid").exists() and (home.run / f"{name}.pid").read_text())
    pid: int = json.loads((home.run / f"{name}.pid").read_text())["pid"]
    return pid


def printed(home: Home, name: str = "web") -> str:
    file = home.logs / f"{name}.log"
    return file.read_text() if file.exists() else ""


def test_a_frontend_that_is_killed_is_started_again(home: Home, supervise: Callable[..., Supervisor]) -> None:
    supervise(Frontend("web", SLEEP))
    first = noted(home)
    os.kill(first, signal.SIGKILL)
    eventually(lambda: (home.run / "web.pid").exists() and noted(home) != first)
    assert alive(noted(home))


def test_no_connection_is_refused_while_a_frontend_is_started_again(
    home: Home, supervise: Callable[..., Supervisor]
) -> None:
    """The daemon listens for it, so that a request waits instead of failing."""
    port = free_ports(1)[0]
    supervise(Frontend("web", (sys.executable, "-c", SERVE), ("127.0.0.1", port)))

    def ask() -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/")
        pid = int(connection.getresponse().read())
        connection.close()
        return pid

    first = ask()
    os.kill(first, signal.SIGKILL)
    eventually(lambda: not alive(first))
    assert ask() != first


def test_stopping_ends_a_frontend_and_its_children(home: Home, supervise: Callable[..., Supervisor]) -> None:
    child = home.path / "child"
    script = (
        "import subprocess, pathlib, time; child = subprocess.Popen(['sleep', '60']); "
        f"pathlib.Path({str(child)!r}).write_text(str(child.pid)); time.sleep(60)"
    )
    supervisor = supervise(Frontend("web", (sys.executable, "-c", script)))
    pid = noted(home)
    eventually(lambda: child.exists() and child.read_text())
    supervisor.stop()
    eventually(lambda: not alive(pid) and not alive(int(child.read_text())))
    assert not (home.run / "web.pid").exists()


def test_one_that_does_not_heed_the_signal_is_killed(
    home: Home, supervise: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontends, "_PATIENCE", 0.1)
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    supervisor = supervise(Frontend("web", (sys.executable, "-c", script)))
    pid = noted(home)
    eventually(lambda: "deaf" in printed(home))
    supervisor.stop()
    eventually(lambda: not alive(pid))


def test_one_that_cannot_be_started_is_tried_again_and_holds_up_no_other(
    home: Home, supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    program = tmp_path / "late"
    supervise(Frontend("web", (str(program),)), Frontend("mcp", SLEEP))
    assert alive(noted(home, "mcp"))
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    assert alive(noted(home))


def test_what_a_frontend_prints_is_in_its_log(home: Home, supervise: Callable[..., Supervisor]) -> None:
    script = "import sys; print('hello'); print('trouble', file=sys.stderr, flush=True); import time; time.sleep(60)"
    supervise(Frontend("web", (sys.executable, "-u", "-c", script)))
    eventually(lambda: {"hello", "trouble"} <= set(printed(home).split()))


def test_a_frontend_gets_the_socket_it_may_use_and_nothing_of_the_daemons_environment(
    home: Home, supervise: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_DAEMON", "hunter22")
    script = "import os, json, time; print(json.dumps(dict(os.environ)), flush=True); time.sleep(60)"
    own = {"COLOUR": "red", "SH0_SOCKET": "/tmp/another"}
    supervise(Frontend("web", (sys.executable, "-c", script), None, own))
    eventually(lambda: "}" in printed(home))
    environment = json.loads(printed(home))
    assert environment["SH0_SOCKET"] == str(home.web_socket)
    assert environment["COLOUR"] == "red"
    assert "SECRET_OF_THE_DAEMON" not in environment
    assert ("SH0_RUN_AS" in environment) == (os.geteuid() == 0)


def test_a_frontend_inherits_no_open_file_but_its_listener(home: Home, supervise: Callable[..., Supervisor]) -> None:
    secret = open(home.path / "master.key", "w")  # noqa: SIM115 - open while the frontend starts
    os.set_inheritable(secret.fileno(), True)
    script = (
        "import os, time, pathlib; files = list(pathlib.Path('/proc/self/fd').iterdir()); "
        "print([os.readlink(f) for f in files if f.is_symlink()], flush=True); time.sleep(60)"
    )
    supervise(Frontend("web", (sys.executable, "-c", script), ("127.0.0.1", free_ports(1)[0])))
    eventually(lambda: "]" in printed(home))
    seen = printed(home)
    secret.close()
    assert "master.key" not in seen
    assert seen.count("socket:") == 1


def test_a_port_that_is_taken_is_a_conflict_that_says_what_to_do(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        supervisor = Supervisor(home, [Frontend("web", SLEEP, ("127.0.0.1", port))])
        with pytest.raises(Conflict, match=f"the web process cannot listen on 127.0.0.1:{port}") as raised:
            supervisor.bind()
        assert "--panel-port" in raised.value.hint
        supervisor.stop()


@pytest.fixture
def leftover() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEP, start_new_session=True) as process:
        yield process
        process.kill()


def note(file: Path, process: subprocess.Popen[bytes], started: object) -> Path:
    file.write_text(json.dumps({"pid": process.pid, "started": started}))
    return file


def test_a_frontend_of_a_daemon_that_was_killed_is_ended(home: Home, leftover: subprocess.Popen[bytes]) -> None:
    file = note(home.run / "web.pid", leftover, frontends._start_time(leftover.pid))
    assert kill_leftover(file)
    assert leftover.wait(5) == -signal.SIGKILL
    assert not file.exists()


@pytest.mark.parametrize("started", [1, None, "x"])
def test_another_process_that_got_the_same_id_is_left_alone(
    home: Home, leftover: subprocess.Popen[bytes], started: object
) -> None:
    assert not kill_leftover(note(home.run / "web.pid", leftover, started))
    assert leftover.poll() is None


@pytest.mark.parametrize("text", ["", "5", "{", "[]", "null", '{"pid": 1}', '{"pid": "x", "started": 1}'])
def test_a_note_that_makes_no_sense_ends_nobody(home: Home, text: str) -> None:
    file = home.run / "web.pid"
    file.write_text(text)
    assert not kill_leftover(file)
    assert not file.exists()


def test_no_note_is_no_leftover(home: Home) -> None:
    assert not kill_leftover(home.run / "web.pid")


def test_a_new_supervisor_ends_what_the_last_one_left_before_it_starts_its_own(
    home: Home, supervise: Callable[..., Supervisor], leftover: subprocess.Popen[bytes]
) -> None:
    note(home.run / "web.pid", leftover, frontends._start_time(leftover.pid))
    supervise(Frontend("web", SLEEP))
    assert leftover.wait(5) == -signal.SIGKILL
    assert alive(noted(home))
