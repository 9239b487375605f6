"""Sockets on this machine, and a registry that never answers."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.adapters import local
from sh0.adapters.docker import images
from sh0.adapters.docker.runtime import DockerRuntime
from sh0.adapters.local import LocalLink
from sh0.errors import ImageUnavailable, ServerUnreachable


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_tcp_address_is_dialled(listener: socket.socket) -> None:
    with LocalLink().dial_tcp(*listener.getsockname()) as connection:
        assert connection.getpeername() == listener.getsockname()


def test_a_unix_socket_is_dialled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # The path of a unix socket may be no longer than 107 bytes.
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        server.listen()
        with LocalLink().dial_unix("s", timeout=2) as connection:
            assert connection.gettimeout() == 2


def test_routes_are_the_kernels_but_for_the_default_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "route"
    table.write_text(
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
        "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        "wg0\t0000D00A\t00000000\t0001\t0\t0\t0\t00FCFFFF\t0\t0\t0\n"
        "wg0\t2A00D10A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0\n"
    )
    monkeypatch.setattr(local, "_ROUTES", table)
    assert [str(route) for route in LocalLink().routes()] == ["10.208.0.0/22", "10.209.0.42/32"]
    table.unlink()
    assert list(LocalLink().routes()) == []


def test_a_refused_connection_names_target_and_reason(listener: socket.socket) -> None:
    host, port = listener.getsockname()
    listener.close()
    with pytest.raises(ServerUnreachable, match=f"{host}:{port}") as caught:
        LocalLink().dial_tcp(host, port)
    assert caught.value.details == {"target": f"{host}:{port}", "reason": "refused"}


def test_a_missing_socket_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ServerUnreachable) as caught:
        LocalLink().dial_unix(f"{tmp_path}/none"[-100:])
    assert caught.value.details["reason"] == "missing"


@pytest.mark.docker
def test_a_registry_that_stays_silent_is_given_up(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "PULL_SILENCE", 1.0)
    runtime = DockerRuntime("home", LocalLink())
    with pytest.raises(ImageUnavailable, match="sent nothing"):
        runtime.pull(f"127.0.0.1:{listener.getsockname()[1]}/x:1")
    runtime.close()
