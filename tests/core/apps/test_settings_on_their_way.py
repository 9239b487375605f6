"""Settings become an app's own when a deployment with them is live; one that fails changes nothing."""

import time
from collections.abc import Callable

import pytest

from sh0.errors import InvalidValue, NotFound, ProxyUnavailable
from sh0.records.app import APPS, Declared
from sh0.records.deployment import DEPLOYMENTS, Deployment, Reason, RegistryImage
from sh0.records.variable import VARIABLES
from sh0.values import ByteSize, Secret
from tests.core.shop import Shop
from tests.core.stacks.parts import Stage


def variables(shop: Shop, app: str = "shop") -> dict[str, str]:
    return {each.name: each.value.reveal() for each in shop.records[VARIABLES].where(app=app)}


def secrets(**values: str) -> dict[str, Secret]:
    return {name: Secret(text) for name, text in values.items()}


CHANGES: dict[str, Callable[[Shop], Deployment | None]] = {
    "variable": lambda shop: shop.platform.env.set("shop", secrets(A="2", B="new")),
    "unset": lambda shop: shop.platform.env.unset("shop", "A"),
    "scale": lambda shop: shop.platform.apps.scale("shop", 3),
    "port": lambda shop: shop.platform.apps.configure("shop", port=9999).deployment,
    "memory": lambda shop: shop.platform.apps.configure("shop", memory=ByteSize(64 << 20)).deployment,
    "cpus": lambda shop: shop.platform.apps.configure("shop", cpus=0.5).deployment,
    "health path": lambda shop: shop.platform.apps.configure("shop", health_path="/up").deployment,
    "health timeout": lambda shop: shop.platform.apps.configure("shop", health_timeout=1.5).deployment,
}


def settings(shop: Shop) -> tuple[object, ...]:
    app = shop.records[APPS].get("shop")
    return app.port, app.replicas, app.resources, app.health, variables(shop)


@pytest.fixture
def live(shop: Shop) -> Shop:
    shop.platform.env.set("shop", secrets(A="1"))
    shop.platform.apps.configure("shop", health_timeout=1)
    shop.deploy()
    return shop


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_setting_is_the_apps_own_when_its_deployment_is_live(
    live: Shop, change: Callable[[Shop], Deployment]
) -> None:
    before = settings(live)
    deployment = change(live)
    live.live(deployment)
    assert settings(live) != before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_setting_whose_deployment_fails_changes_nothing(live: Shop, change: Callable[[Shop], Deployment]) -> None:
    before = settings(live)
    live.link.status = 503
    ended = live.ended(change(live))
    assert ended.state.value == "failed"
    assert ended.failure is not None
    assert "Settings stay as they were" in ended.failure.hint
    assert settings(live) == before
    live.link.status = 200
    live.live(live.platform.apps.restart("shop"))
    assert settings(live) == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_proxy_that_refuses_leaves_the_settings(live: Shop, change: Callable[[Shop], Deployment]) -> None:
    before, applied = settings(live), live.stage.proxy.apply

    def refuse(routes: object) -> None:
        live.stage.proxy.apply = applied  # type: ignore[method-assign]
        raise ProxyUnavailable("away")

    live.stage.proxy.apply = refuse  # type: ignore[method-assign]
    assert live.ended(change(live)).state.value == "failed"
    assert settings(live) == before


def test_what_was_set_before_the_first_version_is_kept_at_once(shop: Shop) -> None:
    assert shop.platform.env.set("shop", secrets(A="1")) is None
    assert shop.platform.apps.scale("shop", 2) is None
    assert shop.platform.apps.configure("shop", port=3000).deployment is None
    assert (variables(shop), shop.records[APPS].get("shop").replicas) == ({"A": "1"}, 2)
    snapshot = shop.deploy().snapshot
    assert (snapshot.environment, snapshot.replicas, snapshot.port) == (secrets(A="1"), 2, 3000)


def test_what_is_set_while_the_app_is_stopped_is_kept_at_once(live: Shop) -> None:
    live.platform.apps.stop("shop")
    assert live.platform.env.set("shop", secrets(A="2")) is None
    started = live.live(live.platform.apps.start("shop"))
    assert started.snapshot.environment == secrets(A="2")


def test_a_variable_can_be_stored_for_a_version_on_its_way(live: Shop) -> None:
    assert live.platform.env.set("shop", secrets(A="2"), deploy=False) is None
    assert variables(live) == {"A": "2"}
    assert live.deploy("web:2").snapshot.environment == secrets(A="2")


def test_two_changes_in_a_row_are_both_kept(live: Shop) -> None:
    live.platform.env.set("shop", secrets(B="2"))
    live.platform.apps.scale("shop", 2)
    live.live(live.platform.env.set("shop", secrets(C="3")))
    assert variables(live) == {"A": "1", "B": "2", "C": "3"}
    assert live.records[APPS].get("shop").replicas == 2


