"""The engine goes away in the middle: what serves goes on serving, and everything works again when it is back."""

import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sh0
from sh0 import DeploymentState, Step
from tests.integration.conftest import Embedded
from tests.integration.world import until, write_tree

pytestmark = pytest.mark.docker
ENGINE = "/var/run/docker.sock"


class Relay:
    """A unix socket that leads to the engine, and that can be cut.

    Args:
        path: Where it listens.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self.repair()

    def repair(self) -> None:
        """Lead to the engine, from now on."""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and take no more."""
        assert self._listener is not None
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.path.unlink()
        with self._lock:
            for connection in self._connections:
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._lead, args=(near,), daemon=True).start()

    def _lead(self, near: socket.socket) -> None:
        with near, socket.socket(socket.AF_UNIX) as far:
            far.connect(ENGINE)
            with self._lock:
                self._connections |= {near, far}
            try:
                copy(near, far)
            except OSError:
                pass
            finally:
                with self._lock:
                    self._connections -= {near, far}


def copy(near: socket.socket, far: socket.socket) -> None:
    """Both ways, until both ends are done."""
    with selectors.DefaultSelector() as selector:
        selector.register(near, selectors.EVENT_READ, far)
        selector.register(far, selectors.EVENT_READ, near)
        while selector.get_map():
            for key, _ in selector.select():
                source, target = key.fileobj, key.data
                assert isinstance(source, socket.socket)
                if chunk := source.recv(1 << 16):
                    target.sendall(chunk)
                else:
                    selector.unregister(source)
                    target.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    relay = Relay(tmp_path_factory.mktemp("relay") / "engine.sock")
    yield relay
    relay.cut()


@pytest.fixture(scope="module")
def own(relay: Relay, embed: Callable[..., Embedded], images: Callable[[str], sh0.RegistryImage]) -> Embedded:
    own = embed(engine=str(relay.path))
    own.platform.apps.create("web")
    own.platform.apps.configure("web", health_timeout=5)
    own.deployed(own.platform.deployments.create("web", images("1")))
    return own


def lost(own: Embedded, relay: Relay, tree: Path, step: Step) -> sh0.Deployment:
    """Deploy a tree with the engine gone at a step; checks that what serves goes on, and brings the engine back."""
    before = own.version("web")
    deployment = own.upload("web", tree)
    until(lambda: own.platform.deployments.get("web", deployment.id).step is step, 20, f"it is at {step.value}")
    relay.cut()
    try:
        ended = own.ended(deployment)
        assert own.version("web") == before
        until(lambda: own.platform.system.status().problem, 10, "the problem is told")
    finally:
        relay.repair()
    until(lambda: own.platform.system.status().problem is None, 15, "the problem is over")
    until(lambda: len(own.containers("web")) == 1, 15, "what was started is cleared away")
    return ended


@pytest.mark.parametrize("step", [Step.BUILD, Step.CHECK])
def test_a_deployment_fails_and_says_so_when_the_engine_goes_away(
    own: Embedded, relay: Relay, tmp_path: Path, step: Step
) -> None:
    tree = write_tree(tmp_path / "tree", f"lost-{step.value}", run="sleep 3", MODE="silent")
    ended = lost(own, relay, tree, step)
    assert ended.state is DeploymentState.FAILED
    assert ended.failure is not None
    assert ended.failure.code in ("engine-unavailable", "not-ready")
    assert ended.failure.hint


def test_operations_say_that_the_engine_is_away_and_changes_wait_for_it(own: Embedded, relay: Relay) -> None:
    relay.cut()
    try:
        with pytest.raises(sh0.Sh0Error) as caught:
            own.platform.apps.status("web")
        assert caught.value.code == "engine-unavailable"
        assert caught.value.hint
        assert str(relay.path) in str(caught.value)
        assert own.platform.apps.list()
        assert own.get("web").status == 200
    finally:
        relay.repair()
    until(lambda: own.platform.apps.status("web").state is sh0.AppState.LIVE)


def test_the_next_deployment_works_when_the_engine_is_back(own: Embedded, tmp_path: Path) -> None:
    own.deployed(own.upload("web", write_tree(tmp_path / "tree", "back")))
    assert own.version("web") == "back"
    assert len(own.containers("web")) == 1


def test_a_platform_starts_without_an_engine_and_takes_up_when_it_comes(
    tmp_path: Path, embed: Callable[..., Embedded], images: Callable[[str], sh0.RegistryImage]
) -> None:
    path = tmp_path / "engine.sock"
    late = embed(engine=str(path))
    assert late.platform.system.status().problem
    late.platform.apps.create("web")
    relay = Relay(path)
    try:
        until(lambda: late.platform.system.status().problem is None, 15, "the problem is over")
        late.deployed(late.platform.deployments.create("web", images("1")))
        assert late.version("web") == "1"
    finally:
        late.platform.close()
        relay.cut()
