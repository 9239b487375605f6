"""What a release and a rollback do with each service, and in which order."""

import attrs
import pytest

from sh0.ports.container import ContainerSpec, NamedMount
from sh0.records.deployment import Deployment, Snapshot
from sh0.records.stack import Action, Release, ReleasedService
from sh0.stacks.moves import Move, Moves, backwards, forwards
from sh0.stacks.planner import Existing, Situation, desired
from tests.core.examples import RELEASE, SNAPSHOT, deployment
from tests.core.stacks.situations import IMAGES, NEW, SHOP, deployed, project


def moves_of(text: str, situation: Situation) -> Moves:
    images = {**{name: image.id for name, image in IMAGES.items()}, "built": "sha256:0123456789abcdef"}
    return forwards(project(text), desired(project(text), situation), images, dict(situation.existing))


def test_the_moves_of_a_release_are_its_services_in_groups() -> None:
    moves = moves_of(SHOP, deployed(SHOP))
    assert [[move.service for move in group] for group in moves.groups] == [["db", "job"], ["web"]]
    assert [move.service for move in moves.all] == ["db", "job", "web"]
    assert moves.apps == ("shop-db", "shop-job", "shop-web")
    assert moves.removed == ()


def test_a_new_service_is_created_of_the_image_that_its_file_names() -> None:
    [db, *_] = moves_of(SHOP, NEW).all
    assert (db.action, db.app, db.reference, db.image, db.live, db.origin) == (
        Action.CREATE,
        "shop-db",
        "db:1",
        "sha256:db",
        None,
        None,
    )
    assert db.snapshot == desired(project(SHOP), NEW)[0].snapshot


def test_an_image_that_is_built_is_named_by_its_content() -> None:
    [built] = moves_of("services: {built: {build: .}}", NEW).all
    assert built.reference == "build 0123456789"


def test_a_service_that_serves_is_replaced_or_left_alone() -> None:
    moves = moves_of(SHOP.replace("image: 'web:1'", "image: 'web:1', command: [a]"), deployed(SHOP))
    assert {move.service: (move.action, move.live) for move in moves.all} == {
        "db": (Action.UNCHANGED, "shop-db-1"),
        "job": (Action.UNCHANGED, "shop-job-1"),
        "web": (Action.START_FIRST, "shop-web-1"),
    }


def test_what_the_file_has_no_more_is_removed_if_it_serves() -> None:
    situation = deployed(SHOP)
    existing = {**situation.existing, "job": Existing(None)}
    moves = moves_of("services: {web: {image: 'web:1'}}", attrs.evolve(situation, existing=existing))
    assert moves.removed == (("db", "shop-db"),)
    assert moves.apps == ("shop-db", "shop-web")


def test_a_service_under_another_name_waits_until_the_one_that_writes_to_its_volume_has_stopped() -> None:
    renamed = "services: {web: {image: 'db:1', volumes: ['data:/data']}, job: {image: 'job:1', restart: 'no'}}"
    moves = moves_of(renamed + "\nvolumes: {data: {}}", deployed(SHOP))
    assert {move.service: move.displaces for move in moves.all} == {"web": ("shop-db",), "job": ()}


def test_a_service_that_goes_on_writing_to_its_volume_waits_for_no_other_service() -> None:
    moves = moves_of(SHOP.replace("image: 'db:1'", "image: 'db:1', command: [a]"), deployed(SHOP))
    assert {move.service: (move.action, move.displaces) for move in moves.all}["db"] == (Action.RECREATE, ())


PLAIN = attrs.evolve(SNAPSHOT, container=ContainerSpec())
WRITES = attrs.evolve(SNAPSHOT, container=ContainerSpec(mounts=(NamedMount("v", "/data"),)))
JOB = attrs.evolve(PLAIN, job=True)


def was(number: int = 1, image: str | None = "old", snapshot: Snapshot = PLAIN) -> Deployment:
    return deployment(number, "shop-db", image=image, snapshot=snapshot)


def released(*services: ReleasedService) -> Release:
    return attrs.evolve(RELEASE, services=services)


DB = ReleasedService("db", "shop-db", Action.CREATE, "shop-db-1", "db:1")


@pytest.mark.parametrize(
    ("then", "now", "action"),
    [
        (was(), None, Action.CREATE),
        (was(), Existing(None), Action.CREATE),
        (was(snapshot=JOB), None, Action.CREATE),
        (was(), Existing(was(2)), Action.UNCHANGED),
        (was(), Existing(was(2), stopped=True), Action.START_FIRST),
        (was(), Existing(was(2, "new")), Action.START_FIRST),
        (was(), Existing(was(2, snapshot=WRITES)), Action.START_FIRST),
        (was(snapshot=WRITES), Existing(was(2, "new")), Action.RECREATE),
        (was(snapshot=WRITES), Existing(was(2, snapshot=WRITES)), Action.UNCHANGED),
        (was(snapshot=JOB), Existing(was(2, "new")), Action.UNCHANGED),
        (was(snapshot=JOB), Existing(was(2, "new"), stopped=True), Action.START_FIRST),
    ],
)
def test_a_rollback_brings_back_what_differs_and_runs_no_job_again(
    then: Deployment, now: Existing | None, action: Action
) -> None:
    existing = {} if now is None else {"db": now}
    live = now.live if now is not None else None
    runs_with = live if live is not None and action is Action.UNCHANGED else then
    [move] = backwards(released(DB), {"shop-db-1": then}, existing).all
    assert move == Move(
        service="db",
        app="shop-db",
        action=action,
        reference="db:1",
        image=runs_with.image or "",
        snapshot=runs_with.snapshot,
        live=live.id if live is not None else None,
        origin="shop-db-1",
    )


def test_a_rollback_names_no_image_where_there_was_none() -> None:
    [move] = backwards(released(DB), {"shop-db-1": was(image=None)}, {}).all
    assert move.image == ""


def test_a_rollback_brings_services_back_one_after_the_other_and_removes_what_came_since() -> None:
    web = ReleasedService("web", "shop-web", Action.CREATE, "shop-web-1", "web:1")
    gone = ReleasedService("gone", "shop-gone", Action.REMOVE, None, "gone:1")
    then = {"shop-db-1": was(), "shop-web-1": deployment(1, "shop-web", snapshot=PLAIN)}
    existing = {
        "new": Existing(deployment(3, "shop-new", snapshot=PLAIN)),
        "gone": Existing(deployment(4, "shop-gone", snapshot=PLAIN)),
        "never": Existing(None),
    }
    moves = backwards(released(DB, gone, web), then, existing)
    assert [[move.service for move in group] for group in moves.groups] == [["db"], ["web"]]
    assert moves.removed == (("new", "shop-new"), ("gone", "shop-gone"))


def test_a_rollback_waits_for_what_writes_to_a_volume_that_it_takes_back() -> None:
    existing = {"new": Existing(deployment(3, "shop-new", snapshot=WRITES))}
    [move] = backwards(released(DB), {"shop-db-1": was(snapshot=WRITES)}, existing).all
    assert move.displaces == ("shop-new",)


def test_what_stays_as_it_is_waits_for_nothing() -> None:
    existing = {
        "db": Existing(was(2, snapshot=WRITES)),
        "new": Existing(deployment(3, "shop-new", snapshot=WRITES)),
    }
    [move] = backwards(released(DB), {"shop-db-1": was(snapshot=WRITES)}, existing).all
    assert (move.action, move.displaces) == (Action.UNCHANGED, ())
