"""A platform that is made up, served on a socket like a real one."""

import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import attrs

from sh0 import App, HealthCheck, LogLine, Resources
from sh0.errors import NotFound, Unauthenticated
from sh0.frontend import registry
from sh0.operations import Caller, CallerKind
from sh0.operations.caller import ALL
from sh0.records.deployment import Deployment, DeploymentState, Reason, Snapshot, UploadedArchive
from sh0.records.event_types import EventType
from sh0.records.journal import Event
from sh0.wire.callers import Callers
from sh0.wire.server import WireServer

TOKEN = "sh0_right"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def make_app(name: str) -> App:
    return App(name, "default", 1, None, "main", "", "Dockerfile", 1, Resources(), HealthCheck(), False, None, NOW)


def make_event(number: int) -> Event:
    return Event(number, NOW, EventType.APP_CREATED, "app/shop", f"event {number}")


class Open:
    """A domain that lets everybody in who has a token."""

    def admit(self, operation: object, known: object) -> None:
        pass

    def refused(self, operation: object, known: object, error: object) -> None:
        pass


class Apps(Open):
    def __init__(self) -> None:
        self.terminals: list[Terminal] = []

    def list(self, project: str | None = None) -> tuple[App, ...]:
        return (make_app("shop"), make_app("blog"))

    def get(self, app: str) -> App:
        if app not in ("shop", "blog"):
            raise NotFound(f"there is no app {app}", hint="See 'sh0 apps list'.", app=app)
        return make_app(app)

    def create(self, name: str, **_: object) -> App:
        return make_app(name)

    def logs(self, app: str, tail: int = 100, follow: bool = False, replica: int = 1) -> Iterator[LogLine]:
        self.get(app)
        return iter([LogLine(NOW, "stdout", f"line {n}", app) for n in range(tail)])

    def terminal(self, app: str, **options: object) -> "Terminal":
        self.get(app)
        self.terminals.append(Terminal(options))
        return self.terminals[-1]


class Terminal:
    """Echoes in capitals; ``exit`` ends it with code 3."""

    def __init__(self, options: object) -> None:
        self.options = options
        self.sizes: list[tuple[int, int]] = []
        self.signals: list[str] = []
        self.closed = threading.Event()
        self._typed: queue.Queue[bytes] = queue.Queue()

    def read(self) -> bytes:
        data = self._typed.get()
        return b"" if data in (b"exit", b"") else data.upper()

    def write(self, data: bytes) -> None:
        self._typed.put(data)

    def resize(self, columns: int, rows: int) -> None:
        self.sizes.append((columns, rows))

    def signal(self, name: str) -> None:
        self.signals.append(name)

    def exit_code(self) -> int:
        return 3

    def close(self) -> None:
        self.closed.set()
        self._typed.put(b"")


class Deployments(Open):
    def __init__(self) -> None:
        self.received = 0
        self.broke_off = threading.Event()
        snapshot = Snapshot({}, (), Resources(), HealthCheck(), 1, None)
        self.made = Deployment(
            id="shop-1",
            app="shop",
            number=1,
            reason=Reason.UPLOAD,
            source=UploadedArchive("a.upload"),
            revision="upload",
            image=None,
            snapshot=snapshot,
            requested_by="test",
            state=DeploymentState.QUEUED,
            step=None,
            steps=(),
            failure=None,
            created=NOW,
            started=None,
            finished=None,
        )

    def upload(self, app: str, archive: BinaryIO, label: str = "") -> Deployment:
        self.received = 0
        try:
            while chunk := archive.read(1 << 16):
                self.received += len(chunk)
        except Exception:
            self.broke_off.set()
            raise
        return attrs.evolve(self.made, revision=label)


class Events(Open):
    """A journal that is written to by the test."""

    def __init__(self) -> None:
        self.pending: queue.Queue[Event | None] = queue.Queue()

    def list(self, limit: int = 50) -> tuple[Event, ...]:
        return tuple(make_event(n) for n in range(limit, 0, -1))

    def follow(self) -> Iterator[Event]:
        while (event := self.pending.get()) is not None:
            yield event


class StubPlatform:
    """Serves the stub in a home's ``run`` folder, until it is closed."""

    def __init__(self, home: Path) -> None:
        self.apps, self.deployments, self.events = Apps(), Deployments(), Events()
        run = home / "run"
        run.mkdir(parents=True, exist_ok=True)
        run.chmod(0o711)
        self.socket, self.owner_socket = run / "web.sock", run / "sh0.sock"
        parts = SimpleNamespace(apps=self.apps, deployments=self.deployments, events=self.events)
        self._servers = [
            WireServer(self.socket, 0o666, parts, registry, Callers(_by_token)),
            WireServer(self.owner_socket, 0o600, parts, registry, Callers(lambda token, user: _OWNER)),
        ]
        for server in self._servers:
            server.start()

    def close(self) -> None:
        for server in self._servers:
            server.stop()


_OWNER = Caller(CallerKind.OPERATOR, "root", ALL)


def _by_token(token: str | None, user: int) -> Caller:
    if token != TOKEN:
        raise Unauthenticated("the token is unknown", hint="Make one.")
    return Caller(CallerKind.TOKEN, "test", ALL)
