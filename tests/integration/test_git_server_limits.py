"""What the git server gives to those who have shown no key yet, with real clients."""

import asyncio
import contextlib
import secrets
import socket
import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path

import asyncssh
import docker as docker_sdk
import pytest

from sh0.adapters.ssh.gitserver import GitServer
from tests.core.git.stub_daemon import line
from tests.integration.test_git_server import Nobody, ServedGit, keys, served

__all__ = ["keys", "served"]


def idle(port: int, count: int, source: str = "127.0.0.1") -> contextlib.ExitStack:
    """Connections that say nothing."""
    held = contextlib.ExitStack()
    for _ in range(count):
        connection = socket.socket()
        connection.bind((source, 0))
        connection.connect(("127.0.0.1", port))
        held.enter_context(connection)
    return held


def push(served: ServedGit) -> "subprocess.CompletedProcess[str]":
    work = served.checkout()
    work.commit(a="1")
    served.daemon.answer = lambda _: iter([line("live", done=True, accepted=True)])
    return work.attempt("push", "sh0", "main")


def attempt(served: ServedGit, *options: str, config: str = "known") -> "subprocess.CompletedProcess[str]":
    """Log in with further options."""
    (served.folder / "guesses.config").write_text(
        "Host *\n IdentitiesOnly yes\n IdentityAgent none\n BatchMode yes\n StrictHostKeyChecking no\n"
        f" UserKnownHostsFile {served.folder}/known_hosts\n"
    )
    return subprocess.run(
        [
            "ssh",
            "-F",
            f"{served.folder}/{config}.config",
            "-o",
            "LogLevel=INFO",
            *options,
            "-p",
            str(served.port),
            "git@127.0.0.1",
            "true",
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("sources", [["127.0.0.1"], ["127.0.0.2"], [f"127.0.1.{n}" for n in range(1, 9)]])
def test_a_push_succeeds_while_idle_connections_are_open(served: ServedGit, sources: list[str]) -> None:
    with contextlib.ExitStack() as held:
        for source in sources:
            held.enter_context(idle(served.port, 160 // len(sources), source))
        done = push(served)
    assert done.returncode == 0, done.stderr


def test_of_idle_connections_from_one_address_the_oldest_go(served: ServedGit) -> None:
    with idle(served.port, 1) as first:
        (oldest,) = [callback for _, callback in first._exit_callbacks]  # type: ignore[attr-defined]
        connection: socket.socket = oldest.__self__
        connection.settimeout(10)
        with idle(served.port, 16):
            while connection.recv(4096):
                pass  # what it was greeted with, then the end


def test_a_client_may_not_try_one_key_after_the_other(served: ServedGit, tmp_path: Path) -> None:
    options: list[str] = []
    for number in range(8):
        file = tmp_path / f"guess{number}"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)
        options += ["-i", str(file)]
    done = attempt(served, *options, "-v", config="guesses")
    assert done.returncode == 255
    assert "too many unknown keys" in done.stderr
    assert done.stderr.count("Offering public key") == 6


@pytest.mark.parametrize(
    "option",
    [
        "MACs=hmac-sha1",
        "MACs=hmac-sha1-etm@openssh.com",
        "MACs=hmac-md5",
        "MACs=umac-64@openssh.com",
        "KexAlgorithms=diffie-hellman-group14-sha1",
        "KexAlgorithms=diffie-hellman-group1-sha1",
        "KexAlgorithms=diffie-hellman-group-exchange-sha1",
        "Ciphers=aes128-cbc",
        "Ciphers=3des-cbc",
    ],
)
def test_an_old_algorithm_is_not_agreed_on(served: ServedGit, option: str) -> None:
    more = ["-o", "Ciphers=aes128-ctr"] if option.startswith("MACs") else []
    done = attempt(served, "-o", option, *more)
    assert done.returncode == 255
    assert "no matching" in done.stderr


@pytest.fixture
def offered(served: ServedGit) -> Iterator[set[str]]:
    """The algorithms in the server's own first message."""
    with socket.create_connection(("127.0.0.1", served.port), 10) as connection:
        file = connection.makefile("rwb")
        file.readline()
        file.write(b"SSH-2.0-test\r\n")
        file.flush()
        length = int.from_bytes(file.read(4))
        message = file.read(length)
        text = message[18:].decode("latin-1")
        yield {name for part in text.split("\0") for name in part.split(",")}


def test_no_offered_algorithm_uses_a_broken_hash(offered: set[str]) -> None:
    text = " ".join(offered)
    assert "curve25519-sha256" in text
    for old in ("sha1", "sha224", "md5", "cbc", "arcfour", "3des", "umac-64", "@ssh.com"):
        assert old not in text


def test_one_key_holds_only_so_many_connections(served: ServedGit) -> None:
    """Those of other keys are not counted with them."""

    async def hold() -> tuple[int, bool]:
        held, refused = [], 0
        options = {"known_hosts": None, "config": None, "username": "git"}
        try:
            for _ in range(18):
                key = _file(served, "known")
                connection = await asyncssh.connect("127.0.0.1", served.port, client_keys=[key], **options)
                held.append(connection)
            await asyncio.sleep(0)
            for connection in held:
                try:
                    await connection.run("true", check=False)
                except asyncssh.Error:
                    refused += 1
            other = await asyncssh.connect("127.0.0.1", served.port, client_keys=[_file(served, "rsa")], **options)
            held.append(other)
            answered = await other.run("true", check=False)
            return refused, "there is no shell" in str(answered.stderr)
        finally:
            for connection in held:
                connection.abort()

    assert asyncio.run(hold()) == (2, True)


def _file(served: ServedGit, name: str) -> str:
    lines = (served.folder / f"{name}.config").read_text().splitlines()
    return next(line.split()[1] for line in lines if "IdentityFile" in line)


@pytest.mark.parametrize("network", ["the default one", "one of its own"])
def test_a_container_cannot_reach_the_git_server(served: ServedGit, tmp_path: Path, network: str) -> None:
    """It is cut off before a word is said, though the server listens on every address."""
    server = GitServer(
        "0.0.0.0",
        0,
        tmp_path / "home" / "host_key",
        served.repositories,
        Nobody(),
    )
    port, own = server.start(), f"sh0-test-{secrets.token_hex(4)}"
    docker = docker_sdk.from_env()
    made = None if network == "the default one" else docker.networks.create(own, labels={"sh0.test": "git"})
    try:
        pool = docker.networks.get("bridge" if made is None else own).attrs["IPAM"]["Config"][0]
        gateway = pool.get("Gateway") or str(next(IPv4Network(pool["Subnet"]).hosts()))
        program = f"import socket; print(socket.create_connection(({gateway!r}, {port}), 10).recv(100))"
        said = docker.containers.run(
            "python:3.13-slim",
            ["python", "-c", f"try:\n  {program}\nexcept ConnectionError: print('cut off')"],
            network="bridge" if made is None else own,
            remove=True,
        )
        assert said.strip() in (b"b''", b"cut off")
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            assert connection.recv(100).startswith(b"SSH-2.0")
    finally:
        server.stop(grace=0.1)
        if made is not None:
            made.remove()
        docker.close()
