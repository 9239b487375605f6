"""In which version of an app a command runs."""

import attrs
import pytest

from sh0.commands.version import demand_process, version
from sh0.errors import NotFound, WrongState
from sh0.records.app import Declared, Process
from tests.core.examples import SNAPSHOT, app, deployment

ONE, TWO, BROKEN = deployment(1, image="sha256:1"), deployment(2, image="sha256:2"), deployment(3)
ALL = (BROKEN, TWO, ONE)


def test_the_version_that_is_live_is_taken_whatever_is_newer() -> None:
    assert version(app(live="shop-1"), ALL, None) == ONE


def test_the_newest_image_is_taken_where_none_was_ever_live() -> None:
    assert version(app(), ALL, None) == TWO


@pytest.mark.parametrize("wanted", ["shop-1", "1"])
def test_a_deployment_is_named_by_its_id_or_its_number(wanted: str) -> None:
    assert version(app(live="shop-2"), ALL, wanted) == ONE


def test_an_app_without_an_image_has_no_version() -> None:
    with pytest.raises(WrongState, match="shop has no version yet") as caught:
        version(app(), [BROKEN], None)
    assert caught.value.hint == "Push or upload one first."


def test_a_deployment_that_ended_before_its_image_is_refused() -> None:
    with pytest.raises(WrongState, match="shop-3 has no image: it ended before there was one"):
        version(app(), ALL, "3")


@pytest.mark.parametrize("wanted", ["7", "blog-1", "", "9" * 30])
def test_a_deployment_that_there_is_not_is_not_found(wanted: str) -> None:
    with pytest.raises(NotFound, match="shop has no deployment"):
        version(app(), ALL, wanted)


def test_a_process_is_one_of_those_that_the_version_has() -> None:
    snapshot = attrs.evolve(SNAPSHOT, declared=Declared({"worker": Process("work")}))
    for known in (None, "web", "worker"):
        demand_process(snapshot, known, "shop-1")
    with pytest.raises(NotFound, match="shop-1 has no process clock") as caught:
        demand_process(snapshot, "clock", "shop-1")
    assert caught.value.hint == "It has: web, worker."
