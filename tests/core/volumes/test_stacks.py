"""Volumes of stacks: their Compose file says which there are, and all else works as for apps."""

import base64

import pytest

from sh0.errors import Failed, NotFound, WrongState
from sh0.platform import Platform
from sh0.records.event_types import EventType
from sh0.records.volume import VOLUMES
from sh0.volumes.keeping import VolumeKeeping
from sh0.volumes.model import KEPT
from tests.core.stacks.parts import Stage
from tests.core.volumes.test_operations import names, packed

WITH = "name: shop\nservices: {db: {image: web:1, volumes: ['data:/data']}}\nvolumes: {data: {}}\n"
WITHOUT = "name: shop\nservices: {db: {image: web:1}}\n"


def platform(stage: Stage) -> Platform:
    return stage.core.platform


def holds(stage: Stage, owner: str, volume: str) -> list[str]:
    pieces = platform(stage).volumes.download(owner, volume)
    return names(b"".join(base64.b64decode(piece.data) for piece in pieces))


def test_what_is_in_a_volume_of_a_stack_goes_in_and_out(stage: Stage) -> None:
    stage.up(WITH)
    volumes = platform(stage).volumes
    found = volumes.get("shop", "data")
    assert (found.volume.stack, [use.path for use in found.uses]) == ("shop", ["/data"])
    with pytest.raises(WrongState, match="in use"):
        volumes.delete("shop", "data", confirm="data")
    volumes.upload("shop", "data", packed("x", "text"))
    assert holds(stage, "shop", "data") == ["x"]


def test_volumes_are_copied_between_apps_and_stacks(stage: Stage) -> None:
    stage.up(WITH)
    volumes = platform(stage).volumes
    platform(stage).apps.create("blog")
    volumes.upload("shop", "data", packed("x", "text"))
    assert list(volumes.copy("shop", "data", "before"))[-1].done
    assert list(volumes.copy("shop", "data", "found", into="blog"))[-1].done
    assert list(volumes.copy("blog", "found", "back", into="shop"))[-1].done
    assert [holds(stage, *each) for each in (("shop", "before"), ("blog", "found"), ("shop", "back"))] == [["x"]] * 3
    assert stage.core.context.records[VOLUMES].where(stack="shop") == []
    with pytest.raises(WrongState, match="has a volume before already"):
        volumes.copy("blog", "found", "before", into="shop")
    with pytest.raises(NotFound, match="nobody"):
        volumes.copy("blog", "found", "x", into="nobody")
    with pytest.raises(WrongState, match="service of the stack shop"):
        volumes.copy("blog", "found", "x", into="shop-db")
    stage.up(WITH.replace("data", "back"))
    assert [use.path for use in volumes.get("shop", "back").uses] == ["/back"]


def test_a_release_does_not_use_half_of_a_copy(stage: Stage) -> None:
    stage.up(WITHOUT)
    volumes = platform(stage).volumes
    platform(stage).apps.create("blog")
    volumes.create("blog", "uploads")
    volumes.upload("blog", "uploads", packed("x", "text"))
    copying = volumes.copy("blog", "uploads", "data", into="shop")
    next(copying)
    with pytest.raises(Failed, match="copied into the volume data of shop"):
        stage.up(WITH)
    copying.close()  # type: ignore[attr-defined]
    assert [each.volume.name for each in volumes.list(app="shop")] == []
    stage.up(WITH)


@pytest.mark.parametrize("owner", ["shop", "shop-db"])
def test_what_its_compose_file_decides_is_refused_and_the_file_is_named(stage: Stage, owner: str) -> None:
    stage.up(WITH)
    volumes = platform(stage).volumes
    with pytest.raises(WrongState, match="Compose file") as created:
        volumes.create(owner, "more")
    assert "Write more under 'volumes:'" in created.value.hint
    with pytest.raises(WrongState, match="Compose file"):
        volumes.attach(owner, "more", "/more")
    with pytest.raises(WrongState, match="Compose file") as detached:
        volumes.detach(owner, "data")
    assert "Take out data under 'volumes:'" in detached.value.hint
    assert [each.volume.name for each in volumes.list()] == ["data"]


def test_what_was_deleted_is_the_stack_s_again_once_its_file_names_it(stage: Stage) -> None:
    stage.up(WITH)
    stage.up(WITHOUT)
    volumes = platform(stage).volumes
    volumes.delete("shop", "data", confirm="data")
    assert [each.volume.deleted is not None for each in volumes.list(app="shop")] == [True]
    platform(stage).apps.create("blog")
    volumes.create("blog", "data")
    with pytest.raises(WrongState, match="still kept"):
        list(volumes.copy("blog", "data", "data", into="shop"))
    assert volumes.restore("shop", "data").deleted is None
    volumes.delete("shop", "data", confirm="data")
    stage.up(WITH)
    assert [each.volume.deleted for each in volumes.list(app="shop")] == [None]


def test_volumes_that_a_stack_has_left_are_listed_until_they_are_deleted(stage: Stage) -> None:
    stage.up(WITH)
    platform(stage).stacks.delete("shop")
    volumes = platform(stage).volumes
    (left,) = volumes.list()
    assert (left.volume.owner, left.volume.name, left.uses) == ("shop", "data", ())
    volumes.delete("shop", "data", confirm="data")
    (gone,) = stage.core.context.records[VOLUMES].where()
    assert gone.deleted is not None
    stage.core.context.records[VOLUMES].change(gone.source, deleted=gone.deleted - KEPT)
    inventory, transfer = volumes._inventory, volumes._transfer
    VolumeKeeping(stage.core.context, inventory, transfer).tidy()
    assert volumes.list() == ()
    kinds = [event.kind for event in platform(stage).events.list() if event.kind.startswith("volume")]
    assert sorted(kinds) == [EventType.VOLUME_DELETED, EventType.VOLUME_REMOVED]
