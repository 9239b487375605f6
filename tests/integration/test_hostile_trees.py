"""Whatever trees, archives and files are sent, everybody else is answered, and the daemon ends when it is asked to."""

import contextlib
import io
import signal
import threading
import time
from collections.abc import Callable

import httpx
import pytest

import sh0
from tests.integration.neighbour import PROGRAM, TREES, Scene, archive, demand_nobody_waits, scene_of
from tests.integration.world import Daemon, until

pytestmark = pytest.mark.docker

CLOSING = 10.0
"""Seconds that the daemon may take to end."""
STACK = {
    "compose.yaml": "services: {a: {build: .}}\n",
    "Dockerfile": PROGRAM,
    **{f"{n % 90}/{n}": "" for n in range(40_000)},
}


@pytest.fixture(scope="module")
def scene(daemons: Callable[..., Daemon]) -> Scene:
    return scene_of(daemons().start())


@pytest.mark.parametrize("tree", TREES)
def test_an_upload_delays_nobody(scene: Scene, tree: str) -> None:
    content, app = archive(TREES[tree]), f"app{list(TREES).index(tree)}"
    scene.platform.apps.create(app)

    def upload(client: httpx.Client, _: int) -> None:
        deployment = scene.upload(client, app, content)
        with contextlib.suppress(sh0.Sh0Error):
            scene.platform.deployments.wait(app, deployment, timeout=120)
        assert scene.platform.deployments.get(app, deployment).finished is not None

    demand_nobody_waits(scene, upload)


@pytest.mark.parametrize("tree", ["programs that are just parsed", "a program of one call"])
def test_a_tree_that_is_looked_at_is_given_up_at_once_when_it_is_cancelled(scene: Scene, tree: str) -> None:
    app = f"cancelled{list(TREES).index(tree)}"
    scene.platform.apps.create(app)
    deployment = scene.platform.deployments.upload(app, io.BytesIO(archive(TREES[tree])))
    until(lambda: scene.platform.deployments.get(app, deployment.id).step is sh0.Step.ANALYSE, 60)
    begun = time.monotonic()
    with contextlib.suppress(sh0.WrongState):
        scene.platform.deployments.cancel(app, deployment.id)
    until(lambda: scene.platform.deployments.get(app, deployment.id).finished is not None)
    assert time.monotonic() - begun < CLOSING


@pytest.mark.parametrize("tree", ["many patterns", "many files", "programs that are just parsed", "markup"])
def test_the_daemon_ends_while_a_tree_is_unpacked_and_looked_at(daemons: Callable[..., Daemon], tree: str) -> None:
    daemon = daemons().start()
    platform = daemon.connect()
    platform.apps.create("app")
    deployment = platform.deployments.upload("app", io.BytesIO(archive(TREES[tree])))
    until(lambda: platform.deployments.get("app", deployment.id).state is not sh0.DeploymentState.QUEUED)
    begun = time.monotonic()
    assert daemon.kill(signal.SIGTERM) == 0, daemon.log()
    assert time.monotonic() - begun < CLOSING


def test_the_daemon_ends_while_the_files_of_a_stack_are_unpacked(daemons: Callable[..., Daemon]) -> None:
    daemon = daemons().start()
    platform = daemon.connect()
    sent = platform.stacks.receive(io.BytesIO(archive(STACK)))
    errors = list[sh0.Sh0Error]()

    def plan() -> None:
        try:
            platform.stacks.plan(sent, stack="stack")
        except sh0.Sh0Error as error:
            errors.append(error)

    asking = threading.Thread(target=plan)
    asking.start()
    until(lambda: list(daemon.home.work.glob("*.tree/*")), what="it is being unpacked")
    begun = time.monotonic()
    assert daemon.kill(signal.SIGTERM) == 0, daemon.log()
    assert time.monotonic() - begun < CLOSING
    asking.join()
    assert errors
