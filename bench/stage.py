"""A real daemon on a home of its own, apps that are ready at once, and a load of requests on 127.0.0.1."""

import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import attrs

import sh0

BIN = Path(sys.executable).parent
SERVER = """
import os, http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = b"version %s"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512
Server(("0.0.0.0", int(os.environ["PORT"])), Handler).serve_forever()
"""
DOCKERFILE = """FROM python:3.13-slim
WORKDIR /app
COPY . .
EXPOSE 8000
CMD ["python", "-u", "server.py"]
"""


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def files(version: int) -> Mapping[str, str]:
    """An app that is ready at once."""
    return {"server.py": SERVER % version, "Dockerfile": DOCKERFILE}


def archive(tree: Mapping[str, str]) -> io.BytesIO:
    """A tree as an upload."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in tree.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    packed.seek(0)
    return packed


@attrs.define
class Stage:
    """A daemon and how it is reached.

    Attributes:
        home: Its home.
        http: The proxy's port.
        https: The proxy's port of TLS.
        panel: The web door's port.
        git: The git server's port.
        platform: A connection to it.
        process: The daemon's process.
    """

    home: Path
    http: int
    https: int
    panel: int
    git: int
    platform: sh0.Platform
    process: subprocess.Popen[bytes] = attrs.field(init=False)

    def spawn(self, *program: str) -> None:
        """Start the daemon and wait until it answers."""
        options = ["--home", str(self.home), "--bind", "127.0.0.1"]
        for name in ("http", "https", "panel", "git"):
            options += [f"--{name}-port", str(getattr(self, name))]
        log = open(self.home / "daemon.log", "ab")  # noqa: SIM115 - belongs to the process
        self.process = subprocess.Popen(
            [sys.executable, *(program or ("-m", "sh0.daemon")), *options], stdout=log, stderr=log
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                self.platform.system.status()
                return
            except sh0.Sh0Error:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise SystemExit((self.home / "daemon.log").read_text()) from None
                time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL, and no goodbye."""
        self.process.kill()
        self.process.wait()

    def deploy(self, app: str, version: int) -> sh0.Deployment:
        """Upload a version and wait until it is live."""
        deployment = self.platform.deployments.upload(app, archive(files(version)))
        return self.platform.deployments.wait(app, deployment.id)


@contextmanager
def stage() -> Iterator[Stage]:
    """A fresh daemon; everything it made is removed at the end."""
    from sh0.daemon.teardown import teardown

    with tempfile.TemporaryDirectory(prefix="sh0-bench-") as folder:
        home = Path(folder)
        http, https, panel, git = free_ports(4)
        one = Stage(home, http, https, panel, git, sh0.connect(home=home))
        one.spawn()
        try:
            yield one
        finally:
            one.process.send_signal(signal.SIGTERM)
            one.process.wait(60)
            teardown(home)


class Load:
    """A steady load of keep-alive requests, and what became of them.

    Args:
        port: The proxy's port.
        host: Host name to ask for.
        threads: Connections at once.
        pause: Seconds between two requests of a connection.
    """

    def __init__(self, port: int, host: str, threads: int = 8, pause: float = 0.005) -> None:
        self._port, self._host, self._pause = port, host, pause
        self._stop = threading.Event()
        self.answered = 0
        self.lost: list[str] = []
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        while not self._stop.is_set():
            try:
                connection.request("GET", "/", headers={"Host": self._host})
                answer = connection.getresponse()
                answer.read()
                problem = "" if answer.status == 200 else str(answer.status)
            except (OSError, http.client.HTTPException) as error:
                problem = repr(error)
                connection.close()
            with self._lock:
                self.answered += not problem
                if problem:
                    self.lost.append(problem)
            time.sleep(self._pause)

    def say(self, what: str) -> None:
        """Print the result."""
        print(
            f"{what}: {len(self.lost)} lost of {self.answered + len(self.lost)} requests", *sorted(set(self.lost))[:3]
        )


def environment() -> dict[str, str]:
    """The environment for git and the command line, with this virtual environment first."""
    return {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
