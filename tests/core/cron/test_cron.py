"""Jobs of cron on a platform over fakes: from their times to their ends, over a clock that tests move."""

from datetime import datetime, timedelta
from typing import cast

import pytest

from sh0.cron.jobs import JobOrigin
from sh0.cron.listing import CronRun, CronState
from sh0.errors import EngineUnavailable, InvalidValue, NameTaken, NotFound, WrongState
from sh0.records.command import COMMAND_RUNS, CommandReason, CommandRun
from sh0.records.cron import PROGRESS, TABLES, Concurrency
from sh0.records.event_types import EventType
from sh0.records.journal import EVENTS
from sh0.records.schedule import Missed
from sh0.testing.clock import FakeClock
from sh0.testing.outgoing import FakeOutgoing
from tests.core.shop import LIMIT, Shop
from tests.core.waiting import until

TRUE, FALSE, SLEEP = ("true",), ("sh", "-c", "echo oh; exit 3"), ("sh", "-c", "sleep 9")
HOURLY = "0 * * * *"


@pytest.fixture
def live(shop: Shop) -> Shop:
    shop.deploy()
    return shop


def clock(shop: Shop) -> FakeClock:
    return cast("FakeClock", shop.stage.core.ports.clock)


def called(shop: Shop) -> list[str]:
    return cast("FakeOutgoing", shop.stage.core.ports.outgoing).called


def add(shop: Shop, name: str = "sweep", argv: tuple[str, ...] = TRUE, schedule: str = HOURLY, **more: object) -> None:
    """Add a job, and see that the scheduler knows it."""
    shop.platform.cron.add("shop", name, schedule, arguments=argv, **more)  # type: ignore[arg-type]
    known(shop, name)


def known(shop: Shop, name: str = "sweep") -> None:
    until(lambda: shop.records[PROGRESS].find("shop", name) is not None and settled(shop), LIMIT)


def settled(shop: Shop) -> bool:
    """Whether the entries of the scheduler are equal to the jobs."""
    [sync] = [each for each in shop.platform.schedules.list() if each.name == "app-jobs"]
    return not sync.running


def history(shop: Shop, name: str = "sweep") -> tuple[CronRun, ...]:
    return shop.platform.cron.history("shop", name)


def runs(shop: Shop, name: str = "sweep") -> list[CommandRun]:
    return shop.records[COMMAND_RUNS].where(order="number", app="shop", cron=name)


def hour(shop: Shop, hours: float = 1) -> datetime:
    """Let time pass; returns what the clock shows then."""
    clock(shop).advance(hours * 3600)
    return clock(shop).now()


def ended(shop: Shop, count: int, name: str = "sweep") -> list[CommandRun]:
    """Runs of a job, once there are so many, all have ended, and the consequences are drawn."""

    def look() -> list[CommandRun] | None:
        found = runs(shop, name)
        over = len(found) == count and all(run.state.ended for run in found)
        return found if over and not shop.records.database.query("select 1 from cron_open") else None

    return until(look, LIMIT)


def events(shop: Shop) -> list[str]:
    kinds = (EventType.CRON_FAILED, EventType.CRON_RECOVERED)
    return [event.kind.value for event in shop.records[EVENTS].where(order="id") if event.kind in kinds]


def test_a_job_runs_at_its_time_in_a_container_of_its_own(live: Shop) -> None:
    add(live, argv=("sh", "-c", "echo $SH0_CRON_JOB; echo $SH0_CRON_TIME"))
    instant = hour(live)
    [run] = ended(live, 1)
    assert (run.reason, run.instant, run.attempt, run.exit_code) == (CommandReason.CRON, instant, 1, 0)
    assert run.deployment == "shop-1"
    printed = [line.text for line in live.platform.runs.follow("shop", run.id)]
    assert "sweep" in printed
    assert instant.isoformat() in printed
    [shown] = history(live)
    assert (shown.state, shown.instant, shown.run, shown.exit_code) == (CronState.DONE, instant, run.id, 0)
    assert run.container not in live.runtime.containers


def test_the_next_five_times_and_the_last_run_are_shown(live: Shop) -> None:
    add(live)
    begun = clock(live).now()
    shown = live.platform.cron.get("shop", "sweep")
    assert shown.next == tuple(begun + timedelta(hours=number) for number in range(1, 6))
    assert shown.last is None
    hour(live)
    ended(live, 1)
    shown = live.platform.cron.get("shop", "sweep")
    assert shown.next[0] == begun + timedelta(hours=2)
    assert shown.last is not None
    assert shown.last.state is CronState.DONE


def test_the_list_has_the_jobs_of_apps_and_those_of_the_platform(live: Shop) -> None:
    add(live)
    found = {(job.app, job.name): job for job in live.platform.cron.list()}
    job = found["shop", "sweep"]
    assert (job.when, job.command, job.origin) == ("0 * * * * UTC", "true", JobOrigin.OPERATOR)
    assert found[None, "cleaning"].origin is JobOrigin.PLATFORM
    assert [each.name for each in live.platform.cron.list(app="shop")] == ["sweep"]