def test_a_change_does_not_build_on_one_that_failed(live: Shop) -> None:
    live.link.status = 503
    failed = live.platform.env.set("shop", secrets(BAD="1"))
    live.ended(failed)
    live.link.status = 200
    good = live.live(live.platform.env.set("shop", secrets(GOOD="1")))
    assert good.snapshot.environment == secrets(A="1", GOOD="1")
    assert variables(live) == {"A": "1", "GOOD": "1"}


def test_a_change_that_waits_is_taken_along_by_the_next_one(live: Shop) -> None:
    queue = live.platform.apps._queue
    with live.stage.core.context.locks.of("shop"):
        running = live.platform.env.set("shop", secrets(B="1"))
        _until(lambda: live.records[DEPLOYMENTS].get(running.id).state.value == "running" if running else False)
        waiting = live.platform.env.set("shop", secrets(C="1"), unset=("A",))
        last = live.platform.apps.restart("shop")
        assert waiting is not None
        assert live.records[DEPLOYMENTS].get(waiting.id).state.value == "superseded"
        assert queue.pending("shop").variables == secrets(B="1", C="1")
    live.live(last)
    assert variables(live) == {"B": "1", "C": "1"}


def test_a_version_does_not_supersede_a_change_that_waits(live: Shop) -> None:
    with live.stage.core.context.locks.of("shop"):
        first = live.platform.apps.restart("shop")
        _until(lambda: live.records[DEPLOYMENTS].get(first.id).state.value == "running")
        change = live.platform.env.set("shop", secrets(B="1"))
        version = live.platform.deployments.create("shop", RegistryImage("web:2"))
    ended = live.live(version)
    assert change is not None
    assert live.records[DEPLOYMENTS].get(change.id).state.value == "replaced"
    assert ended.snapshot.environment == secrets(A="1", B="1")


def test_a_setting_of_the_operator_outlives_a_restart_of_what_declares_another(live: Shop) -> None:
    live.records[APPS].change("shop", declared=Declared(port=7000), port=7000)
    live.live(live.platform.apps.configure("shop", port=9000).deployment)
    live.live(live.platform.apps.restart("shop"))
    assert live.records[APPS].get("shop").port == 9000


def test_removing_a_variable_that_is_not_there_is_refused(live: Shop) -> None:
    with pytest.raises(NotFound):
        live.platform.env.unset("shop", "NOPE")
    with pytest.raises(NotFound):
        live.platform.env.set("shop", secrets(X="1"), unset=("NOPE",))
    assert variables(live) == {"A": "1"}


@pytest.mark.parametrize(
    "limits", [{"memory": "1k"}, {"memory": 1}, {"memory": "5m"}, {"cpus": 0.001}, {"cpus": 900.0}]
)
def test_limits_that_the_engine_does_not_take_are_refused_at_once(live: Shop, limits: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        live.platform.apps.configure("shop", **limits)  # type: ignore[arg-type]
    assert len(live.states()) == 1


@pytest.mark.parametrize("limits", [{"memory": "6m"}, {"memory": 0}, {"cpus": 0.01}, {"cpus": 0}])
def test_limits_at_the_bounds_are_taken(live: Shop, limits: dict[str, object]) -> None:
    live.platform.apps.configure("shop", **limits)  # type: ignore[arg-type]


def test_a_service_of_a_stack_keeps_a_variable_only_when_it_is_live(stage: Stage) -> None:
    stage.up("services:\n  web:\n    image: web:1\n    expose: ['80']\n    environment: {A: file}\n")
    platform, records = stage.core.platform, stage.core.context.records
    stage.runtime.fail_next("apply", NotFound("no"))
    failed = platform.env.set("shop-web", secrets(A="bad"))
    assert failed is not None
    _until(lambda: records[DEPLOYMENTS].get(failed.id).state.ended)
    assert records[VARIABLES].where(app="shop-web") == []
    set_ = platform.env.set("shop-web", secrets(A="own"))
    assert set_ is not None
    platform.deployments.wait("shop-web", set_.id, timeout=20)
    assert [each.value.reveal() for each in records[VARIABLES].where(app="shop-web")] == ["own"]


def test_a_rollback_restores_the_settings_of_its_target(live: Shop) -> None:
    live.live(live.platform.env.set("shop", secrets(A="2")))
    live.live(live.platform.deployments.rollback("shop", to="shop-1"))
    assert variables(live) == {"A": "1"}


def test_a_restart_names_no_setting_when_it_fails(live: Shop) -> None:
    live.link.status = 503
    ended = live.ended(live.platform.apps.restart("shop"))
    assert ended.failure is not None
    assert "Settings" not in ended.failure.hint
    assert ended.reason is Reason.RESTART


def _until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)
