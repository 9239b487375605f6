"""Homes, daemons and trees for tests on real parts, all under `.sh0-test/`, which tools/clear.py clears."""

import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import sh0
from sh0 import settings as settings_file
from sh0.adapters.host_guard import HostGuard
from sh0.home import Home
from tests.free_ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
HOMES = ROOT / ".sh0-test"
TEST_APP = Path(__file__).with_name("testapp") / "app.py"
BASE = "python:3.13-slim"
PORT = 8080


def docker(*arguments: str, check: bool = True) -> str:
    """What a docker command prints."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stderr
    return done.stdout.strip()


def new_home() -> Home:
    """A home that is not there yet."""
    return Home(HOMES / secrets.token_hex(4))


def test_settings(**changes: object) -> sh0.Settings:
    """Settings on free ports of 127.0.0.1."""
    http, https, panel, git = free_ports(4)
    values: dict[str, object] = {
        "bind": "127.0.0.1",
        "http_port": http,
        "https_port": https,
        "panel_port": panel,
        "git_port": git,
        "drain_timeout": 10.0,
    }
    return sh0.Settings(**{**values, **changes})  # type: ignore[arg-type]


test_settings.__test__ = False  # type: ignore[attr-defined]


def clear(home_id: str) -> None:
    """Remove what a home made in Docker; what is still being made or removed is tried again for a moment.

    Now and then the engine keeps the endpoint of a container that is gone, and with it a network, till it restarts.
    """
    HostGuard(home_id, ()).remove()
    label = f"label=sh0.home={home_id}"
    for _ in range(10):
        if containers := docker("ps", "-aq", "--filter", label).split():
            docker("rm", "-f", "-v", *containers, check=False)
        if networks := docker("network", "ls", "-q", "--filter", label).split():
            docker("network", "rm", *networks, check=False)
        if not containers and not networks:
            break
        time.sleep(0.1)
    if volumes := docker("volume", "ls", "-q", "--filter", label).split():
        docker("volume", "rm", "-f", *volumes, check=False)
    if images := docker("images", "-aq", "--filter", label).split():
        docker("rmi", "-f", *set(images), check=False)


def containers(home_id: str, **labels: str) -> set[str]:
    """Names of a home's containers, running or not."""
    filters = [f"label=sh0.home={home_id}", *(f"label=sh0.{name}={value}" for name, value in labels.items())]
    listed = docker("ps", "-a", "--format", "{{.Names}}", *(word for each in filters for word in ("--filter", each)))
    return set(listed.split())


def until(condition: Callable[[], object], seconds: float = 10.0, what: str = "") -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so after {seconds:g} s: {what or condition}"
        time.sleep(0.02)


def dockerfile(version: str = "1", *, run: str = "", **environment: str) -> str:
    """A Dockerfile of the test app."""
    lines = [f"FROM {BASE}", "COPY app.py /app.py"]
    lines += [f"ENV {name}={value}" for name, value in {"VERSION": version, **environment}.items()]
    lines += [f"RUN {run}"] if run else []
    return "\n".join([*lines, f"EXPOSE {PORT}", 'CMD ["python", "-u", "/app.py"]', ""])


def write_tree(folder: Path, version: str = "1", *, run: str = "", **environment: str) -> Path:
    """The source of a test app, with a Dockerfile of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(TEST_APP, folder / "app.py")
    (folder / "Dockerfile").write_text(dockerfile(version, run=run, **environment))
    return folder


def image(version: str, folder: Path) -> str:
    """An image of the test app that is only on this machine: the registry in its name refuses connections."""
    name = f"localhost:1/sh0-test/app:{version}"
    tree = write_tree(folder / f"image-{version}", version)
    docker("build", "-q", "--label", "sh0.test=app", "-t", name, str(tree))
    return name


class Daemon:
    """A real daemon process on a home.

    Args:
        home: Its folder.
        settings: How it is set up; kept in the home.
        program: Arguments of Python that start it.
        environment: Variables beside this process's.
    """

    def __init__(
        self,
        home: Home,
        settings: sh0.Settings,
        program: tuple[str, ...] = ("-m", "sh0.daemon"),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.home, self.settings, self._program = home, settings, program
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None
        home.prepare()
        settings_file.save(home.path, settings)

    def start(self) -> Self:
        """Start it, and wait until it answers."""
        with open(self.home.logs / "sh0d.log", "ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *self._program, "--home", str(self.home.path)],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=self._environment,
                start_new_session=True,
            )
        until(lambda: self.answers() or not self.running, 20, "the daemon answers")
        assert self.running, self.log()
        return self

    def answers(self) -> bool:
        """Whether somebody takes connections on its socket."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(self.home.socket))
                return True
        except OSError:
            return False

    def connect(self) -> sh0.Platform:
        """The platform that it serves."""
        return sh0.connect(home=self.home.path)

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None
        return self._process

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def kill(self, number: int = signal.SIGKILL, timeout: float = 30.0) -> int:
        """Send it a signal, and wait for its end."""
        if self.running:
            self.process.send_signal(number)
        return self.process.wait(timeout)

    def log(self) -> str:
        return (self.home.logs / "sh0d.log").read_text()

    def clear(self) -> None:
        """End it, and remove all that its home made."""
        if self._process is not None:
            self.kill(signal.SIGTERM)
        for file in self.home.logs.glob("*.pid"):
            file.unlink()
        if (home_id := identity(self.home)) is not None:
            clear(home_id)
        shutil.rmtree(self.home.path, ignore_errors=True)


def identity(home: Home) -> str | None:
    """The id of a home that nobody has open, or of one that somebody has."""
    if not home.database.exists():
        return None
    connection = sqlite3.connect(home.database)
    try:
        return str(connection.execute("select value from facts where name = 'id'").fetchone()[0])
    finally:
        connection.close()
