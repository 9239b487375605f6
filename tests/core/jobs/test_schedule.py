"""When something is due: cron across changes of the clocks, leap days, jitter, missed runs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sh0.errors import InvalidValue
from sh0.jobs import schedule
from sh0.jobs.schedule import Cron, Every
from sh0.records.schedule import Missed

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def local(zone: str, text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def times(expression: str, zone: str, since: datetime, count: int) -> list[str]:
    """The next times, as clocks in that zone show them, with their distance from UTC."""
    found = []
    for _ in range(count):
        following = Cron(expression, zone).after(since)
        assert following is not None
        assert following > since
        assert following.tzinfo is UTC
        since = following
        found.append(f"{following.astimezone(ZoneInfo(zone)):%m-%d %H:%M%z}")
    return found


CHANGES = {
    "Berlin in spring: a time that is left out comes after the jump": (
        ("30 2 * * *", BERLIN, local(BERLIN, "2026-03-28 03:00"), 2),
        ["03-29 03:00+0200", "03-30 02:30+0200"],
    ),
    "Berlin in autumn: a time that is shown twice comes once": (
        ("30 2 * * *", BERLIN, local(BERLIN, "2026-10-24 03:00"), 2),
        ["10-25 02:30+0200", "10-26 02:30+0100"],
    ),
    "New York in spring": (
        ("15 2 * * *", NEW_YORK, local(NEW_YORK, "2026-03-07 03:00"), 2),
        ["03-08 03:00-0400", "03-09 02:15-0400"],
    ),
    "New York in autumn": (
        ("15 1 * * *", NEW_YORK, local(NEW_YORK, "2026-10-31 02:00"), 2),
        ["11-01 01:15-0400", "11-02 01:15-0500"],
    ),
    "several times that are left out come as one": (
        ("0,30 2 * * *", BERLIN, local(BERLIN, "2026-03-28 03:00"), 2),
        ["03-29 03:00+0200", "03-30 02:00+0200"],
    ),
    "every hour in spring leaves nothing out": (
        ("0 * * * *", BERLIN, local(BERLIN, "2026-03-29 00:30"), 3),
        ["03-29 01:00+0100", "03-29 03:00+0200", "03-29 04:00+0200"],
    ),
    "every hour in autumn comes in both hours": (
        ("0 * * * *", BERLIN, local(BERLIN, "2026-10-25 01:30"), 3),
        ["10-25 02:00+0200", "10-25 02:00+0100", "10-25 03:00+0100"],
    ),
    "every half hour in autumn": (
        ("*/30 * * * *", NEW_YORK, local(NEW_YORK, "2026-11-01 00:59"), 5),
        ["11-01 01:00-0400", "11-01 01:30-0400", "11-01 01:00-0500", "11-01 01:30-0500", "11-01 02:00-0500"],
    ),
    "from within the second of two equal hours, the first one's times are over": (
        ("30 2 * * *", BERLIN, local(BERLIN, "2026-10-25 02:10", fold=1), 1),
        ["10-26 02:30+0100"],
    ),
    "a leap day": (
        ("0 12 29 2 *", BERLIN, local(BERLIN, "2026-01-01 00:00"), 2),
        ["02-29 12:00+0100", "02-29 12:00+0100"],
    ),
    "the last day of each month": (
        ("0 0 L * *", "UTC", datetime(2028, 1, 31, 12, tzinfo=UTC), 3),
        ["02-29 00:00+0000", "03-31 00:00+0000", "04-30 00:00+0000"],
    ),
    "midnight where clocks jump over it": (
        ("0 0 * * *", "Africa/Cairo", local("Africa/Cairo", "2026-04-23 12:00"), 2),
        ["04-24 01:00+0300", "04-25 00:00+0300"],
    ),
    "half past in a zone that is half an hour off": (
        ("0 9 * * MON", "Asia/Kolkata", datetime(2026, 6, 1, 12, tzinfo=UTC), 1),
        ["06-08 09:00+0530"],
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_cron_follows_the_clocks_of_its_zone(case: str) -> None:
    (expression, zone, since, count), wanted = CHANGES[case]
    assert times(expression, zone, since, count) == wanted


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, "Africa/Cairo"])
@pytest.mark.parametrize("expression", ["30 2 * * *", "*/15 * * * *", "45 * * * *", "10 1,2,3 * * *"])
def test_over_a_year_the_next_time_is_always_later_whatever_the_clocks_do(expression: str, zone: str) -> None:
    """Asked from every quarter of an hour near the changes, as a platform may start at any."""
    cron = Cron(expression, zone)
    for change in (datetime(2026, 3, 8), datetime(2026, 3, 29), datetime(2026, 4, 4), datetime(2026, 10, 25)):
        moment = change.replace(tzinfo=UTC) - timedelta(hours=12)
        last = moment
        for _ in range(48 * 4):
            found = cron.after(moment)
            assert found is not None
            assert found > moment
            assert found >= last
            moment, last = moment + timedelta(minutes=15), found


def test_the_leap_day_is_that_of_a_leap_year() -> None:
    assert Cron("0 12 29 2 *").after(NOW) == datetime(2028, 2, 29, 12, tzinfo=UTC)


def test_a_name_of_crontab_is_read() -> None:
    assert Cron("@daily").after(NOW) == datetime(2026, 6, 2, tzinfo=UTC)


@pytest.mark.parametrize("expression", ["", "* * * *", "61 * * * *", "0 0 30 2 *", "@never", "0 0\n* * *"])
def test_what_is_no_schedule_is_refused(expression: str) -> None:
    with pytest.raises(InvalidValue, match="cron"):
        Cron(expression)


@pytest.mark.parametrize(
    "zone", ["", "Berlin", "../../etc/passwd", "/etc/passwd", "Europe", "europe/nowhere", "x" * 300]
)
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(InvalidValue, match="is no time zone") as refused:
        Cron("0 3 * * *", zone)
    assert "Europe/Berlin" in refused.value.hint
    assert (refused.value.details["path"], refused.value.details["reason"]) == ("$.zone", "unknown")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "every second"), (5, "every 5 seconds"), (60, "every minute"), (90, "every 90 seconds"), (3600, "every hour"),
     (7200, "every 2 hours"), (86400, "every day"), (0.25, "every 0.25 seconds")],
)  # fmt: skip
def test_an_interval_is_said_in_words(seconds: float, said: str) -> None:
    assert str(Every(seconds)) == said


@pytest.mark.parametrize("seconds", [0, -1])
def test_an_interval_takes_time(seconds: float) -> None:
    with pytest.raises(ValueError):
        Every(seconds)


def test_jitter_makes_a_run_later_never_earlier() -> None:
    assert schedule.following(Every(60), NOW, 7) == NOW + timedelta(seconds=67)
    assert schedule.following(Every(60), NOW) == NOW + timedelta(seconds=60)
    assert schedule.resumed(DAILY, None, NOW, Missed.ONCE, 7) == TOMORROW + timedelta(seconds=7)
    assert schedule.bounded(Every(60), NOW + DAY, NOW, 7) == NOW + timedelta(seconds=67)
    assert schedule.following(Cron("0 13 * * *"), NOW, 7) == NOW + timedelta(seconds=3607)


def test_a_problem_is_tried_again_at_the_latest_after_its_pause() -> None:
    assert schedule.retried(Every(60), NOW, 5) == NOW + timedelta(seconds=5)
    assert schedule.retried(Every(2), NOW, 5) == NOW + timedelta(seconds=2)
    assert schedule.retried(Every(60), NOW, None) == NOW + timedelta(seconds=60)


DAY = timedelta(days=1)
DAILY = Cron("0 3 * * *")
SOON, TOMORROW = NOW + timedelta(seconds=10), NOW + timedelta(hours=15)
RESUMED: dict[str, tuple[schedule.When, datetime | None, Missed, datetime]] = {
    "a new entry waits for its time": (DAILY, None, Missed.ONCE, TOMORROW),
    "a time that is still to come stays": (Every(3600), SOON, Missed.SKIP, SOON),
    "after a day off, skipping": (DAILY, NOW - DAY, Missed.SKIP, TOMORROW),
    "after a day off, running once": (DAILY, NOW - DAY, Missed.ONCE, NOW),
    "after a year off it is once as well": (Every(60), NOW - 365 * DAY, Missed.ONCE, NOW),
    "exactly a minute late is not missed": (DAILY, NOW - timedelta(minutes=1), Missed.SKIP, NOW),
    "more than a minute late is": (DAILY, NOW - timedelta(seconds=61), Missed.SKIP, TOMORROW),
    "what is due now is not passed over": (DAILY, NOW, Missed.ONCE, NOW),
    "a few seconds late is not missed": (DAILY, NOW - timedelta(seconds=20), Missed.SKIP, NOW),
    "a clock that was set back makes no interval longer": (Every(10), NOW + DAY, Missed.ONCE, SOON),
    "a schedule that was made earlier counts": (DAILY, NOW + 20 * DAY, Missed.SKIP, TOMORROW),
}


@pytest.mark.parametrize("case", RESUMED)
def test_the_first_run_after_a_start(case: str) -> None:
    when, kept, missed, wanted = RESUMED[case]
    assert schedule.resumed(when, kept, NOW, missed) == wanted


def test_a_time_that_came_while_the_machine_slept_is_passed_over_or_not() -> None:
    assert schedule.is_skipped(NOW - DAY, NOW, Missed.SKIP)
    assert not schedule.is_skipped(NOW - DAY, NOW, Missed.ONCE)
    assert not schedule.is_skipped(NOW - timedelta(minutes=1), NOW, Missed.SKIP)
    assert schedule.is_skipped(NOW - timedelta(seconds=61), NOW, Missed.SKIP)


def test_a_clock_that_was_set_back_makes_no_interval_longer() -> None:
    assert schedule.bounded(Every(60), NOW + DAY, NOW) == NOW + timedelta(seconds=60)
    assert schedule.bounded(DAILY, NOW + DAY, NOW) == NOW + DAY
