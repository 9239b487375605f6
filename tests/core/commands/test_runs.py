"""One-off commands on a platform over fakes: from the request to the end, whatever comes in between."""

from datetime import UTC, datetime

import pytest

from sh0.errors import CommandFailed, DiskFull, EngineUnavailable, InvalidValue, NotFound, WrongState
from sh0.jobs import retry
from sh0.jobs.run import Run
from sh0.ports.runtime import InstanceState
from sh0.records.command import COMMAND_RUNS, CommandEnd, CommandRequest, CommandRun
from sh0.records.deployment import RegistryImage
from sh0.records.event_types import EventType
from sh0.records.journal import EVENTS
from sh0.records.run import EventKind, RunState
from sh0.values import Secret
from tests.core.shop import LIMIT, Shop
from tests.core.waiting import until

SLEEP = ("sh", "-c", "echo up; sleep 9")


@pytest.fixture
def live(shop: Shop) -> Shop:
    shop.deploy()
    return shop


def ended(shop: Shop, run: CommandRun) -> CommandRun:
    """A command after its end, however that is."""
    return until(lambda: found if (found := shop.platform.runs.get("shop", run.id)).state.ended else None, LIMIT)


def running(shop: Shop, run: CommandRun) -> CommandRun:
    """A command whose container was started."""
    return until(lambda: found if (found := shop.platform.runs.get("shop", run.id)).started else None, LIMIT)


def output(shop: Shop, run: CommandRun) -> list[str]:
    return [line.text for line in shop.platform.runs.follow("shop", run.id) if line.kind is EventKind.OUTPUT]


def test_a_command_runs_once_in_the_live_version_and_its_container_is_removed(live: Shop) -> None:
    run = live.platform.runs.start("shop", ("sh", "-c", "echo hello; exit 0"))
    assert (run.id, run.deployment, run.state) == ("shop.run.1", "shop-1", RunState.RUNNING)
    done = live.platform.runs.wait("shop", run.id, timeout=LIMIT)
    assert (done.state, done.exit_code, done.end, done.failure) == (RunState.DONE, 0, CommandEnd.EXITED, None)
    assert output(live, run) == ["hello"]
    assert done.container not in live.runtime.containers
    assert live.runtime.calls.count(("apply", run.container)) == 1


def test_a_command_that_fails_says_how_and_what_it_printed_last(live: Shop) -> None:
    run = live.platform.runs.start("shop", ("sh", "-c", "echo oh; exit 3"))
    with pytest.raises(CommandFailed, match=r"shop\.run\.1 ended with exit code 3") as caught:
        live.platform.runs.wait("shop", run.id, timeout=LIMIT)
    assert caught.value.details["log"] == ["oh"]
    assert ended(live, run).exit_code == 3
    assert [event.subject for event in live.records[EVENTS].where(kind=EventType.RUN_FAILED.value)] == ["app/shop"]


def test_what_it_prints_is_kept_without_secrets(live: Shop) -> None:
    run = live.platform.runs.start(
        "shop", ("sh", "-c", "echo $TOKEN"), environment={"TOKEN": Secret("hunter2-hunter2")}
    )
    ended(live, run)
    assert output(live, run) == ["••••••"]


def test_commands_of_one_app_run_side_by_side_at_addresses_of_their_own(live: Shop) -> None:
    first, second = (running(live, live.platform.runs.start("shop", SLEEP)) for _ in range(2))
    assert [each.id for each in live.platform.runs.list("shop")] == [second.id, first.id]
    placed = live.deploy("web:2")
    assert placed.state.served
    addresses = [each.workload.address for each in live.runtime.containers.values()]
    assert len(set(addresses)) == len(addresses) == 3
    for each in (first, second):
        live.platform.runs.stop("shop", each.id)
        assert (ended(live, each).state, ended(live, each).end) == (RunState.CANCELLED, CommandEnd.STOPPED)


def test_one_that_takes_too_long_is_stopped_and_removed(live: Shop) -> None:
    run = ended(live, live.platform.runs.start("shop", SLEEP, timeout=0.05))
    assert (run.state, run.end) == (RunState.FAILED, CommandEnd.TIMED_OUT)
    assert run.failure is not None
    assert run.failure.message == "shop.run.1 had not ended after 0.05 seconds, and was stopped"
    assert run.container not in live.runtime.containers


