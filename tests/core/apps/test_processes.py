"""Processes of an app: scaled, set and restarted one by one, measured, and gone without."""

import pytest

from sh0.errors import NotFound, ProxyUnavailable, WrongState
from sh0.ports.usage import Usage
from sh0.records.app import APPS, AppState, Declared, HealthMode, Process, ProcessSettings, ProcessStatus
from sh0.records.deployment import PLACEMENTS, Deployment, DeploymentState
from sh0.values import ByteSize
from tests.core.shop import Shop

PROCESSES = {"worker": Process("sleep 1000"), "clock": Process("sleep 1000", replicas=0)}


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sh0.serving.readiness.STEADY", 0.05)


@pytest.fixture
def live(shop: Shop) -> Shop:
    shop.records[APPS].change("shop", declared=Declared(PROCESSES))
    shop.platform.apps.configure("shop", health_timeout=1)
    shop.deploy()
    return shop


def running(shop: Shop) -> dict[str, list[str]]:
    """The containers of each process, of what serves alone."""
    found: dict[str, list[str]] = {}
    for each in shop.platform.apps.status("shop").instances:
        found.setdefault(each.process, []).append(each.container)
    assert {name for names in found.values() for name in names} == {*shop.runtime.containers}
    return found


def counts(shop: Shop) -> dict[str, int]:
    return {name: len(containers) for name, containers in running(shop).items()}


def scale(shop: Shop, **processes: int) -> Deployment:
    return shop.live(shop.platform.apps.scale("shop", processes=processes))


def test_processes_are_scaled_one_by_one_and_all_together(live: Shop) -> None:
    assert counts(live) == {"web": 1, "worker": 1}
    scale(live, clock=2)
    assert counts(live) == {"web": 1, "worker": 1, "clock": 2}
    scale(live, web=2, worker=0, clock=1)
    assert counts(live) == {"web": 2, "clock": 1}
    app = live.platform.apps.get("shop")
    assert (app.replicas, app.processes["worker"].replicas, app.processes["clock"].replicas) == (2, 0, 1)


def test_a_number_of_containers_that_does_not_serve_changes_nothing(live: Shop) -> None:
    live.link.status = 503
    ended = live.ended(live.platform.apps.scale("shop", processes={"worker": 3}))
    assert ended.state is DeploymentState.FAILED
    assert ended.failure is not None
    assert "replicas of worker" in ended.failure.hint
    assert live.platform.apps.get("shop").processes == {}
    assert counts(live) == {"web": 1, "worker": 1}


def test_an_app_without_web_gets_no_requests_and_is_asked_nothing(live: Shop) -> None:
    scale(live, web=0)
    live.link.status = 503
    again = live.live(live.platform.apps.restart("shop"))
    assert live.log(again)[-1].endswith("is live; no process web runs, so no requests are led to it")
    status = live.platform.apps.status("shop")
    assert (status.state, status.urls) == (AppState.LIVE, ())
    assert status.processes[:2] == (ProcessStatus("web", 0, 0), ProcessStatus("worker", 1, 1, "sleep 1000"))
    backend = next(each for each in live.stage.proxy.routes.backends if each.app == "shop")
    assert backend.upstreams == ()


def test_an_app_whose_processes_are_all_scaled_to_0_is_idle(live: Shop) -> None:
    scale(live, web=0, worker=0)
    assert live.platform.apps.status("shop").state is AppState.IDLE
    assert live.runtime.containers == {}
    scale(live, web=1)
    assert live.platform.apps.status("shop").state is AppState.LIVE


def test_a_rollback_brings_processes_and_their_numbers_back(live: Shop) -> None:
    first = live.platform.apps.get("shop").live
    scale(live, web=3, worker=2, clock=1)
    live.live(live.platform.deployments.rollback("shop", to=first))
    assert counts(live) == {"web": 1, "worker": 1}
    assert live.platform.apps.get("shop").processes == {}


