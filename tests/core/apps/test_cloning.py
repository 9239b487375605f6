"""A copy of an app: its settings, its variables on request, and no data."""

import pytest

from sh0.errors import Forbidden, NameTaken, WrongState
from sh0.operations import Caller, CallerKind, acting_as
from sh0.records.deployment import RegistryImage
from sh0.values import Secret
from tests.core.shop import Shop
from tests.core.stacks.parts import Stage


@pytest.fixture
def full(shop: Shop) -> Shop:
    apps = shop.platform
    apps.env.set("shop", {"A": Secret("1-of-shop")}, secret=("A",))
    apps.build.set("shop", {"B": Secret("2-of-shop")})
    apps.cron.add("shop", "nightly", "0 3 * * *", "true")
    apps.domains.add("shop", "shop.example.com")
    apps.volumes.attach("shop", "uploads", "/uploads")
    apps.volumes.create("shop", "loose")
    apps.apps.configure("shop", health_path="/up", log_keep="1d")
    shop.deploy()
    return shop


def test_a_copy_has_the_settings_and_runs_its_own_version(full: Shop) -> None:
    platform = full.platform
    made = platform.apps.clone("shop", "staging")
    assert made.copied == ("job nightly, suspended", "volume uploads, empty, at /uploads")
    assert made.first == "sh0 deploy staging --image web:1"
    app = platform.apps.get("staging")
    original = platform.apps.get("shop")
    assert (app.health, app.release, app.logs) == (original.health, original.release, original.logs)
    assert (app.live, app.slot != original.slot) == (None, True)
    assert platform.env.list("staging") == ()
    assert platform.build.list("staging") == ()
    assert {d.host for d in platform.domains.list(app="staging")} == {"staging.example.org"}
    assert [job.suspended for job in platform.cron.list(app="staging")] == [True]
    assert [job.suspended for job in platform.cron.list(app="shop")] == [False]
    found = [each.volume for each in platform.volumes.list()]
    sources = {volume.app: volume.source for volume in found if volume.name == "uploads"}
    assert len(set(sources.values())) == 2
    assert full.stage.core.context.home.repositories.joinpath("staging.git").exists()
    deployment = platform.deployments.create("staging", RegistryImage("web:1"))
    live = platform.deployments.wait("staging", deployment.id, timeout=20)
    assert [(each.source, each.path) for each in live.snapshot.volumes] == [(sources["staging"], "/uploads")]


def test_variables_are_copied_on_request_by_those_who_may_read_them(full: Shop) -> None:
    caller = Caller(CallerKind.TOKEN, "ci", frozenset({"apps:write"}))
    with acting_as(caller), pytest.raises(Forbidden, match="may not copy variables"):
        full.platform.apps.clone("shop", "staging", variables=True)
    made = full.platform.apps.clone("shop", "staging", variables=True)
    assert made.copied[:2] == ("variable A", "build variable B")
    assert full.platform.env.reveal("staging", "A") == "1-of-shop"
    assert full.platform.build.reveal("staging", "B") == "2-of-shop"
    assert [each.secret for each in full.platform.env.list("staging")] == [True]


def test_a_caller_that_is_confined_to_the_app_makes_no_other_one(full: Shop) -> None:
    caller = Caller(CallerKind.TOKEN, "ci", frozenset({"*:destroy"}), "shop")
    with acting_as(caller), pytest.raises(Forbidden, match="confined to the app shop"):
        full.platform.apps.clone("shop", "staging")


def test_a_name_that_is_taken_copies_nothing(full: Shop) -> None:
    full.platform.apps.create("staging")
    with pytest.raises(NameTaken, match="there is an app staging"):
        full.platform.apps.clone("shop", "staging", variables=True)
    full.platform.domains.add("shop", "third.example.org")
    with pytest.raises(NameTaken, match="leads to shop"):
        full.platform.apps.clone("shop", "third", variables=True)
    assert full.platform.env.list("staging") == ()
    assert [app.name for app in full.platform.apps.list()] == ["shop", "staging"]


def test_a_service_of_a_stack_is_not_copied(stage: Stage) -> None:
    stage.up("services: {web: {image: web:1}}")
    with pytest.raises(WrongState, match="service of the stack shop"):
        stage.core.platform.apps.clone("shop-web", "staging")
    with pytest.raises(WrongState, match="service of the stack shop"):
        stage.core.platform.apps.rename("shop-web", "staging")
