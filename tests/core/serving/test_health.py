"""Whether a container that was healthy once still is."""

import attrs
import pytest

from sh0.ports.container import ContainerSpec, RestartPolicy
from sh0.ports.runtime import Instance, InstanceHealth, InstanceState
from sh0.records.deployment import Snapshot
from sh0.serving.health import is_done, is_healthy
from tests.core.examples import SNAPSHOT

JOB = attrs.evolve(SNAPSHOT, job=True)
ONCE = attrs.evolve(SNAPSHOT, container=ContainerSpec(restart=RestartPolicy.ON_FAILURE))
ALWAYS = attrs.evolve(SNAPSHOT, container=ContainerSpec())
SERVER = attrs.evolve(ONCE, port=80)


def instance(
    state: InstanceState = InstanceState.RUNNING, code: int | None = None, health: InstanceHealth | None = None
) -> Instance:
    return Instance("x", "id", "image", {}, state, exit_code=code, health=health)


ENDED, FAILED = instance(InstanceState.EXITED, 0), instance(InstanceState.EXITED, 1)


@pytest.mark.parametrize(
    ("found", "runs_with", "healthy"),
    [
        (None, SNAPSHOT, False),
        (instance(), SNAPSHOT, True),
        (instance(health=InstanceHealth.STARTING), SNAPSHOT, True),
        (instance(health=InstanceHealth.HEALTHY), SNAPSHOT, True),
        (instance(health=InstanceHealth.UNHEALTHY), SNAPSHOT, False),
        (instance(InstanceState.RESTARTING), SNAPSHOT, False),
        (instance(InstanceState.CREATED), SNAPSHOT, False),
        (ENDED, SNAPSHOT, False),
        (ENDED, JOB, True),
        (FAILED, JOB, False),
        (instance(), JOB, False),
        (ENDED, ONCE, True),
        (FAILED, ONCE, False),
        (instance(), ONCE, True),
        (ENDED, ALWAYS, False),
        (ENDED, SERVER, False),
    ],
)
def test_a_container_is_healthy_that_does_what_is_expected_of_it(
    found: Instance | None, runs_with: Snapshot, healthy: bool
) -> None:
    assert is_healthy(found, runs_with) is healthy


@pytest.mark.parametrize(
    ("found", "runs_with", "done"),
    [
        (ENDED, JOB, True),
        (FAILED, JOB, False),
        (instance(InstanceState.RUNNING, 0), JOB, False),  # started again after it had ended well
        (instance(InstanceState.EXITED), JOB, False),
        (ENDED, attrs.evolve(JOB, port=80), True),
        (ENDED, ONCE, True),
        (ENDED, SERVER, False),
        (ENDED, SNAPSHOT, False),
    ],
)
def test_only_what_may_end_is_done_when_it_has_ended_well(found: Instance, runs_with: Snapshot, done: bool) -> None:
    assert is_done(found, runs_with) is done
