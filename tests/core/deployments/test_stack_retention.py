"""Which deployments are kept for rollbacks of stacks."""

import attrs

from sh0.deployments.stack_retention import released
from sh0.records.deployment import DeploymentState
from sh0.records.stack import Action, Release, ReleasedService
from tests.core.examples import RELEASE


def release(number: int, state: DeploymentState, stack: str = "shop") -> Release:
    service = ReleasedService("web", f"{stack}-web", Action.START_FIRST, f"{stack}-web-{number}", "nginx")
    return attrs.evolve(RELEASE, id=f"{stack}.{number}", stack=stack, number=number, state=state, services=(service,))


LIVE, REPLACED = DeploymentState.LIVE, DeploymentState.REPLACED


def test_exactly_so_many_that_served_are_kept() -> None:
    found = [release(1, REPLACED), release(2, REPLACED), release(3, REPLACED), release(4, LIVE)]
    assert released(found, 2) == {"shop-web-3", "shop-web-4"}
    assert released(found, 4) == {f"shop-web-{number}" for number in (1, 2, 3, 4)}


def test_releases_under_way_are_kept_and_do_not_count() -> None:
    found = [release(1, LIVE), release(2, DeploymentState.RUNNING)]
    assert released(found, 1) == {"shop-web-1", "shop-web-2"}


def test_releases_that_failed_are_not_kept_and_do_not_count() -> None:
    found = [release(1, LIVE), release(2, DeploymentState.FAILED)]
    assert released(found, 1) == {"shop-web-1"}


def test_each_stack_is_counted_by_itself() -> None:
    found = [release(1, LIVE), release(1, REPLACED, "blog"), release(2, LIVE, "blog")]
    assert released(found, 1) == {"shop-web-1", "blog-web-2"}


def test_what_a_release_removed_needs_nothing() -> None:
    gone = ReleasedService("web", "shop-web", Action.REMOVE, None, "nginx")
    assert released([attrs.evolve(release(1, LIVE), services=(gone,))], 1) == frozenset()
