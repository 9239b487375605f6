"""The daemon dies at every step of a deployment; the app goes on serving, and nothing is left behind."""

import signal
import socket
from collections.abc import Callable, Iterator

import attrs
import pytest

import sh0
from sh0 import DeploymentState
from tests.integration import web, world
from tests.integration.crashing import PROGRAM, CrashScene

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("crash")]
BEFORE_COMMIT = ["fetch", "analyse", "build", "start", "started", "check", "route"]
AFTER_COMMIT = ["commit", "switched", "drain", "finish", "ended"]


@attrs.define
class Scene(CrashScene):
    """A daemon with an app under load."""

    host = "web.localhost"

    def begin(self) -> sh0.Deployment:
        """Ask for the next version."""
        self.version += 1
        with sh0.pack(world.write_tree(self.folder, str(self.version), PAD="x" * self.version)) as archive:
            return self.platform.deployments.upload("web", archive)

    def restarted(self) -> sh0.Deployment:
        """Start the daemon again; returns the newest deployment as it was found then."""
        self.daemon.start()
        return self.platform.deployments.list("web", limit=1)[0]

    def assert_tidy(self) -> None:
        """Only what serves is left: containers, folders, images in use."""
        platform = self.platform
        live = platform.apps.get("web").live
        kept = {f"sh0-{self.home_id}-{live}-1", f"sh0-{self.home_id}-proxy"}
        world.until(lambda: world.containers(self.home_id) == kept, 10, f"only {kept} is left")
        self.assert_clean()


@pytest.fixture(scope="module")
def scene(daemons: Callable[..., world.Daemon], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    daemon = daemons((PROGRAM,), drain_timeout=30.0).start()
    identity = world.identity(daemon.home)
    assert identity is not None
    with daemon.connect() as platform, web.Load(daemon.settings.http_port, "web.localhost") as load:
        platform.apps.create("web")
        platform.apps.configure("web", health_timeout=10)
        scene = Scene(daemon, platform, identity, load, tmp_path_factory.mktemp("crash") / "tree")
        platform.deployments.wait("web", scene.begin().id)
        load.failures.clear()  # before the first version is live there is nothing to serve
        yield scene


@pytest.fixture(autouse=True)
def _no_request_is_lost(scene: Scene) -> Iterator[None]:
    with scene.losing_nothing():
        yield


@pytest.mark.parametrize("place", BEFORE_COMMIT)
def test_a_crash_before_the_routes_move_leaves_the_earlier_version(scene: Scene, place: str) -> None:
    version, live = scene.served(), scene.platform.apps.get("web").live
    scene.crash_at(place)
    assert scene.served() == version
    found = scene.restarted()
    assert found.state is DeploymentState.INTERRUPTED
    assert found.failure is not None
    assert "cut off" in found.failure.message
    assert scene.platform.apps.get("web").live == live
    assert scene.served() == version
    scene.assert_tidy()


@pytest.mark.parametrize("place", AFTER_COMMIT)
def test_a_crash_after_the_records_moved_is_finished_at_the_next_start(scene: Scene, place: str) -> None:
    before = scene.served()
    scene.crash_at(place)
    assert scene.served() in (before, str(scene.version))
    found = scene.restarted()
    assert scene.platform.deployments.wait("web", found.id, timeout=20).state is DeploymentState.LIVE
    assert scene.platform.apps.get("web").live == found.id
    assert scene.served() == str(scene.version)
    scene.assert_tidy()


def test_the_next_deployment_after_a_crash_works(scene: Scene) -> None:
    scene.crash_at("check")
    scene.daemon.start()
    deployment = scene.begin()
    assert scene.platform.deployments.wait("web", deployment.id, timeout=60).state is DeploymentState.LIVE
    assert scene.served() == str(scene.version)
    scene.assert_tidy()


def test_what_waits_in_the_queue_waits_through_a_crash(scene: Scene) -> None:
    crash = scene.daemon.home.path / "crash"
    crash.write_text("check")
    scene.begin()
    waiting = scene.begin()
    scene.daemon.process.wait(60)
    crash.unlink()
    scene.daemon.start()
    scene.platform.deployments.wait("web", waiting.id, timeout=60)
    assert scene.served() == str(scene.version)
    scene.assert_tidy()


@pytest.mark.parametrize("place", ["renamed", "moved"])
def test_an_app_gets_another_name_while_it_serves_whatever_becomes_of_the_daemon(scene: Scene, place: str) -> None:
    version, (container,) = scene.served(), scene.platform.apps.status("web").instances
    scene.crash_at(place, lambda: scene.platform.apps.rename("web", "store"))
    assert scene.served() == version
    scene.daemon.start()
    status, home = scene.platform.apps.status("store"), scene.daemon.home
    assert [each.container for each in status.instances] == [container.container]
    port = scene.daemon.settings.http_port
    assert {web.get(port, host).status for host in ("web.localhost", "store.localhost")} == {200}
    assert [path.name for path in home.repositories.glob("*.git")] == ["store.git"]
    assert [path.name for path in home.app_logs.iterdir()] == ["store"]
    restarted = scene.platform.apps.restart("store")
    scene.platform.deployments.wait("store", restarted.id, timeout=60)
    assert scene.served() == version
    scene.platform.apps.rename("store", "web", keep_host=False)
    assert web.get(port, "store.localhost").status == 404
    scene.assert_tidy()


def test_the_death_of_an_idle_daemon_is_not_noticed(scene: Scene) -> None:
    version = scene.served()
    scene.daemon.kill()
    assert scene.served() == version
    scene.daemon.start()
    assert scene.served() == version
    scene.assert_tidy()


def test_sigterm_in_the_middle_of_a_build_ends_it_in_time(scene: Scene) -> None:
    version = scene.served()
    tree = world.write_tree(scene.folder.parent / "slow", "never", run="sleep 50")
    with sh0.pack(tree) as archive:
        deployment = scene.platform.deployments.upload("web", archive)
    events = scene.platform.deployments.follow("web", deployment.id)
    next(event for event in events if event.step is sh0.Step.BUILD)
    assert scene.daemon.kill(signal.SIGTERM, timeout=30) == 0
    for port in (scene.daemon.settings.panel_port, scene.daemon.settings.git_port):
        assert_free(port)
    assert scene.served() == version
    scene.daemon.start()
    assert scene.platform.deployments.get("web", deployment.id).state is DeploymentState.INTERRUPTED
    assert scene.served() == version
    scene.assert_tidy()


def test_sigterm_in_the_middle_of_a_drain_leaves_the_rest_to_the_next_start(scene: Scene) -> None:
    with web.web_socket(scene.daemon.settings.http_port, "web.localhost") as connection:
        deployment = scene.begin()
        name = deployment.id
        world.until(lambda: scene.platform.deployments.get("web", name).step is sh0.Step.DRAIN, 30, "it drains")
        assert scene.daemon.kill(signal.SIGTERM, timeout=20) == 0
        assert web.echoed(connection, b"still here")
        assert scene.served() == str(scene.version)
        scene.daemon.start()
        assert scene.platform.apps.get("web").live == name
    assert scene.platform.deployments.wait("web", name, timeout=20).state is DeploymentState.LIVE
    scene.assert_tidy()


def assert_free(port: int) -> None:
    """Nobody listens on a port."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(("127.0.0.1", port))
        trial.listen(1)
