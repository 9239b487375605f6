"""What a deployment will do, decided before anything is touched."""

from typing import Any

import attrs
import pytest

from sh0.deployments import planner
from sh0.records.app import Declared, HealthCheck, Process, Resources
from sh0.records.deployment import (
    Change,
    ComposeService,
    Deployment,
    PushedRevision,
    RegistryImage,
    RemoteRepository,
    SameImage,
    Source,
    Step,
    UploadedArchive,
)
from sh0.records.volume import Attachment, VolumeOrigin, mounted
from sh0.values import ByteSize, Secret
from tests.core.examples import SNAPSHOT, deployment

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
        (ComposeService("pile.1", "web"), {Step.FETCH, Step.ANALYSE, Step.BUILD}),
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


WORKER = Declared({"worker": Process("work", 2)})


@pytest.mark.parametrize(
    ("was", "becomes", "change"),
    [
        ({"hosts": ("a.org", "b.org")}, {"hosts": ()}, Change("host names", "a.org, b.org", "")),
        ({"replicas": 3}, {"replicas": 2}, Change("replicas", "3", "2")),
        ({"port": 3000}, {"port": 4000}, Change("port", "3000", "4000")),
        (
            {"resources": Resources(ByteSize(64 << 20))},
            {"resources": Resources(ByteSize(0))},
            Change("memory", "64 MiB", "none"),
        ),
        ({"resources": Resources(None, 2.0)}, {"resources": Resources(None, 0.5)}, Change("cpus", "2.0", "0.5")),
        ({"health": HealthCheck("/a")}, {"health": HealthCheck("/b")}, Change("health path", "/a", "/b")),
        ({}, {"declared": WORKER}, Change("process worker", "none", "work (2×)")),
        ({"declared": WORKER}, {}, Change("process worker", "work (2×)", "none")),
        (
            {"declared": WORKER},
            {"declared": Declared({"worker": Process("work", 3)})},
            Change("process worker", "work (2×)", "work (3×)"),
        ),
    ],
    ids=lambda value: value.what if isinstance(value, Change) else "",
)
def test_a_setting_is_told_as_it_was_and_as_it_becomes(
    was: dict[str, object], becomes: dict[str, object], change: Change
) -> None:
    assert planner.compare(changed(**was), changed(**becomes)) == (change,)


def test_values_of_variables_stay_unsaid() -> None:
    after = changed(environment={"TOKEN": Secret("hunter22"), "OTHER": Secret("hunter23")})
    assert "hunter" not in repr(planner.compare(deployment(1), after))


def test_volumes_that_differ_are_told_with_where_they_are() -> None:
    mine = mounted("uploads", Attachment("/u", shared=True), VolumeOrigin.SETTING)
    image = mounted("data", Attachment("/data"), VolumeOrigin.IMAGE)
    before, after = deployment(1), deployment(2)
    with_both = attrs.evolve(after, snapshot=attrs.evolve(after.snapshot, volumes=(mine, image)))
    assert planner.compare(before, with_both) == (Change("volume uploads", "none", "/u, shared"),)
    assert planner.compare(with_both, before) == (Change("volume uploads", "/u, shared", "none"),)
