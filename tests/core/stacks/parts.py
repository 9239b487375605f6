"""A whole platform over fakes, for stacks."""

import contextlib
import io
import socket
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import IPv4Network
from pathlib import Path

import attrs

from sh0.bootstrap import Core, compose
from sh0.compose.model import PermissionKind
from sh0.errors import ServerUnreachable, Sh0Error
from sh0.home import Home
from sh0.outside import Ports
from sh0.platform import Platform
from sh0.ports.sinks import Sinks
from sh0.records.stack import Release, StackPlan
from sh0.servers.fleet import ServerPorts
from sh0.serving import readiness
from sh0.settings import Settings
from sh0.testing import FakeBuilder, FakeRuntime, fake_image
from sh0.testing.clock import FakeClock
from sh0.testing.confinement import FakeConfinement
from sh0.testing.outgoing import FakeOutgoing
from sh0.testing.proxy import FakeProxy
from sh0.testing.sinks import FakeSinks
from sh0.values import Secret

IMAGES = ("web:1", "web:2", "db:1", "db:2", "worker:1", "job:1", "cache:1")


class FakeLink:
    """Reaches whatever runs: every container answers 200 on every port, but for those in `dead`.

    Attributes:
        dead: Ports on which nothing is accepted.
        status: Status that is answered.
    """

    def __init__(self) -> None:
        self.dead: set[int] = set()
        self.status = 200

    def routes(self) -> tuple[IPv4Network, ...]:
        return ()

    def dial_unix(self, path: str, timeout: float = 5.0) -> socket.socket:
        raise ServerUnreachable("no sockets here")

    def dial_tcp(self, host: str, port: int, timeout: float = 5.0) -> socket.socket:
        if port in self.dead:
            raise ServerUnreachable(f"nothing at {host}:{port}")
        ours, theirs = socket.socketpair()

        def answer() -> None:
            with theirs, contextlib.suppress(OSError):
                theirs.recv(4096)
                theirs.sendall(f"HTTP/1.1 {self.status} x\r\n\r\n".encode())

        threading.Thread(target=answer, daemon=True).start()
        return ours


@attrs.frozen
class Stage:
    """A platform over fakes, and what tests look at behind its back."""

    core: Core
    runtime: FakeRuntime
    builder: FakeBuilder
    proxy: FakeProxy
    link: FakeLink

    def send(self, text: str, files: Mapping[str, str] | None = None) -> str:
        """Send a folder with a Compose file."""
        return self.core.platform.stacks.receive(archive({"compose.yaml": text, **(files or {})}))

    def plan(self, text: str, **more: object) -> StackPlan:
        files = more.pop("sent", None)
        return self.core.platform.stacks.plan(self.send(text, files), stack="shop", **more)  # type: ignore[arg-type]

    def begin(self, text: str, **more: object) -> Release:
        files = more.pop("sent", None)
        return self.core.platform.stacks.up(self.send(text, files), stack="shop", **more)  # type: ignore[arg-type]

    def up(self, text: str, **more: object) -> Release:
        """Bring a stack up, and wait until it is live."""
        return self.core.platform.stacks.wait("shop", self.begin(text, **more).id, timeout=20)

    def ended(self, release: Release) -> Release:
        """A release after its end, however that is."""
        with contextlib.suppress(Sh0Error):
            self.core.platform.stacks.wait("shop", release.id, timeout=20)
        return self.core.platform.stacks.release("shop", release.id)

    def fails(self, text: str, **more: object) -> Release:
        return self.ended(self.begin(text, **more))

    def containers(self) -> dict[str, str]:
        """Id of each running container, by name."""
        return {c.name: c.id for c in self.runtime.observe() if c.state.value in ("running", "exited")}

    def running(self) -> dict[str, str]:
        return {c.name: c.id for c in self.runtime.observe() if c.state.value == "running"}

    def served(self, host: str) -> str:
        """Container that the proxy leads a host name to."""
        found = self.proxy.serve(host)
        return found if isinstance(found, str) else getattr(found, "name", str(found))

    @contextlib.contextmanager
    def reopened(self) -> Iterator[Platform]:
        """The platform on the same home and engine, after its next start."""
        core = compose(Home(self.core.context.home.path), ports=lambda *_: self.core.ports)
        core.start()
        try:
            yield core.platform
        finally:
            core.platform.close()

    def log(self, release: Release) -> str:
        return "\n".join(e.text for e in self.core.platform.stacks.follow("shop", release.id))


@contextlib.contextmanager
def stage(
    path: Path, plugins: Iterable[object] = (), sinks: Callable[[], Sinks] = FakeSinks, drain_folder: str | None = None
) -> Iterator[Stage]:
    """A platform over fakes, opened, with plugins beside those that are installed."""
    made: dict[str, object] = {}

    def fakes(home: Home, home_id: str, settings: Settings) -> Ports:
        if not made:
            runtime = FakeRuntime(home_id, {name: fake_image(name) for name in IMAGES})
            made.update(runtime=runtime, builder=FakeBuilder(runtime), proxy=FakeProxy(), link=FakeLink())
        servers = [ServerPorts(**made)]  # type: ignore[arg-type]
        return Ports(servers, FakeClock(), FakeConfinement(), FakeOutgoing(), sinks)

    before, readiness.STEADY = readiness.STEADY, 0.0
    core = compose(
        Home(path / "home"),
        Settings(base_domain="example.org", drain_folder=drain_folder),
        ports=fakes,
        plugins=plugins,
    )
    core.start()
    try:
        yield Stage(core, **made)  # type: ignore[arg-type]
    finally:
        core.platform.close()
        readiness.STEADY = before


def archive(files: Mapping[str, str]) -> io.BytesIO:
    """An archive of texts."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    written.seek(0)
    return written


def secret(**values: str) -> dict[str, Secret]:
    return {name: Secret(value) for name, value in values.items()}


ALLOW_PORT = (PermissionKind.PUBLISHED_PORT,)
