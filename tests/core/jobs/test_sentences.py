"""How a run stands is said in one place, and once."""

import pytest

from sh0.jobs.sentences import end_of, stands
from sh0.records.deployment import DeploymentState
from sh0.records.run import Failure, RunState, State


@pytest.mark.parametrize("state", [*DeploymentState, *RunState])
def test_every_state_has_its_sentence(state: State) -> None:
    assert stands("shop-3", state).startswith("shop-3 ")


@pytest.mark.parametrize(
    ("state", "message", "said"),
    [
        (DeploymentState.LIVE, None, "shop-3 is live"),
        (DeploymentState.FAILED, "the build failed", "shop-3 failed: the build failed"),
        (DeploymentState.FAILED, "", "shop-3 failed"),
        (DeploymentState.CANCELLED, "shop-3 was cancelled", "shop-3 was cancelled"),
        (DeploymentState.CANCELLED, "the check was cancelled", "shop-3 was cancelled: the check was cancelled"),
        (DeploymentState.INTERRUPTED, "shop-3 was cut off when it stopped", "shop-3 was cut off when it stopped"),
        (DeploymentState.INTERRUPTED, "shop-31 was cut off", "shop-3 was interrupted: shop-31 was cut off"),
        (DeploymentState.SUPERSEDED, None, "shop-3 was superseded"),
    ],
)
def test_an_end_is_said_once_with_its_reason(state: DeploymentState, message: str | None, said: str) -> None:
    failure = None if message is None else Failure("x", message)
    assert end_of("shop-3", state, failure) == said
