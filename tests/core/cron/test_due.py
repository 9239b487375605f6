"""When a job is due next, through restarts, changes of clocks and time zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from sh0.cron.due import Due, corrected, delay, due, is_late, moved_on, next_times
from sh0.records.cron import CronJob, JobProgress, Retry
from tests.core.examples import NOON

HOUR = timedelta(hours=1)
JOB = CronJob("sweep", "0 * * * *", "true")
NEW = JobProgress("shop", "sweep", JOB.when, NOON)
BERLIN = ZoneInfo("Europe/Berlin")


def test_a_new_job_is_due_at_its_next_time() -> None:
    assert due(JOB, NEW) == Due(NOON + HOUR, NOON + HOUR)


def test_a_time_that_is_dealt_with_comes_no_more() -> None:
    first = due(JOB, NEW)
    assert first is not None
    assert due(JOB, moved_on(NEW, first, first.at)) == Due(NOON + 2 * HOUR, NOON + 2 * HOUR)


def test_a_time_that_was_missed_takes_along_those_after_it() -> None:
    first = due(JOB, NEW)
    assert first is not None
    now = NOON + 5.5 * HOUR
    assert is_late(first, now)
    assert due(JOB, moved_on(NEW, first, now)) == Due(NOON + 6 * HOUR, NOON + 6 * HOUR)


def test_a_minute_late_is_not_missed() -> None:
    assert not is_late(Due(NOON, NOON), NOON + timedelta(seconds=60))
    assert is_late(Due(NOON, NOON), NOON + timedelta(seconds=61))
    assert not is_late(Due(NOON, NOON, attempt=2), NOON + HOUR)


@pytest.mark.parametrize(
    ("job", "own", "comes"), [(False, None, True), (True, None, False), (True, False, True), (False, True, False)]
)
def test_what_an_operator_says_of_a_suspension_counts(job: bool, own: bool | None, comes: bool) -> None:
    found = due(attrs.evolve(JOB, suspended=job), attrs.evolve(NEW, suspended=own))
    assert (found is not None) == comes
    assert bool(next_times(attrs.evolve(JOB, suspended=job), attrs.evolve(NEW, suspended=own), NOON)) == comes


def test_another_attempt_comes_before_the_next_time_but_not_after_it() -> None:
    soon = attrs.evolve(NEW, last=NOON, retry=Retry(NOON, 2, NOON + HOUR / 2))
    assert due(JOB, soon) == Due(NOON, NOON + HOUR / 2, 2)
    late = attrs.evolve(NEW, last=NOON, retry=Retry(NOON, 2, NOON + HOUR))
    assert due(JOB, late) == Due(NOON + HOUR, NOON + HOUR)
    assert moved_on(soon, Due(NOON, NOON + HOUR / 2, 2), NOON + HOUR / 2).retry is None


def test_a_job_without_a_time_is_not_due() -> None:
    assert due(attrs.evolve(JOB, schedule="0 0 29 2 *"), attrs.evolve(NEW, since=NOON)) is not None


def test_jitter_is_the_same_for_one_time_and_another_for_each_job() -> None:
    job = attrs.evolve(JOB, jitter=600.0)
    first = delay("shop", job, NOON)
    assert first == delay("shop", job, NOON)
    assert timedelta(0) <= first <= timedelta(seconds=600)
    others = {delay(app, job, NOON) for app in ("a", "b", "c", "d")}
    assert len(others) == 4
    found = due(job, NEW)
    assert found is not None
    assert found.at - found.instant == delay("shop", job, found.instant)


@pytest.mark.parametrize(("hours", "kept"), [(2, True), (23, True), (25, False), (90_000, False)])
def test_a_clock_that_was_far_ahead_is_corrected(hours: float, kept: bool) -> None:
    ahead = attrs.evolve(NEW, since=NOON + hours * HOUR, last=NOON + hours * HOUR)
    found = corrected(ahead, NOON)
    assert (found == ahead) == kept
    if not kept:
        assert due(JOB, found) == Due(NOON + HOUR, NOON + HOUR)


def berlin(schedule: str, since: datetime, count: int) -> list[str]:
    """The times of a job as the clocks of Berlin show them, each dealt with in its turn."""
    job, progress, found = CronJob("a", schedule, "x", timezone="Europe/Berlin"), attrs.evolve(NEW, since=since), []
    for _ in range(count):
        planned = due(job, progress)
        assert planned is not None
        found.append(planned.instant.astimezone(BERLIN).isoformat(timespec="minutes"))
        progress = moved_on(progress, planned, planned.at)
    return found


def test_where_clocks_are_put_forward_a_time_that_they_leave_out_comes_after_the_jump() -> None:
    since = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert berlin("30 2 * * *", since, 2) == ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]


def test_where_clocks_are_put_back_a_time_that_they_show_twice_comes_once() -> None:
    since = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert berlin("30 2 * * *", since, 2) == ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]


def test_an_interval_is_not_longer_where_clocks_are_put_back() -> None:
    since = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    assert berlin("0 * * * *", since, 3) == [
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:00+01:00",
        "2026-10-25T03:00+01:00",
    ]


def test_the_next_times_begin_after_now_and_after_what_is_dealt_with() -> None:
    assert next_times(JOB, NEW, NOON + 3.5 * HOUR, 2) == (NOON + 4 * HOUR, NOON + 5 * HOUR)
    ahead = attrs.evolve(NEW, last=NOON + 2 * HOUR)
    assert next_times(JOB, ahead, NOON, 1) == (NOON + 3 * HOUR,)
