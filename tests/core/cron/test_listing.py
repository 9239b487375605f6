"""What operations say of jobs."""

from datetime import timedelta

import attrs

from sh0.cron.jobs import JobOrigin, KnownJob
from sh0.cron.listing import CronRun, CronState, details, history, listed, of_platform, run_of
from sh0.records.command import CommandEnd
from sh0.records.cron import CronJob, JobProgress, SkippedTime
from sh0.records.run import Failure, RunState
from sh0.records.schedule import Schedule
from tests.core.cron.examples import command_run
from tests.core.examples import NOON

JOB = CronJob("sweep", "0 * * * *", "true")
KNOWN = KnownJob("shop", JOB, JobOrigin.OPERATOR)
PROGRESS = JobProgress("shop", "sweep", JOB.when, NOON, failures=2, problem="it failed")
LATER = NOON + timedelta(seconds=90)


def test_the_history_has_runs_and_times_without_one_newest_first() -> None:
    skipped = SkippedTime("shop", "sweep", NOON + timedelta(hours=1), "shop is stopped", 3, NOON)
    found = history([command_run()], [skipped], 10)
    assert [each.state for each in found] == [CronState.SKIPPED, CronState.RUNNING]
    assert (found[0].reason, found[0].times) == ("shop is stopped", 3)
    assert history([command_run()], [skipped], 1) == found[:1]


def test_a_run_says_how_long_it_took_and_how_it_ended() -> None:
    failed = command_run(
        state=RunState.FAILED,
        started=NOON,
        finished=LATER,
        exit_code=3,
        end=CommandEnd.EXITED,
        failure=Failure("command-failed", "it failed"),
    )
    assert run_of(failed) == CronRun(
        NOON, CronState.FAILED, 1, "shop.run.1", NOON, 90.0, 3, "it failed", requested_by="cron"
    )
    stopped = run_of(command_run(state=RunState.CANCELLED, end=CommandEnd.STOPPED, finished=LATER))
    assert (stopped.state, stopped.reason, stopped.seconds) == (CronState.CANCELLED, "stopped", None)
    done = run_of(command_run(state=RunState.DONE, end=CommandEnd.EXITED, started=NOON, finished=LATER))
    assert (done.state, done.reason) == (CronState.DONE, "")


def test_a_job_in_the_list_says_when_it_runs_next_and_how_it_went() -> None:
    found = listed(KNOWN, PROGRESS, run_of(command_run(started=LATER)), running=True)
    assert (found.app, found.name, found.when, found.command) == ("shop", "sweep", "0 * * * * UTC", "true")
    assert (found.next, found.last, found.state) == (NOON + timedelta(hours=1), LATER, CronState.RUNNING)
    assert (found.running, found.problem) == (True, "it failed")
    quiet = listed(
        KnownJob("shop", attrs.evolve(JOB, suspended=True), JobOrigin.VERSION), PROGRESS, None, running=False
    )
    assert (quiet.suspended, quiet.next, quiet.last, quiet.state) == (True, None, None, None)


def test_a_job_of_the_platform_stands_in_the_same_list() -> None:
    found = of_platform(Schedule("cleaning", "every hour", False, LATER, NOON, 1.0, None))
    assert (found.app, found.origin, found.state, found.next) == (None, JobOrigin.PLATFORM, CronState.DONE, LATER)
    assert of_platform(Schedule("cleaning", "every hour", False, LATER, NOON, 1.0, "x")).state is CronState.FAILED
    assert of_platform(Schedule("cleaning", "every hour", False, LATER, None, None, None)).state is None


def test_the_details_have_the_next_five_times() -> None:
    found = details(KNOWN, PROGRESS, [run_of(command_run())], NOON)
    assert len(found.next) == 5
    assert (found.failures, found.problem) == (2, "it failed")
    assert found.last is not None
    assert details(KNOWN, PROGRESS, [], NOON).last is None
