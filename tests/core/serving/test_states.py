"""What an app is doing, in a word."""

import pytest

from sh0.ports.runtime import Instance, InstanceState
from sh0.records.app import AppState
from sh0.serving.states import state_of
from tests.core.examples import app, deployment, placement

LIVE = deployment(1)
PLACED = [placement("shop-1", 1), placement("shop-1", 2)]


def observed(**states: InstanceState) -> dict[str, Instance]:
    """Containers of a deployment by number: ``n1`` for the first."""
    names = {name: f"sh0-x-shop-1-{name.removeprefix('n')}" for name in states}
    return {names[name]: Instance(names[name], "id", "image", {}, state) for name, state in states.items()}


RUNNING, EXITED = InstanceState.RUNNING, InstanceState.EXITED


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ({"n1": RUNNING, "n2": RUNNING}, AppState.LIVE),
        ({"n1": RUNNING, "n2": EXITED}, AppState.DEGRADED),
        ({"n2": RUNNING}, AppState.DEGRADED),
        ({"n1": EXITED, "n2": EXITED}, AppState.DOWN),
        ({}, AppState.DOWN),
    ],
)
def test_an_app_is_as_its_containers_are(states: dict[str, InstanceState], state: AppState) -> None:
    assert state_of(app(), LIVE, PLACED, observed(**states)) is state


def test_an_app_without_containers_is_down() -> None:
    assert state_of(app(), LIVE, [], {}) is AppState.DOWN


def test_containers_of_other_deployments_do_not_count() -> None:
    found = observed(n1=RUNNING, n2=RUNNING)
    assert state_of(app(), LIVE, [*PLACED, placement("shop-2", 1)], found) is AppState.LIVE
    assert state_of(app(), deployment(2), PLACED, found) is AppState.DOWN


def test_an_app_is_new_before_its_first_version_and_stopped_if_somebody_stopped_it() -> None:
    assert state_of(app(), None, [], {}) is AppState.NEW
    assert state_of(app(stopped=True), None, [], {}) is AppState.STOPPED
    assert state_of(app(stopped=True), LIVE, PLACED, observed(n1=RUNNING, n2=RUNNING)) is AppState.STOPPED