def test_a_failure_is_reported_once_an_hour_and_its_end_too(live: Shop) -> None:
    add(live, argv=FALSE, schedule="*/20 * * * *")
    for number in (1, 2, 3):
        hour(live, 1 / 3)
        ended(live, number)
    assert events(live) == ["cron.failed"]
    hour(live, 1 / 3)
    ended(live, 4)
    assert events(live) == ["cron.failed", "cron.failed"]
    assert live.platform.cron.get("shop", "sweep").failures == 4
    live.platform.cron.change("shop", "sweep", arguments=TRUE)
    hour(live, 1 / 3)
    ended(live, 5)
    assert events(live) == ["cron.failed", "cron.failed", "cron.recovered"]
    shown = live.platform.cron.get("shop", "sweep")
    assert (shown.failures, shown.problem) == (0, None)


def test_a_run_that_fails_is_tried_again_later_and_later(live: Shop) -> None:
    add(live, argv=FALSE, retries=2, retry_delay=60)
    instant = hour(live)
    ended(live, 1)
    assert events(live) == []
    clock(live).advance(60)
    ended(live, 2)
    clock(live).advance(119)
    assert len(runs(live)) == 2
    clock(live).advance(1)
    found = ended(live, 3)
    assert [(run.instant, run.attempt) for run in found] == [(instant, 1), (instant, 2), (instant, 3)]
    assert events(live) == ["cron.failed"]
    clock(live).advance(3600 - 180)
    assert [run.attempt for run in ended(live, 4)] == [1, 2, 3, 1]


def test_a_ping_tells_of_begin_success_and_failure(live: Shop) -> None:
    add(live, ping="https://ping.example.org/abc/")
    hour(live)
    ended(live, 1)
    until(lambda: len(called(live)) == 2, LIMIT)
    live.platform.cron.change("shop", "sweep", arguments=FALSE)
    hour(live)
    ended(live, 2)
    base = "https://ping.example.org/abc"
    until(lambda: sorted(called(live)) == sorted([f"{base}/start", base, f"{base}/start", f"{base}/fail"]), LIMIT)


@pytest.mark.parametrize("concurrency", Concurrency)
def test_a_time_that_comes_while_a_run_goes_on(live: Shop, concurrency: Concurrency) -> None:
    add(live, argv=SLEEP, concurrency=concurrency)
    hour(live)
    first = until(lambda: next((run for run in runs(live) if run.started), None), LIMIT)
    second = hour(live)
    if concurrency is Concurrency.FORBID:
        [skipped, _] = until(lambda: found if len(found := history(live)) == 2 else None, LIMIT)
        assert (skipped.state, skipped.instant) == (CronState.SKIPPED, second)
        assert skipped.reason == f"{first.id} was still running"
        return
    begun = until(lambda: found[1] if len(found := runs(live)) == 2 and found[1].started else None, LIMIT)
    assert begun.instant == second
    state = live.platform.runs.get("shop", first.id).state.value
    assert state == ("running" if concurrency is Concurrency.ALLOW else "cancelled")


def test_times_of_an_app_that_is_stopped_are_left_out_and_counted(live: Shop) -> None:
    add(live)
    live.platform.apps.stop("shop")
    first = hour(live)
    until(lambda: history(live), LIMIT)
    hour(live)
    until(lambda: history(live)[0].times == 2, LIMIT)
    [shown] = history(live)
    assert (shown.state, shown.reason) == (CronState.SKIPPED, "shop is stopped")
    assert shown.instant == first + timedelta(hours=1)
    assert runs(live) == []


def test_an_app_that_was_never_live_runs_no_jobs(shop: Shop) -> None:
    add(shop)
    hour(shop)
    [shown] = until(lambda: history(shop), LIMIT)
    assert shown.reason == "shop has never been live"


def test_a_suspended_job_does_not_run_and_goes_on_with_its_next_time(live: Shop) -> None:
    add(live)
    assert live.platform.cron.suspend("shop", "sweep").next == ()
    hour(live, 5)
    shown = live.platform.cron.resume("shop", "sweep")
    assert shown.next[0] == clock(live).now() + timedelta(hours=1)
    assert history(live) == ()
    until(lambda: settled(live), LIMIT)
    hour(live)
    ended(live, 1)


def test_a_job_runs_now_suspended_or_not(live: Shop) -> None:
    add(live, suspended=True)
    run = live.platform.cron.run("shop", "sweep")
    assert (run.instant, run.requested_by) == (None, "system")
    ended(live, 1)
    [shown] = history(live)
    assert (shown.state, shown.run) == (CronState.DONE, run.run)


def test_a_job_that_forbids_it_does_not_run_twice_at_once(live: Shop) -> None:
    add(live, argv=SLEEP)
    live.platform.cron.run("shop", "sweep")
    with pytest.raises(WrongState, match=r"shop\.run\.1 is still running, and sweep forbids another run"):
        live.platform.cron.run("shop", "sweep")


