"""Variables of a project: its apps run with them, and override them with their own."""

import io

import pytest

from sh0.errors import InvalidValue, NotFound
from sh0.operations import Call
from sh0.records.deployment import RegistryImage
from sh0.records.project import PROJECTS
from sh0.records.variable import SHARED_VARIABLES, VARIABLES, Origin
from tests.core.shop import Shop


@pytest.fixture
def live(shop: Shop) -> Shop:
    shop.platform.apps.create("other")
    shop.platform.apps.create("new")
    for app in ("shop", "other"):
        shop.platform.apps.configure(app, health_timeout=1)
    shop.deploy()
    wait(shop, "other", shop.platform.deployments.create("other", RegistryImage("web:1")).id)
    return shop


def wait(shop: Shop, app: str, deployment: str) -> None:
    shop.platform.deployments.wait(app, deployment, timeout=20)


def environment(shop: Shop, app: str = "shop") -> dict[str, str]:
    """What the containers of an app have been started with, but for PORT."""
    live = shop.platform.apps.get(app).live
    workloads = [one.workload for one in shop.runtime.containers.values()]
    [found] = [one for one in workloads if one.labels["sh0.deployment"] == live]
    return {name: value.reveal() for name, value in found.environment.items() if name != "PORT"}


def test_every_live_app_of_the_project_is_deployed_with_them(live: Shop) -> None:
    started = live.platform.shared.set("default", {"A": "1"})
    assert [each.app for each in started] == ["other", "shop"]
    for each in started:
        wait(live, each.app, each.id)
        assert environment(live, each.app) == {"A": "1"}


def test_an_apps_own_variable_overrides_and_needs_no_deployment(live: Shop) -> None:
    live.live(live.platform.env.set("shop", {"A": "own"}))
    assert [each.app for each in live.platform.shared.set("default", {"A": "1"})] == ["other"]
    live.live(live.platform.apps.restart("shop"))
    assert environment(live) == {"A": "own"}
    live.live(live.platform.env.unset("shop", "A"))
    assert environment(live) == {"A": "1"}


def test_the_list_of_an_app_shows_where_each_is_set(live: Shop) -> None:
    live.platform.env.set("shop", {"A": "own", "B": "own"}, deploy=False)
    live.platform.shared.set("default", {"A": "1", "C": "1"}, deploy=False)
    listed = [(each.name, each.origin) for each in live.platform.env.list("shop")]
    assert listed == [("A", Origin.APP), ("B", Origin.APP), ("C", Origin.PROJECT)]
    assert live.platform.env.reveal("shop", "A") == "own"
    assert live.platform.env.reveal("shop", "C") == "1"


def test_an_app_cannot_remove_what_its_project_shares(live: Shop) -> None:
    live.platform.shared.set("default", {"C": "1"}, deploy=False)
    with pytest.raises(NotFound) as caught:
        live.platform.env.unset("shop", "C")
    assert "sh0 shared unset default C" in caught.value.hint


def test_what_does_not_change_deploys_nothing(live: Shop) -> None:
    live.platform.shared.set("default", {"A": "1"}, deploy=False)
    assert live.platform.shared.set("default", {"A": "1"}) == ()


def test_without_a_deployment_it_counts_from_the_next_one(live: Shop) -> None:
    assert live.platform.shared.set("default", {"A": "1"}, deploy=False) == ()
    assert live.states() == ["live"]
    live.deploy("web:2")
    assert environment(live) == {"A": "1"}


def test_an_app_whose_deployment_fails_goes_on_with_what_it_has(live: Shop) -> None:
    live.link.status = 503
    for each in live.platform.shared.set("default", {"A": "1"}):
        if each.app == "shop":
            assert live.ended(each).state.value == "failed"
    assert environment(live) == {}
    live.link.status = 200
    live.live(live.platform.apps.restart("shop"))
    assert environment(live) == {"A": "1"}


def test_a_rollback_runs_with_those_of_then_and_leaves_the_projects_as_they_are(live: Shop) -> None:
    live.platform.shared.set("default", {"A": "1"}, deploy=False)
    first = live.deploy("web:2")
    live.platform.shared.set("default", {"A": "2"}, deploy=False)
    live.deploy("web:1")
    changes = live.platform.deployments.compare("shop", to=first.id)
    assert ("variable A", "one value", "another value") in [(c.what, c.before, c.after) for c in changes]
    live.live(live.platform.deployments.rollback("shop", to=first.id))
    assert environment(live) == {"A": "1"}
    assert live.records[VARIABLES].where(app="shop") == []
    assert live.platform.shared.reveal("default", "A") == "2"


def test_a_file_is_compared_and_imported(live: Shop) -> None:
    live.platform.shared.set("default", {"A": "1", "B": "1"}, deploy=False)
    file = b"A=2\nC=3\n"
    found = live.platform.shared.plan_import("default", io.BytesIO(file), replace=True)
    assert (found.added, found.changed, found.removed) == (("C",), ("A",), ("B",))
    assert len(live.platform.shared.import_file("default", io.BytesIO(file), replace=True, secret=("A",))) == 2
    assert [(each.name, each.secret) for each in live.platform.shared.list("default")] == [("A", True), ("C", False)]
    assert live.platform.shared.export("default") == "A=2\nC=3\n"


def test_they_are_sealed_at_rest_and_no_log_shows_them(live: Shop) -> None:
    live.platform.shared.set("default", {"LICENCE": "planted-value"}, secret=("LICENCE",), deploy=False)
    deployment = live.deploy("web:2")
    assert deployment.snapshot.marked == ("LICENCE",)
    for table in ("shared_variables", "deployments"):
        assert "planted-value" not in str(live.records.database.query(f"select * from {table}"))


def test_what_an_app_cannot_be_started_with_is_refused(live: Shop) -> None:
    large = "x" * 120_000
    live.platform.env.set("shop", {f"A{number}": large for number in range(5)}, deploy=False)
    with pytest.raises(InvalidValue, match="shop"):
        live.platform.shared.set("default", {f"B{number}": large for number in range(5)})
    assert live.platform.shared.list("default") == ()


def test_a_deleted_project_takes_its_variables_along(live: Shop) -> None:
    live.platform.projects.create("empty")
    live.platform.shared.set("empty", {"A": "1"})
    live.platform.projects.delete("empty")
    assert live.records[SHARED_VARIABLES].where(project="empty") == []
    assert live.records[PROJECTS].find("empty") is None


@pytest.mark.parametrize("call", ["unset", "secret"])
def test_what_is_not_shared_cannot_be_removed_or_marked(live: Shop, call: str) -> None:
    arguments = {"project": "default", "variables": {"A": "1"}, call: ("B",)}
    with pytest.raises(NotFound, match="default shares no variable B"):
        live.platform.invoke(Call("shared.set", arguments))
    assert live.platform.shared.list("default") == ()