def test_a_process_runs_with_its_own_settings(live: Shop) -> None:
    size = ByteSize("64m")
    apps = live.platform.apps
    live.live(apps.configure("shop", process="worker", memory=size, cpus=0.5, stop_timeout=77).deployment)
    made = {one.labels["sh0.process"]: one.workload for one in live.runtime.containers.values()}
    assert (made["worker"].memory, made["worker"].cpus, made["worker"].stop_timeout) == (size, 0.5, 77)
    assert (made["web"].memory, made["web"].stop_timeout) != (size, 77)
    expected = ProcessSettings(memory=size, cpus=0.5, stop_timeout=77)
    assert apps.get("shop").processes == {"worker": expected}
    live.live(apps.configure("shop", process="worker", health=HealthMode.NONE).deployment)
    assert apps.get("shop").processes["worker"].memory == size


def test_a_command_that_fails_keeps_a_process_from_being_ready(live: Shop) -> None:
    apps = live.platform.apps
    change = apps.configure("shop", process="worker", health_command="exit 3", health_timeout=1)
    ended = live.ended(change.deployment)
    assert ended.failure is not None
    assert "its health command ends with exit code 3" in ended.failure.message
    assert "health of worker" in ended.failure.hint
    live.live(apps.configure("shop", process="worker", health_command="true").deployment)


def test_a_restart_of_one_process_leaves_the_others_running(live: Shop) -> None:
    scale(live, web=2, worker=2)
    before = running(live)
    restarted = live.live(live.platform.apps.restart("shop", process="worker"))
    after = running(live)
    assert after["web"] == before["web"]
    assert {*after["worker"]} & {*before["worker"]} == set()
    assert {each.deployment for each in live.records[PLACEMENTS].where(app="shop")} == {restarted.id}
    assert restarted.process == "worker"
    assert [each.id for each in live.serving()] == [restarted.id]
    live.live(live.platform.apps.restart("shop"))
    assert counts(live) == {"web": 2, "worker": 2}


def test_a_restart_of_web_leaves_workers_running_and_moves_the_routes(live: Shop) -> None:
    before = running(live)
    live.live(live.platform.apps.restart("shop", process="web"))
    after = running(live)
    assert (after["worker"] == before["worker"], after["web"] == before["web"]) == (True, False)
    backend = next(each for each in live.stage.proxy.routes.backends if each.app == "shop")
    assert [each.name for each in backend.upstreams] == after["web"]


def test_a_proxy_that_refuses_leaves_every_container_where_it_was(live: Shop) -> None:
    before, applied = live.records[PLACEMENTS].where(app="shop"), live.stage.proxy.apply

    def refuse(routes: object) -> None:
        live.stage.proxy.apply = applied  # type: ignore[method-assign]
        raise ProxyUnavailable("away")

    live.stage.proxy.apply = refuse  # type: ignore[method-assign]
    ended = live.ended(live.platform.apps.restart("shop", process="worker"))
    assert ended.state is DeploymentState.FAILED
    assert live.records[PLACEMENTS].where(app="shop") == before
    assert counts(live) == {"web": 1, "worker": 1}


def test_a_process_that_is_not_there_or_does_not_run_is_not_restarted(live: Shop) -> None:
    with pytest.raises(NotFound, match="no process queue; it has web, worker, clock"):
        live.platform.apps.restart("shop", process="queue")
    with pytest.raises(WrongState, match="clock of shop is declared and not running"):
        live.platform.apps.restart("shop", process="clock")


def test_what_containers_use_is_shown_with_their_limit(live: Shop) -> None:
    size = ByteSize("64m")
    live.live(live.platform.apps.configure("shop", process="worker", memory=size).deployment)
    worker = running(live)["worker"][0]
    live.runtime.usages[worker] = Usage(0.25, ByteSize(5 << 20))
    found = live.platform.apps.processes("shop")
    assert [(each.process, each.replicas, each.healthy) for each in found.processes] == [
        ("web", 1, 1),
        ("worker", 1, 1),
        ("clock", 0, 0),
    ]
    shown = next(each for each in found.containers if each.container == worker)
    assert (shown.cpu, shown.memory, shown.memory_limit, shown.port) == (0.25, 5 << 20, size, None)
    assert shown.since is not None
