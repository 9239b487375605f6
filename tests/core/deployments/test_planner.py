"""What a deployment will do, decided before anything is touched."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.deployments import planner
from sh0.deployments.planner import Recovery
from sh0.records.app import HealthCheck, Resources
from sh0.records.deployment import (
    Change,
    Deployment,
    DeploymentState,
    PushedRevision,
    Reason,
    RegistryImage,
    RemoteRepository,
    SameImage,
    Source,
    Step,
    UploadedArchive,
)
from sh0.values import ByteSize, Secret
from tests.core.examples import NOON, SNAPSHOT, deployment

PUSH = PushedRevision("c" * 40, "main")
VERSIONS: list[Source] = [
    PUSH,
    UploadedArchive("x.upload"),
    RemoteRepository("https://h/r"),
    RegistryImage("nginx"),
    SameImage("shop-1"),
]
SETTINGS = SameImage()


@pytest.mark.parametrize(
    ("source", "left_out"),
    [
        (PUSH, set()),
        (UploadedArchive("x.upload"), set()),
        (RemoteRepository("https://h/r"), set()),
        (RegistryImage("nginx"), {Step.ANALYSE, Step.BUILD}),
        (SETTINGS, {Step.FETCH, Step.ANALYSE, Step.BUILD}),
        (SameImage("shop-1"), {Step.FETCH, Step.ANALYSE, Step.BUILD}),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_a_source_decides_which_steps_are_left_out(source: Source, left_out: set[Step]) -> None:
    steps = planner.steps(deployment(source=source))
    assert list(steps) == [step for step in Step if step not in left_out]


@pytest.mark.parametrize("newer", VERSIONS, ids=lambda source: source.kind)
@pytest.mark.parametrize("older", [*VERSIONS, SETTINGS], ids=lambda source: f"{source.kind}")
def test_a_newer_version_supersedes_whatever_waits(older: Source, newer: Source) -> None:
    waiting = deployment(1, source=older)
    assert planner.superseded([waiting], deployment(2, source=newer)) == (waiting,)


@pytest.mark.parametrize("older", VERSIONS, ids=lambda source: source.kind)
def test_a_change_of_settings_never_supersedes_a_version_that_waits(older: Source) -> None:
    assert planner.superseded([deployment(1, source=older)], deployment(2, source=SETTINGS)) == ()


def test_a_change_of_settings_supersedes_earlier_ones() -> None:
    waiting = [deployment(1, source=SETTINGS), deployment(2, source=PUSH), deployment(3, source=SETTINGS)]
    assert [d.number for d in planner.superseded(waiting, deployment(4, source=SETTINGS))] == [1, 3]


def test_neither_another_app_nor_a_later_deployment_nor_itself_is_superseded() -> None:
    newcomer = deployment(5)
    assert planner.superseded([deployment(1, "blog"), deployment(6), newcomer], newcomer) == ()


def test_the_oldest_of_an_app_that_is_not_busy_is_next() -> None:
    first, second = deployment(2), attrs.evolve(deployment(1, "blog"), created=NOON.replace(hour=13))
    assert planner.next_in_line([second, first], frozenset()) == first
    assert planner.next_in_line([second, first], frozenset({"shop"})) == second
    assert planner.next_in_line([second, first], frozenset({"shop", "blog"})) is None
    assert planner.next_in_line([], frozenset()) is None


@given(st.permutations(range(1, 6)))
def test_deployments_of_an_app_go_in_the_order_of_their_numbers(order: list[int]) -> None:
    """Even when they came in the same instant."""
    waiting = [deployment(number) for number in order]
    taken = []
    while (found := planner.next_in_line(waiting, frozenset())) is not None:
        taken.append(found.number)
        waiting.remove(found)
    assert taken == [1, 2, 3, 4, 5]


RUNNING, QUEUED = DeploymentState.RUNNING, DeploymentState.QUEUED


@pytest.mark.parametrize(
    ("state", "reason", "live", "decision"),
    [
        (RUNNING, Reason.PUSH, "shop-1", Recovery(DeploymentState.LIVE, finish=True)),
        (RUNNING, Reason.ROLLBACK, "shop-1", Recovery(DeploymentState.LIVE, finish=True)),
        (RUNNING, Reason.PUSH, "shop-0", Recovery(DeploymentState.INTERRUPTED)),
        (RUNNING, Reason.UPLOAD, None, Recovery(DeploymentState.INTERRUPTED)),
        (QUEUED, Reason.PUSH, None, Recovery(DeploymentState.INTERRUPTED)),
        (QUEUED, Reason.UPLOAD, None, Recovery(None)),
        (QUEUED, Reason.RESTART, "shop-0", Recovery(None)),
        (QUEUED, Reason.GIT, "shop-0", Recovery(None)),
    ],
)
def test_what_a_crash_cut_off_is_finished_kept_or_interrupted(
    state: DeploymentState, reason: Reason, live: str | None, decision: Recovery
) -> None:
    assert planner.recovery(deployment(1, state=state, reason=reason), live) == decision


def changed(**snapshot: Any) -> Deployment:
    return deployment(2, image="sha256:1", snapshot=attrs.evolve(SNAPSHOT, **snapshot))


def test_nothing_differs_between_two_deployments_of_the_same() -> None:
    assert planner.compare(deployment(1, image="sha256:1"), changed()) == ()


def test_another_image_is_another_revision() -> None:
    before, after = deployment(1, image="sha256:1"), deployment(2, image="sha256:2")
    assert planner.compare(before, after) == (Change("revision", "r1", "r2"),)


@pytest.mark.parametrize(
    ("snapshot", "change"),
    [
        ({"hosts": ("a.org", "b.org")}, Change("host names", "shop.localhost", "a.org, b.org")),
        ({"replicas": 3}, Change("replicas", "1", "3")),
        ({"port": 3000}, Change("port", "none", "3000")),
        ({"resources": Resources(ByteSize(512 << 20), None)}, Change("memory", "the default", "512 MiB")),
        ({"resources": Resources(None, 0.5)}, Change("cpus", "none", "0.5")),
        ({"health": HealthCheck("/up")}, Change("health path", "none", "/up")),
        ({"health": HealthCheck(timeout=5.0)}, Change("health timeout", "60.0", "5.0")),
        ({"environment": {}}, Change("variable TOKEN", "set", "unset")),
        ({"environment": {"TOKEN": Secret("hunter22")}}, Change("variable TOKEN", "one value", "another value")),
        ({"environment": {**SNAPSHOT.environment, "NEW": Secret("x")}}, Change("variable NEW", "unset", "set")),
    ],
    ids=lambda value: value.what if isinstance(value, Change) else "",
)
def test_every_setting_that_differs_is_told_once(snapshot: dict[str, object], change: Change) -> None:
    assert planner.compare(deployment(1, image="sha256:1"), changed(**snapshot)) == (change,)


def test_values_of_variables_stay_unsaid() -> None:
    after = changed(environment={"TOKEN": Secret("hunter22"), "OTHER": Secret("hunter23")})
    assert "hunter" not in repr(planner.compare(deployment(1), after))
