"""The web process: what it may, what it loads, how it ends."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.surfaces.platform_stub import TOKEN, StubPlatform
from tests.surfaces.web.web_process import WebProcess, nobody

BEARER = {"Authorization": f"Bearer {TOKEN}"}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")


@as_root
def test_the_web_process_runs_without_any_rights(web: WebProcess) -> None:
    """The home is in a folder that only root may enter, and the process answers from it all the same."""
    lines = Path(f"/proc/{web.process.pid}/status").read_text().splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    user, group = nobody().split(":")
    assert status["Uid"].split() == [user] * 4
    assert status["Gid"].split() == [group] * 4
    assert status["Groups"].split() == []
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0
    assert httpx.get(f"{web.url}/api/v1/apps", headers=BEARER).status_code == 200


@as_root
def test_after_the_drop_neither_database_nor_engine_opens(tmp_path: Path) -> None:
    database = tmp_path / "sh0.db"
    database.write_text("secret")
    engine = Path("/var/run/docker.sock")
    program = f"""
import socket
from sh0_web.privileges import become, parse_identity
become(*parse_identity({nobody()!r}))
for attempt in (lambda: open({str(database)!r}), lambda: socket.socket(socket.AF_UNIX).connect({str(engine)!r})):
    try:
        attempt()
    except (PermissionError, FileNotFoundError) as error:
        print(type(error).__name__)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    refused = "PermissionError" if engine.exists() else "FileNotFoundError"
    assert done.stdout.split() == ["PermissionError", refused]


@as_root
def test_the_web_process_needs_none_of_its_files_once_it_serves(tmp_path: Path, stub: StubPlatform) -> None:
    """Interpreter and packages lie in a folder that the unprivileged user cannot enter."""
    closed = tmp_path / "closed"
    (closed / "lib").mkdir(parents=True, mode=0o700)
    library = Path(os.__file__).parent
    (closed / "lib" / library.name).symlink_to(library)
    paths = []
    for number, path in enumerate(p for p in sys.path if "site-packages" in p or p.endswith("src")):
        (closed / f"p{number}").symlink_to(path)
        paths.append(str(closed / f"p{number}"))
    closed.chmod(0o700)
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    environment = {"PYTHONHOME": str(closed), "PYTHONPATH": ":".join(paths)}
    web = WebProcess(stub.socket, tmp_path / "log", argv=(str(base), "-S", "-m", "sh0_web"), **environment)
    try:
        web.ready()
        import sh0

        with sh0.connect(web.url, token=TOKEN) as platform:
            terminal = platform.apps.terminal("shop")
            terminal.write(b"x")
            assert terminal.read() == b"X"
            terminal.close()
            assert len(list(platform.apps.logs("shop", tail=3))) == 3
        assert httpx.get(f"{web.url}/nothing").status_code == 404
        assert httpx.post(f"{web.url}/api/v1/apps", content=(b"{", b"}")).status_code == 401
    finally:
        web.stop()
    assert web.log == ""


def test_the_web_process_ends_in_time_with_streams_open(tmp_path: Path, stub: StubPlatform) -> None:
    web = WebProcess(stub.socket, tmp_path / "log").ready()
    with httpx.stream("GET", f"{web.url}/api/v1/events/follow", headers=BEARER) as answer:
        assert answer.status_code == 200
        assert web.stop() < 3.0
    assert web.process.returncode == 0
    assert web.log == ""
    stub.events.pending.put(None)


def test_streams_leave_room_for_others(tmp_path: Path, stub: StubPlatform) -> None:
    """One address holds its share of the places at most, all together what there is; the page answers even then."""
    from sh0_web.server import OF_ONE_CLIENT, OPEN_AT_ONCE

    web = WebProcess(stub.socket, tmp_path / "log").ready()
    sources = [f"127.0.0.{n}" for n in (2, 3, 4)]
    clients = [
        httpx.Client(
            transport=httpx.HTTPTransport(local_address=source, limits=httpx.Limits(max_connections=None)), timeout=20
        )
        for source in sources
    ]
    try:
        request = clients[0].build_request("GET", f"{web.url}/api/v1/events/follow", headers=BEARER)
        for client in clients[:2]:
            for _ in range(OF_ONE_CLIENT):
                assert client.send(request, stream=True).status_code == 200
            assert client.get(f"{web.url}/api/v1/apps", headers=BEARER).status_code == 503
            if client is clients[0]:
                assert clients[2].get(f"{web.url}/api/v1/apps", headers=BEARER).status_code == 200
        refused = clients[2].get(f"{web.url}/api/v1/apps", headers=BEARER)
        assert refused.status_code == 503
        assert refused.headers["retry-after"]
        assert clients[2].get(f"{web.url}/").status_code == 200
    finally:
        for client in clients:
            client.close()
        web.stop()
        for _ in range(OPEN_AT_ONCE):
            stub.events.pending.put(None)


def test_the_web_process_loads_nothing_of_the_engine_room() -> None:
    program = "import sys, sh0_web.__main__; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"docker", "asyncssh", "sqlite_utils", "sqlite3", "cryptography", "httpx", "mcp", "cattrs"}
    core = {name for name in done.stdout.split() if name.startswith("sh0.")}
    public = {"sh0.frontend", "sh0.version", "sh0.exports", "sh0.exports.platform", "sh0.exports.frontend"}
    own = public | {"sh0.errors", "sh0.sensitive", "sh0.pacing", "sh0.peers"}
    assert core == own | {"sh0.wire", "sh0.wire.frames"}


@as_root
def test_the_web_process_serves_nobody_as_root(tmp_path: Path, stub: StubPlatform) -> None:
    environment = {"SH0_SOCKET": str(stub.socket), "SH0_LISTEN_FD": "0"}
    done = subprocess.run([sys.executable, "-m", "sh0_web"], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert "SH0_RUN_AS" in done.stderr


@pytest.mark.parametrize("text", ["0:0", "65534:0", "nobody", "1:2:3"])
def test_root_is_no_identity_to_take_on(text: str) -> None:
    from sh0_web.privileges import parse_identity

    with pytest.raises(ValueError):
        parse_identity(text)
