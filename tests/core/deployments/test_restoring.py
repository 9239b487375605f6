"""What a failed or cut-off version had stopped is back when it is healthy, or the failure says that it is not."""

from collections.abc import Callable
from typing import cast

import attrs
import pytest

from sh0.deployments.restoring import unhealthy, with_problems
from sh0.ports.runtime import InstanceHealth, Workload
from sh0.records.deployment import DEPLOYMENTS, ComposeService, DeploymentState
from sh0.records.run import Failure
from sh0.records.stack import RELEASES, Release
from sh0.serving.rollout import Rollout
from sh0.shutdown import Shutdown
from sh0.testing.script import Program
from tests.core.stacks.parts import Stage
from tests.core.waiting import until

NOT_YET = "shop-db was started again as before and is not healthy yet"


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sh0.stacks.probes._USUAL", 0.5)


SHOP = """
services:
  web: {image: 'web:1', depends_on: [db]}
  db:
    image: db:1
    volumes: ["data:/data"]
    healthcheck: {test: [CMD, ask], interval: INTERVAL, timeout: 0.01s, retries: 1}
volumes: {data: {}}
"""
PATIENT, IMPATIENT = SHOP.replace("INTERVAL", "20s"), SHOP.replace("INTERVAL", "0.01s")


def starting_again(stage: Stage) -> None:
    """From now on the old database is not healthy when it starts again, and the new web ends at once."""
    stage.runtime.on_start = lambda w: Program(exit_code=3 if w.labels["sh0.deployment"] == "shop-web-2" else None)

    def test(workload: Workload) -> InstanceHealth:
        old = workload.labels["sh0.deployment"] == "shop-db-1"
        return InstanceHealth.STARTING if old else InstanceHealth.HEALTHY

    stage.runtime.on_test = test


def database(stage: Stage) -> str:
    return f"sh0-{stage.core.context.home_id}-shop-db-1-1"


def newer(text: str) -> str:
    return text.replace("web:1", "web:2").replace("db:1", "db:2")


def test_a_release_that_failed_ends_when_what_it_brought_back_is_healthy(stage: Stage) -> None:
    stage.up(PATIENT)
    starting_again(stage)
    release = stage.begin(newer(PATIENT))
    until(lambda: stage.runtime.containers[database(stage)].health is InstanceHealth.STARTING)
    until(lambda: "shop-web-2" not in str(stage.running()))
    assert stage.core.platform.stacks.release("shop", release.id).state is DeploymentState.RUNNING
    stage.runtime.containers[database(stage)].health = InstanceHealth.HEALTHY
    ended = stage.ended(release)
    assert ended.state is DeploymentState.FAILED
    assert ended.failure is not None
    assert "healthy yet" not in ended.failure.message
    assert "shop-db: runs again as before" in stage.log(release)


def test_a_release_says_what_it_brought_back_and_is_not_healthy(stage: Stage) -> None:
    stage.up(IMPATIENT)
    starting_again(stage)
    release = stage.fails(newer(IMPATIENT))
    assert release.failure is not None
    assert NOT_YET in release.failure.message
    assert "its health check has not passed yet" in release.failure.message
    assert "runs again as before" not in stage.log(release)
    [deployment] = stage.core.context.records[DEPLOYMENTS].where(id="shop-db-2")
    assert NOT_YET in deployment.failure.message  # type: ignore[union-attr]


def test_a_deployment_of_one_service_ends_like_its_release(stage: Stage) -> None:
    stage.up(IMPATIENT)
    starting_again(stage)
    stage.runtime.on_start = lambda w: Program(exit_code=3 if w.labels["sh0.deployment"] == "shop-db-2" else None)
    asked = stage.core.platform.apps.restart("shop-db")
    until(lambda: stage.core.platform.deployments.get("shop-db", asked.id).state.ended)
    failure = stage.core.platform.deployments.get("shop-db", asked.id).failure
    assert failure is not None
    assert NOT_YET in failure.message


def test_a_platform_that_closes_does_not_wait_for_what_it_brought_back(stage: Stage) -> None:
    stage.up(PATIENT)
    starting_again(stage)
    release = stage.begin(newer(PATIENT))
    until(lambda: stage.runtime.containers[database(stage)].health is InstanceHealth.STARTING)
    stage.core.platform.close()
    with stage.reopened() as platform:
        ended = platform.stacks.release("shop", release.id)
    assert ended.state in (DeploymentState.FAILED, DeploymentState.INTERRUPTED)


@pytest.mark.parametrize(
    ("health", "told"), [(InstanceHealth.HEALTHY, False), (InstanceHealth.STARTING, True)], ids=str
)
def test_a_release_that_a_crash_cut_off_ends_in_the_same_way(stage: Stage, health: InstanceHealth, told: bool) -> None:
    release = stage.up(IMPATIENT)
    cut_off(stage, release)
    stage.runtime.stop(database(stage))
    stage.runtime.on_test = lambda workload: health
    stage.core.platform.close()
    with stage.reopened() as platform:
        failure = platform.stacks.release("shop", "shop.2").failure
        deployment = platform.deployments.get("shop-db", "shop-db-2")
    assert database(stage) in stage.running()
    assert isinstance(failure, Failure)
    assert isinstance(deployment.failure, Failure)
    assert "was cut off when the platform stopped" in failure.message
    assert [NOT_YET in failure.message, NOT_YET in deployment.failure.message] == [told, told]


def cut_off(stage: Stage, release: Release) -> None:
    """Leave the records that a crash leaves in the middle of a second release."""
    records = stage.core.context.records
    running = DeploymentState.RUNNING
    records[RELEASES].insert(attrs.evolve(release, id="shop.2", state=running, finished=None, number=2))
    database = records[DEPLOYMENTS].get("shop-db-1")
    assert isinstance(database.source, ComposeService)
    source = attrs.evolve(database.source, release="shop.2")
    records[DEPLOYMENTS].insert(
        attrs.evolve(database, id="shop-db-2", source=source, state=running, finished=None, number=2)
    )


@pytest.mark.parametrize("wrong", [(), ("a is down",), ("a is down", "b is down")], ids=len)
def test_a_failure_names_all_that_has_not_come_back(wrong: tuple[str, ...]) -> None:
    told = with_problems(Failure("x", "it failed", "Try again."), wrong)
    assert told == Failure("x", "; ".join(("it failed", *wrong)), "Try again.")


def test_a_platform_that_closes_does_not_wait_for_what_was_started_again() -> None:
    class Closing:
        def check_serving(self, app: str, proceed: Callable[[], None], begun: float, within: float) -> None:
            proceed()

    shutdown = Shutdown()
    assert unhealthy(cast(Rollout, Closing()), ["db"], shutdown, 0.0) == ()
    shutdown.begin()
    told = unhealthy(cast(Rollout, Closing()), ["db", "web"], shutdown, 0.0)
    assert [text.partition(" was ")[0] for text in told] == ["db", "web"]
    assert all(text.endswith("started again, and the platform closes before it is healthy") for text in told)
