"""The daemon dies at every step of a stack's release; the stack goes on serving as it was, or as it will be."""

import signal
import socket
from collections.abc import Callable, Iterator

import attrs
import pytest

import sh0
from sh0 import DeploymentState
from tests.free_ports import free_ports
from tests.integration import web, world
from tests.integration.crashing import PROGRAM, CrashScene
from tests.integration.test_compose import DATABASE

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("stack-crash")]
BEFORE_COMMIT = ["build", "start", "started", "route"]
AFTER_COMMIT = ["commit", "switched", "finish", "ended"]
COMPOSE = """
services:
  db:
    image: python:3.13-slim
    command: [python, -u, /db.py]
    init: true
    environment: {VERSION: "VERSION_"}
    volumes: ["data:/data", "./db.py:/db.py:ro"]
    ports: ["127.0.0.1:PORT:7000"]
    stop_grace_period: 2s
    x-sh0: {probe: "tcp:7000"}
  web:
    build: ./web
    x-sh0: {expose: 8080}
    depends_on: [db]
volumes: {data: {}}
"""


@attrs.define
class Scene(CrashScene):
    """A daemon with a stack under load, whose every release replaces the site and recreates the database."""

    host = "shop-web.localhost"
    port: int

    def begin(self) -> sh0.Release:
        self.version += 1
        world.write_tree(self.folder / "web", str(self.version))
        (self.folder / "db.py").write_text(DATABASE)
        text = COMPOSE.replace("PORT", str(self.port)).replace("VERSION_", str(self.version))
        (self.folder / "compose.yaml").write_text(text)
        with sh0.pack_compose(self.folder) as archive:
            received = self.platform.stacks.receive(archive)
        return self.platform.stacks.up(received, stack="shop", allow=("published-port",))

    def kept(self) -> str:
        """What the database holds, or nothing while it is away."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
                connection.sendall(b"\n")
                return connection.makefile().readline().strip()
        except OSError:
            return ""

    def restarted(self) -> sh0.Release:
        self.daemon.start()
        return self.platform.stacks.releases("shop", limit=1)[0]

    def assert_tidy(self) -> None:
        """Only what serves is left, the database is back with what it held, and nothing is wrong."""
        live = {app.live for app in self.platform.apps.list()}
        wanted = {f"sh0-{self.home_id}-{each}-1" for each in live} | {f"sh0-{self.home_id}-proxy"}
        world.until(lambda: world.containers(self.home_id) == wanted, 10, f"only {wanted} is left")
        world.until(lambda: self.kept() == "kept", 10, "the database answers with what it held")
        self.assert_clean()


@pytest.fixture(scope="module")
def scene(daemons: Callable[..., world.Daemon], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    daemon = daemons((PROGRAM,)).start()
    identity = world.identity(daemon.home)
    assert identity is not None
    [port] = free_ports(1)
    with daemon.connect() as platform, web.Load(daemon.settings.http_port, "shop-web.localhost") as load:
        scene = Scene(daemon, platform, identity, load, tmp_path_factory.mktemp("crash") / "shop", port)
        scene.folder.mkdir()
        platform.stacks.wait("shop", scene.begin().id, timeout=90)
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(b"kept\n")
            connection.recv(100)
        load.failures.clear()  # before the first release is live there is nothing to serve
        yield scene


@pytest.fixture(autouse=True)
def _no_request_is_lost(scene: Scene) -> Iterator[None]:
    with scene.losing_nothing():
        yield


@pytest.mark.parametrize("place", BEFORE_COMMIT)
def test_a_crash_before_the_commit_leaves_the_stack_as_it_was(scene: Scene, place: str) -> None:
    version, live = scene.served(), scene.platform.stacks.get("shop").live
    scene.crash_at(place)
    assert scene.served() == version
    found = scene.restarted()
    assert found.state is DeploymentState.INTERRUPTED
    assert scene.platform.stacks.get("shop").live == live
    assert scene.served() == version
    scene.assert_tidy()


@pytest.mark.parametrize("place", AFTER_COMMIT)
def test_a_crash_after_the_commit_is_finished_at_the_next_start(scene: Scene, place: str) -> None:
    before = scene.served()
    scene.crash_at(place)
    assert scene.served() in (before, str(scene.version))
    found = scene.restarted()
    assert found.state is DeploymentState.LIVE
    assert scene.platform.stacks.get("shop").live == found.id
    world.until(lambda: scene.served() == str(scene.version), 10, "the new version serves")
    scene.assert_tidy()


def test_the_next_release_after_a_crash_works(scene: Scene) -> None:
    scene.crash_at("started")
    scene.daemon.start()
    assert scene.platform.stacks.wait("shop", scene.begin().id, timeout=60).state is DeploymentState.LIVE
    assert scene.served() == str(scene.version)
    scene.assert_tidy()


def test_a_daemon_that_is_stopped_in_the_middle_turns_the_release_back(scene: Scene) -> None:
    version = scene.served()
    release = scene.begin()
    events = scene.platform.stacks.follow("shop", release.id)
    next(event for event in events if event.step is sh0.Step.START)
    assert scene.daemon.kill(signal.SIGTERM, timeout=30) == 0
    assert scene.served() == version
    assert scene.restarted().state is DeploymentState.INTERRUPTED
    assert scene.served() == version
    scene.assert_tidy()
