"""What the record says of a deployment: what serves now is one state, what served once another."""

from pathlib import Path

import pytest
import sqlite_utils

from sh0.errors import ProxyUnavailable, Sh0Error
from sh0.store.migrations import migrations
from tests.core.shop import Shop
from tests.core.stacks.parts import Stage

TWO = "services:\n  web:\n    image: web:{}\n    expose: ['80']\n"


def test_of_all_that_went_live_the_last_one_is_live(shop: Shop) -> None:
    shop.deploy("web:1")
    shop.deploy("web:2")
    shop.live(shop.platform.apps.restart("shop"))
    assert shop.states() == ["replaced", "replaced", "live"]


def test_a_failed_deployment_leaves_the_state_of_what_serves(shop: Shop) -> None:
    shop.deploy()
    shop.live(shop.platform.apps.configure("shop", health_timeout=1).deployment)
    shop.link.status = 503
    with pytest.raises(Sh0Error):
        shop.deploy("web:2")
    assert shop.states() == ["replaced", "live", "failed"]


def test_a_proxy_that_refuses_leaves_the_earlier_one_live(shop: Shop) -> None:
    shop.deploy("web:1")
    applied = shop.stage.proxy.apply

    def refuse(routes: object) -> None:
        shop.stage.proxy.apply = applied  # type: ignore[method-assign]
        raise ProxyUnavailable("away")

    shop.stage.proxy.apply = refuse  # type: ignore[method-assign]
    with pytest.raises(Sh0Error):
        shop.deploy("web:2")
    assert shop.states() == ["live", "failed"]


def test_the_deployment_of_a_stopped_app_is_stopped_until_another_replaces_it(shop: Shop) -> None:
    shop.deploy()
    shop.platform.apps.stop("shop")
    assert shop.states() == ["stopped"]
    shop.live(shop.platform.apps.start("shop"))
    assert shop.states() == ["replaced", "live"]


def test_waiting_for_what_has_been_replaced_meanwhile_is_a_success(shop: Shop) -> None:
    first = shop.deploy("web:1")
    shop.deploy("web:2")
    assert shop.platform.deployments.wait("shop", first.id).state.value == "replaced"


def test_of_a_stack_only_the_last_release_is_live(stage: Stage) -> None:
    stage.up(TWO.format(1))
    stage.up(TWO.format(2))
    assert [each.state.value for each in stage.core.platform.stacks.releases("shop")] == ["live", "replaced"]
    states = [each.state.value for each in stage.core.platform.deployments.list("shop-web")]
    assert states == ["live", "replaced"]


def test_a_service_that_a_release_removes_is_live_no_more(stage: Stage) -> None:
    stage.up(TWO.format(1) + "  db:\n    image: db:1\n")
    stage.up(TWO.format(1))
    assert [each.state.value for each in stage.core.platform.deployments.list("shop-db")] == ["replaced"]


def test_records_of_an_earlier_version_are_brought_to_these_states(tmp_path: Path) -> None:
    db = sqlite_utils.Database(tmp_path / "old.db")
    migrations.apply(db, stop_before="what_serves")
    db.table("projects").insert({"name": "p"})
    columns = {"stopped": "false", "project": "p"}
    for slot, (name, live, stopped) in enumerate(
        [("a", "a-2", "false"), ("b", "b-1", "true"), ("c", None, "false")], start=1
    ):
        db.table("apps").insert({**columns, "name": name, "live": live, "stopped": stopped, "slot": slot})
    for identity, state in [("a-1", "live"), ("a-2", "live"), ("a-3", "failed"), ("b-1", "live"), ("c-1", "live")]:
        app, _, number = identity.partition("-")
        db.table("deployments").insert({"id": identity, "app": app, "number": int(number), "state": state})
    db.table("stacks").insert({"name": "s", "live": "s.2"})
    for release in (1, 2):
        db.table("releases").insert({"id": f"s.{release}", "stack": "s", "number": release, "state": "live"})
    migrations.apply(db)
    states = {row["id"]: row["state"] for table in ("deployments", "releases") for row in db.table(table).rows}
    assert states == {
        "a-1": "replaced",
        "a-2": "live",
        "a-3": "failed",
        "b-1": "stopped",
        "c-1": "replaced",
        "s.1": "replaced",
        "s.2": "live",
    }
