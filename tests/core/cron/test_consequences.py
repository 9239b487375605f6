"""What follows from the end of a run."""

from datetime import timedelta

import attrs
import pytest

from sh0.cron.consequences import Consequences, consequences
from sh0.records.command import CommandEnd
from sh0.records.cron import CronJob, JobProgress, Retry
from sh0.records.run import Failure, RunState
from tests.core.cron.examples import command_run
from tests.core.examples import NOON

JOB = CronJob("sweep", "0 * * * *", "true", retries=2, retry_delay=60.0)
ONCE = attrs.evolve(JOB, retries=0)
BEGUN = JobProgress("shop", "sweep", JOB.when, NOON - timedelta(hours=1), last=NOON)
FAILED = command_run(
    state=RunState.FAILED, end=CommandEnd.EXITED, exit_code=1, failure=Failure("command-failed", "it failed")
)
DONE = command_run(state=RunState.DONE, end=CommandEnd.EXITED, exit_code=0)


def test_a_run_that_ends_well_has_no_consequences() -> None:
    assert consequences(JOB, BEGUN, DONE, NOON) == Consequences(BEGUN)


def test_one_that_ends_well_after_failures_is_reported() -> None:
    before = attrs.evolve(BEGUN, failures=3, problem="it failed", reported=NOON)
    assert consequences(JOB, before, DONE, NOON) == Consequences(BEGUN, recovered=True)


def test_one_that_somebody_stopped_is_neither_a_failure_nor_a_recovery() -> None:
    before = attrs.evolve(BEGUN, failures=3, problem="it failed")
    stopped = command_run(state=RunState.CANCELLED, end=CommandEnd.STOPPED)
    assert consequences(JOB, before, stopped, NOON) == Consequences(before)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 60), (2, 120)])
def test_a_failure_is_tried_again_after_twice_as_long_each_time(attempt: int, seconds: int) -> None:
    found = consequences(JOB, BEGUN, attrs.evolve(FAILED, attempt=attempt), NOON)
    assert found == Consequences(attrs.evolve(BEGUN, retry=Retry(NOON, attempt + 1, NOON + timedelta(seconds=seconds))))


def test_no_attempt_waits_longer_than_an_hour() -> None:
    job = attrs.evolve(JOB, retries=10, retry_delay=600.0)
    found = consequences(job, BEGUN, attrs.evolve(FAILED, attempt=8), NOON)
    assert found.progress.retry == Retry(NOON, 9, NOON + timedelta(hours=1))


def test_the_last_attempt_that_fails_is_a_failure() -> None:
    found = consequences(JOB, BEGUN, attrs.evolve(FAILED, attempt=3), NOON)
    assert found.failed == "it failed"
    assert (found.progress.failures, found.progress.problem, found.progress.reported) == (1, "it failed", NOON)


def test_a_failure_is_reported_again_after_an_hour() -> None:
    before = attrs.evolve(BEGUN, failures=1, problem="it failed", reported=NOON)
    soon = consequences(ONCE, before, FAILED, NOON + timedelta(minutes=59))
    assert (soon.failed, soon.progress.failures, soon.progress.reported) == (None, 2, NOON)
    later = consequences(ONCE, before, FAILED, NOON + timedelta(hours=1))
    assert (later.failed, later.progress.reported) == ("it failed", NOON + timedelta(hours=1))


def test_what_somebody_asked_for_and_what_a_later_time_followed_is_not_tried_again() -> None:
    assert consequences(JOB, BEGUN, attrs.evolve(FAILED, instant=None), NOON).failed == "it failed"
    later = attrs.evolve(BEGUN, last=NOON + timedelta(hours=1))
    assert consequences(JOB, later, FAILED, NOON).failed == "it failed"
    assert consequences(None, BEGUN, FAILED, NOON).failed == "it failed"


def test_a_time_at_which_nothing_began_is_tried_again_three_times_more() -> None:
    never = attrs.evolve(FAILED, end=CommandEnd.NOT_STARTED)
    assert consequences(ONCE, BEGUN, attrs.evolve(never, attempt=3), NOON).progress.retry is not None
    assert consequences(ONCE, BEGUN, attrs.evolve(never, attempt=4), NOON).failed == "it failed"
