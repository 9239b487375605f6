"""Order, supersession and cancelling, on real builds."""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import sh0
from sh0 import DeploymentState, Step
from sh0.errors import WrongState
from tests.integration.conftest import Embedded
from tests.integration.world import until, write_tree

pytestmark = pytest.mark.docker
Images = Callable[[str], sh0.RegistryImage]


def at_step(shared: Embedded, deployment: sh0.Deployment, step: Step) -> None:
    """Wait until a deployment is at a step."""
    app, name = deployment.app, deployment.id
    until(lambda: shared.platform.deployments.get(app, name).step is step, 20, f"{name} is at {step.value}")


def states(shared: Embedded, app: str) -> list[str]:
    return [deployment.state.value for deployment in reversed(shared.platform.deployments.list(app))]


def test_a_newer_version_supersedes_the_one_that_waits_and_never_the_one_that_runs(
    shared: Embedded, live: str, tmp_path: Path
) -> None:
    running = shared.upload(live, write_tree(tmp_path / "2", "2", run="sleep 2"))
    at_step(shared, running, Step.BUILD)
    waiting = shared.upload(live, write_tree(tmp_path / "3", "3"))
    newest = shared.upload(live, write_tree(tmp_path / "4", "4"))
    shared.deployed(newest)
    assert states(shared, live) == ["replaced", "replaced", "superseded", "live"]
    assert shared.log(waiting)[-1] == f"{waiting.id} was superseded by {newest.id}"
    assert shared.version(live) == "4"
    assert list(shared.core.context.home.work.iterdir()) == []
    with pytest.raises(sh0.Sh0Error, match="superseded"):
        shared.platform.deployments.wait(live, waiting.id)


def test_a_change_of_settings_never_supersedes_a_version_that_waits(
    shared: Embedded, live: str, tmp_path: Path
) -> None:
    running = shared.upload(live, write_tree(tmp_path / "2", "2", run="sleep 2"))
    at_step(shared, running, Step.BUILD)
    waiting = shared.upload(live, write_tree(tmp_path / "3", "3"))
    restart = shared.platform.apps.restart(live)
    again = shared.platform.apps.restart(live)
    shared.deployed(again)
    assert states(shared, live) == ["replaced", "replaced", "replaced", "superseded", "live"]
    assert shared.platform.deployments.get(live, waiting.id).state is DeploymentState.REPLACED
    assert shared.platform.deployments.get(live, restart.id).state is DeploymentState.SUPERSEDED
    assert shared.version(live) == "3"


def test_a_waiting_deployment_can_be_cancelled(shared: Embedded, live: str, tmp_path: Path) -> None:
    running = shared.upload(live, write_tree(tmp_path / "2", "2", run="sleep 1"))
    at_step(shared, running, Step.BUILD)
    waiting = shared.upload(live, write_tree(tmp_path / "3", "3"))
    shared.platform.deployments.cancel(live, waiting.id)
    assert shared.platform.deployments.get(live, waiting.id).state is DeploymentState.CANCELLED
    shared.deployed(running)
    assert shared.version(live) == "2"
    assert list(shared.core.context.home.work.iterdir()) == []


def test_a_build_can_be_cancelled(shared: Embedded, live: str, tmp_path: Path) -> None:
    building = shared.upload(live, write_tree(tmp_path / "2", "2", run="sleep 60"))
    at_step(shared, building, Step.BUILD)
    shared.platform.deployments.cancel(live, building.id)
    ended = shared.ended(building)
    assert ended.state is DeploymentState.CANCELLED
    assert ended.finished is not None
    assert ended.started is not None
    assert (ended.finished - ended.started).total_seconds() < 20
    assert shared.version(live) == "1"


def test_a_check_can_be_cancelled(shared: Embedded, live: str, tmp_path: Path) -> None:
    shared.platform.apps.configure(live, health_timeout=60)
    checking = shared.upload(live, write_tree(tmp_path / "2", "2", MODE="silent"))
    at_step(shared, checking, Step.CHECK)
    shared.platform.deployments.cancel(live, checking.id)
    assert shared.ended(checking).state is DeploymentState.CANCELLED
    assert shared.version(live) == "1"
    assert len(shared.containers(live)) == 1


def test_what_has_ended_cannot_be_cancelled(shared: Embedded, live: str) -> None:
    [first] = [each for each in shared.platform.deployments.list(live) if each.number == 1]
    with pytest.raises(sh0.Sh0Error) as caught:
        shared.platform.deployments.cancel(live, first.id)
    assert caught.value.code == "wrong-state"


def test_apps_are_deployed_side_by_side_and_each_one_at_a_time(
    shared: Embedded, new_app: Callable[..., str], tmp_path: Path
) -> None:
    names = [new_app() for _ in range(3)]
    for name in names:
        shared.platform.apps.configure(name, health_timeout=10)
    tree = write_tree(tmp_path / "tree", "1", DELAY="1")
    first = [shared.upload(name, tree) for name in names]
    until(lambda: shared.platform.deployments.get(names[0], first[0].id).started, 20, "its turn comes")
    second = [shared.platform.deployments.create(names[0], sh0.RegistryImage("localhost:1/sh0-test/app:1"))]
    ended = [shared.deployed(each) for each in first]
    checks = [next(t.seconds for t in each.steps if t.step is Step.CHECK) for each in ended]
    assert all(seconds > 0.8 for seconds in checks)
    starts, ends = [each.started for each in ended], [each.finished for each in ended]
    assert max(start for start in starts if start) < min(end for end in ends if end)
    after = shared.ended(second[0])
    assert after.started is not None
    assert ended[0].finished is not None
    assert after.started >= ended[0].finished


def test_an_app_cannot_be_deleted_or_stopped_while_it_is_deployed(shared: Embedded, live: str, tmp_path: Path) -> None:
    building = shared.upload(live, write_tree(tmp_path / "2", "2", run="sleep 1"))
    at_step(shared, building, Step.BUILD)
    for refuse in (shared.platform.apps.delete, shared.platform.apps.stop):
        with pytest.raises(sh0.Sh0Error) as caught:
            refuse(live)
        assert caught.value.code == "wrong-state"
        assert "cancel" in caught.value.hint
    shared.deployed(building)


def test_cancelling_races_with_the_turn_and_never_leaves_a_deployment_behind(
    shared: Embedded, live: str, images: Images
) -> None:
    for _ in range(3):
        deployment = shared.platform.deployments.create(live, images("1"))
        canceller = threading.Thread(target=_cancel, args=(shared, deployment))
        canceller.start()
        ended = shared.ended(deployment)
        canceller.join()
        assert ended.state in (DeploymentState.CANCELLED, DeploymentState.LIVE)
        assert (shared.platform.apps.get(live).live == deployment.id) == (ended.state is DeploymentState.LIVE)
    assert len(shared.containers(live)) == 1
    assert shared.version(live) == "1"


def _cancel(shared: Embedded, deployment: sh0.Deployment) -> None:
    with contextlib.suppress(WrongState):
        shared.platform.deployments.cancel(deployment.app, deployment.id)