def test_a_container_that_cannot_be_made_is_the_end_of_it(live: Shop) -> None:
    live.runtime.fail_next("apply", EngineUnavailable("the engine is away"))
    run = ended(live, live.platform.runs.start("shop", ("true",)))
    assert (run.state, run.end) == (RunState.FAILED, CommandEnd.NOT_STARTED)
    assert run.failure is not None
    assert run.failure.message == "the engine is away"


def test_an_engine_that_is_away_meanwhile_is_waited_for(live: Shop) -> None:
    run = running(live, live.platform.runs.start("shop", SLEEP))
    for _ in range(2):
        live.runtime.fail_next("inspect", EngineUnavailable("the engine is away"))
    live.runtime.end(run.container, 0)
    assert ended(live, run).exit_code == 0


def test_one_whose_container_somebody_removed_is_lost(live: Shop) -> None:
    run = running(live, live.platform.runs.start("shop", SLEEP))
    live.runtime.containers.pop(run.container).enter(InstanceState.EXITED)
    assert ended(live, run).end is CommandEnd.LOST


def test_an_app_that_never_went_live_runs_commands_in_its_newest_image(shop: Shop) -> None:
    with pytest.raises(WrongState, match="shop has no version yet"):
        shop.platform.runs.start("shop", ("true",))
    shop.link.dead.add(8080)
    shop.platform.apps.configure("shop", health_timeout=1.0)
    failed = shop.ended(shop.platform.deployments.create("shop", RegistryImage("web:1")))
    assert not failed.state.served
    shop.platform.env.set("shop", {"DATABASE": "new"})
    run = shop.platform.runs.start("shop", ("sh", "-c", "echo $DATABASE"))
    assert run.deployment == failed.id
    ended(shop, run)
    assert output(shop, run) == ["new"]


def test_a_time_of_a_job_has_one_run_however_often_it_is_asked_for(live: Shop) -> None:
    request = CommandRequest(("true",), cron="nightly", instant=datetime(2026, 1, 1, 3, tzinfo=UTC))
    commands = live.platform.runs._commands
    first = commands.begin("shop", request, "cron")
    ended(live, first)
    assert commands.begin("shop", request, "cron").id == first.id
    assert len(live.records[COMMAND_RUNS].where(app="shop")) == 1


def test_bad_requests_say_what_is_wrong(live: Shop) -> None:
    runs = live.platform.runs
    with pytest.raises(InvalidValue, match="there is no command"):
        runs.start("shop")
    with pytest.raises(NotFound, match="shop-1 has no process clock"):
        runs.start("shop", process="clock")
    with pytest.raises(NotFound, match="shop has no deployment 9"):
        runs.start("shop", ("true",), deployment="9")
    with pytest.raises(NotFound, match="shop has no run 9"):
        runs.stop("shop", "9")


def test_an_app_is_not_deleted_while_a_command_of_it_runs(live: Shop) -> None:
    run = running(live, live.platform.runs.start("shop", SLEEP))
    with pytest.raises(WrongState, match=r"the run shop\.run\.1 is running") as caught:
        live.platform.apps.delete("shop")
    assert caught.value.hint == "Wait for it, or cancel it: sh0 runs stop shop shop.run.1"
    live.platform.runs.stop("shop", run.id)
    ended(live, run)
    live.platform.apps.delete("shop")
    assert live.records[COMMAND_RUNS].where() == []


def test_how_one_ended_is_recorded_once_the_disk_has_room(live: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "INTERVAL", 0.01)
    change, refused = Run.change, list[object]()

    def full(run: Run[CommandRun], **changes: object) -> None:
        if "exit_code" in changes and len(refused) < 3:
            refused.append(changes)
            raise DiskFull("the disk is full", hint="Free some space.")
        change(run, **changes)

    monkeypatch.setattr(Run, "change", full)
    run = live.platform.runs.start("shop", ("sh", "-c", "exit 3"))
    found = ended(live, run)
    assert (len(refused), found.end, found.exit_code) == (3, CommandEnd.EXITED, 3)