@pytest.mark.parametrize("missed", Missed)
def test_times_that_were_missed_are_left_out_or_made_up_for_once(live: Shop, missed: Missed) -> None:
    add(live, missed=missed)
    live.platform.close()
    hour(live, 5.5)
    with live.stage.reopened() as platform:
        found = until(lambda: platform.cron.history("shop", "sweep"), LIMIT)
        until(lambda: platform.cron.get("shop", "sweep").next[0] == clock(live).now() + timedelta(minutes=30), LIMIT)
        assert len(found) == 1
        if missed is Missed.SKIP:
            assert found[0].reason == "missed: nothing could run then"
        else:
            assert found[0].run == "shop.run.1"


def test_a_time_is_not_run_twice_by_a_restart(live: Shop) -> None:
    add(live)
    hour(live)
    ended(live, 1)
    live.platform.close()
    with live.stage.reopened() as platform:
        until(lambda: any(each.name == "app-jobs" and each.last for each in platform.schedules.list()), LIMIT)
        assert len(platform.cron.history("shop", "sweep")) == 1


def test_a_time_whose_run_had_begun_when_a_crash_came_is_not_run_again(live: Shop) -> None:
    """The run is recorded before the progress of its job: what a SIGKILL between the two leaves."""
    add(live)
    before = live.records[PROGRESS].get("shop", "sweep")
    hour(live)
    [run] = ended(live, 1)
    live.records[PROGRESS].save(before)
    clock(live).advance(7200)
    live.platform.cron.suspend("shop", "sweep")
    live.platform.cron.resume("shop", "sweep")
    live.records[PROGRESS].save(before)
    live.stage.core.platform.cron._runner.run_due("shop", "sweep")
    assert [each.id for each in runs(live)] == [run.id]
    after = live.records[PROGRESS].get("shop", "sweep")
    assert after.last == run.instant


def test_a_clock_that_is_set_back_brings_no_time_twice(live: Shop) -> None:
    add(live)
    instant = hour(live)
    ended(live, 1)
    clock(live).set(instant - timedelta(minutes=30))
    live.platform.cron.change("shop", "sweep", jitter=0.0)
    assert live.platform.cron.get("shop", "sweep").next[0] == instant + timedelta(hours=1)
    clock(live).advance(1800)
    assert len(runs(live)) == 1
    clock(live).advance(3600)
    assert [run.instant for run in ended(live, 2)] == [instant, instant + timedelta(hours=1)]


def test_a_clock_that_was_years_ahead_keeps_no_job_waiting_for_years(live: Shop) -> None:
    add(live)
    true = clock(live).now()
    clock(live).set(true + timedelta(days=3650))
    live.platform.cron.change("shop", "sweep", jitter=0.0)
    until(lambda: history(live), LIMIT)
    clock(live).set(true)
    live.platform.cron.change("shop", "sweep", jitter=0.0)
    assert live.platform.cron.get("shop", "sweep").next[0] == true + timedelta(hours=2)
    until(lambda: settled(live), LIMIT)
    clock(live).advance(7200)
    ended(live, 1)


def test_a_time_at_which_no_container_could_be_started_is_tried_again(live: Shop) -> None:
    add(live)
    live.runtime.fail_next("apply", EngineUnavailable("the engine is away"))
    instant = hour(live)
    ended(live, 1)
    clock(live).advance(60)
    found = ended(live, 2)
    assert [(run.instant, run.attempt, run.exit_code) for run in found] == [(instant, 1, None), (instant, 2, 0)]
    assert events(live) == []


def test_a_job_of_an_operator_hides_that_of_the_version_and_says_so(live: Shop) -> None:
    add(live)
    with pytest.raises(NameTaken, match="shop has a job sweep already"):
        add(live)
    live.platform.cron.remove("shop", "sweep")
    with pytest.raises(NotFound, match="shop has no job sweep"):
        live.platform.cron.get("shop", "sweep")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "it needs a command"),
        ({"command": "x", "arguments": ("y",)}, "it has a command and arguments"),
    ],
)
def test_what_is_not_clear_is_refused(live: Shop, given: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        live.platform.cron.add("shop", "sweep", HOURLY, **given)  # type: ignore[arg-type]


def test_nothing_of_a_deleted_app_is_left(live: Shop) -> None:
    add(live)
    hour(live)
    ended(live, 1)
    live.platform.apps.delete("shop")
    for table in TABLES:
        assert live.records.database.query(f"select 1 from {table}") == []
    hour(live)
    until(lambda: settled(live), LIMIT)
    assert live.platform.cron.list() == tuple(job for job in live.platform.cron.list() if job.app is None)


def test_a_hundred_jobs_are_due_at_once(live: Shop) -> None:
    for number in range(100):
        live.platform.cron.add("shop", f"job-{number}", HOURLY, arguments=TRUE)
    known(live, "job-99")
    hour(live)
    until(
        lambda: (
            len(found := live.records[COMMAND_RUNS].where(app="shop")) == 100 and all(run.state.ended for run in found)
        ),
        60,
    )
    found = live.records[COMMAND_RUNS].where(app="shop")
    assert len({(run.cron, run.instant) for run in found}) == 100
    assert {run.exit_code for run in found} == {0}
