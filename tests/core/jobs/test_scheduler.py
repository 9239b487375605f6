"""What runs at its times: over a clock that stands still, on real threads."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from sh0.errors import DiskFull, Sh0Error
from sh0.jobs.schedule import Cron, Every
from sh0.jobs.scheduler import Entry, Scheduler
from sh0.journal.journal import Journal
from sh0.records.event_payloads import SchedulePayload
from sh0.records.event_types import EventType
from sh0.records.journal import EVENTS
from sh0.records.schedule import SCHEDULES, Missed, Schedule, ScheduledRun
from sh0.store import Records
from sh0.testing.clock import FakeClock

DAY = 86400.0


class Work:
    """Counts its runs; it can be held in one, and fail."""

    def __init__(self) -> None:
        self.runs = 0
        self.at_once = self.most_at_once = 0
        self.let_go = threading.Event()
        self.let_go.set()
        self.error: BaseException | None = None
        self.problem: str | None = None

    def __call__(self) -> str | None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.runs += 1
        self.let_go.wait(20)
        self.at_once -= 1
        if self.error is not None:
            raise self.error
        return self.problem


Begin = Callable[..., Scheduler]


@pytest.fixture
def begin(records: Records, clock: FakeClock) -> Iterator[Begin]:
    begun: list[Scheduler] = []

    def make(*entries: Entry, chance: float = 0.0) -> Scheduler:
        scheduler = Scheduler(entries, records, clock, Journal(records, clock), chance=lambda: chance)
        begun.append(scheduler)
        scheduler.start()
        return scheduler

    yield make
    for scheduler in begun:
        scheduler.stop(20)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def shown(scheduler: Scheduler, name: str = "work") -> Schedule:
    [found] = [each for each in scheduler.list() if each.name == name]
    return found


def ran(scheduler: Scheduler, work: Work, times: int, name: str = "work") -> Schedule:
    until(lambda: work.runs == times and not shown(scheduler, name).running)
    return shown(scheduler, name)


def due(clock: FakeClock, seconds: float) -> datetime:
    return clock.now() + timedelta(seconds=seconds)


def test_an_interval_runs_when_its_time_has_come_and_not_before(begin: Begin, clock: FakeClock) -> None:
    work = Work()
    scheduler = begin(Entry("work", Every(60), work))
    assert shown(scheduler) == Schedule("work", "every minute", False, due(clock, 60), None, None, None)
    clock.advance(59)
    assert work.runs == 0
    for times in (1, 2, 3):
        clock.advance(60)
        entry = ran(scheduler, work, times)
        assert (entry.last, entry.next, entry.problem) == (clock.now(), due(clock, 60), None)


def test_a_schedule_of_cron_runs_at_its_time(begin: Begin, clock: FakeClock) -> None:
    work = Work()
    scheduler = begin(Entry("work", Cron("0 15 * * *", "Europe/Berlin"), work))
    assert shown(scheduler).when == "0 15 * * * (Europe/Berlin)"
    clock.advance(2 * 3600)  # from 12:00 UTC, which is 13:00 in Berlin
    assert ran(scheduler, work, 1).next == due(clock, DAY)


def test_how_long_a_run_took_is_shown_and_the_interval_begins_at_its_end(begin: Begin, clock: FakeClock) -> None:
    work = Work()
    work.let_go.clear()
    scheduler = begin(Entry("work", Every(60), work))
    clock.advance(60)
    until(lambda: work.runs == 1)
    assert shown(scheduler).running
    begun = clock.now()
    clock.advance(200)
    work.let_go.set()
    entry = ran(scheduler, work, 1)
    assert (entry.last, entry.seconds, entry.next) == (begun, 200.0, due(clock, 60))


def test_a_run_never_overlaps_with_the_next(begin: Begin, clock: FakeClock) -> None:
    work = Work()
    work.let_go.clear()
    entry = Entry("work", Cron("* * * * *"), work)
    scheduler = begin(entry)
    clock.advance(60)
    until(lambda: work.runs == 1)
    for _ in range(10):
        clock.advance(60)
        entry.wakeup.set()
    work.let_go.set()
    ran(scheduler, work, 2)  # once for all that woke it meanwhile; the times that passed are over
    assert work.most_at_once == 1


def test_an_entry_that_hangs_delays_no_other(begin: Begin, clock: FakeClock) -> None:
    stuck, work = Work(), Work()
    stuck.let_go.clear()
    scheduler = begin(Entry("stuck", Every(60), stuck), Entry("work", Every(60), work))
    for times in range(1, 6):
        clock.advance(60)
        assert ran(scheduler, work, times).next == due(clock, 60)
    assert (stuck.runs, shown(scheduler, "stuck").running) == (1, True)
    stuck.let_go.set()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Sh0Error("the registry does not answer"), "the registry does not answer"),
        (ValueError("7"), "ValueError: 7"),
        (SystemExit("no"), "SystemExit: no"),
        (Sh0Error("https://me:hunter2@example.org is away"), "https://example.org is away"),
    ],
    ids=lambda case: type(case).__name__,
)
def test_an_entry_that_raises_is_recorded_with_its_problem_and_goes_on_at_its_next_time(
    begin: Begin, clock: FakeClock, records: Records, error: BaseException, said: str
) -> None:
    work = Work()
    work.error = error
    scheduler = begin(Entry("work", Every(60), work))
    for times in (1, 2):
        clock.advance(60)
        entry = ran(scheduler, work, times)
        assert (entry.problem, entry.next) == (said, due(clock, 60))
    [event] = records[EVENTS].where()  # the same problem is not reported twice
    assert (event.kind, event.payload) == (EventType.SCHEDULE_FAILED, SchedulePayload("work", said))
    assert records[SCHEDULES].get("work").problem == said
    work.error = None
    clock.advance(60)
    assert ran(scheduler, work, 3).problem is None


def test_a_problem_that_an_entry_has_reported_itself_is_shown_and_tried_again_soon(
    begin: Begin, clock: FakeClock, records: Records
) -> None:
    work = Work()
    work.problem = "the engine is away"
    scheduler = begin(Entry("work", Every(60), work, retry=5.0))
    clock.advance(60)
    assert ran(scheduler, work, 1).next == due(clock, 5)
    clock.advance(5)
    assert ran(scheduler, work, 2).problem == "the engine is away"
    work.problem = None
    clock.advance(5)
    assert ran(scheduler, work, 3).next == due(clock, 60)
    assert records[EVENTS].where() == []


def test_what_wakes_an_entry_runs_it_at_once(begin: Begin, clock: FakeClock) -> None:
    work = Work()
    entry = Entry("work", Every(60), work)
    entry.wakeup.set()  # before the start as well
    scheduler = begin(entry)
    ran(scheduler, work, 1)
    entry.wakeup.set()
    assert ran(scheduler, work, 2).next == due(clock, 60)


def test_an_entry_without_times_runs_when_it_is_woken_only(begin: Begin, clock: FakeClock) -> None:
    work, other = Work(), Work()
    entry = Entry("work", None, work)
    scheduler = begin(entry, Entry("other", Every(60), other))
    clock.advance(DAY)
    ran(scheduler, other, 1, "other")
    assert work.runs == 0
    entry.wakeup.set()
    assert ran(scheduler, work, 1).next is None


def test_jitter_is_added_to_each_time(begin: Begin, clock: FakeClock) -> None:
    work = Work()
    scheduler = begin(Entry("work", Every(60), work, jitter=30.0), chance=0.5)
    assert shown(scheduler).next == due(clock, 75)
    clock.advance(75)
    assert ran(scheduler, work, 1).next == due(clock, 75)


@pytest.mark.parametrize(("missed", "runs"), [(Missed.SKIP, 0), (Missed.ONCE, 1)])
def test_next_times_outlast_a_restart_and_a_day_off_is_made_up_for_once_or_skipped(
    begin: Begin, clock: FakeClock, missed: Missed, runs: int
) -> None:
    work = Work()
    entry = Entry("work", Cron("0 13 * * *"), work, missed=missed)
    begin(entry).stop(20)
    clock.advance(1800)
    scheduler = begin(entry)
    assert shown(scheduler).next == due(clock, 1800)
    scheduler.stop(20)
    clock.advance(3 * DAY)
    scheduler = begin(entry)
    assert ran(scheduler, work, runs).next == due(clock, 1800)


def test_an_interval_goes_on_after_a_restart_where_it_was(begin: Begin, clock: FakeClock) -> None:
    work = Work()
    entry = Entry("work", Every(3600), work)
    for _ in range(3):  # restarted every 20 minutes, it would never run if each began anew
        scheduler = begin(entry)
        assert work.runs == 0
        scheduler.stop(20)
        clock.advance(1200)
    scheduler = begin(entry)
    ran(scheduler, work, 1)


def test_what_is_not_kept_begins_anew(begin: Begin, clock: FakeClock, records: Records) -> None:
    entry = Entry("work", Every(3600), Work(), kept=False)
    begin(entry).stop(20)
    clock.advance(DAY)
    assert shown(begin(entry)).next == due(clock, 3600)
    assert records[SCHEDULES].where() == []


def test_what_is_no_entry_any_more_is_forgotten(begin: Begin, records: Records) -> None:
    records[SCHEDULES].insert(ScheduledRun("former", None, None, None, None))
    begin(Entry("work", Every(60), Work()))
    assert [each.name for each in records[SCHEDULES].where()] == ["work"]


def test_a_machine_that_slept_runs_what_was_missed_once_or_not_at_all(begin: Begin, clock: FakeClock) -> None:
    once, skipped = Work(), Work()
    scheduler = begin(
        Entry("once", Cron("0 * * * *"), once), Entry("skipped", Cron("0 * * * *"), skipped, missed=Missed.SKIP)
    )
    clock.advance(DAY + 1800)
    assert ran(scheduler, once, 1, "once").next == due(clock, 1800)
    until(lambda: shown(scheduler, "skipped").next == due(clock, 1800))
    assert skipped.runs == 0


def test_closing_waits_for_a_run_and_begins_none_after_it(begin: Begin, clock: FakeClock, records: Records) -> None:
    work = Work()
    work.let_go.clear()
    entry = Entry("work", Every(60), work)
    scheduler = begin(entry)
    clock.advance(60)
    until(lambda: work.runs == 1)
    entry.wakeup.set()
    closes = threading.Thread(target=scheduler.stop, args=(20,))
    closes.start()
    assert closes.is_alive()
    work.let_go.set()
    closes.join(20)
    clock.advance(DAY)
    assert (work.runs, work.at_once) == (1, 0)
    assert records[SCHEDULES].get("work").last is not None


def test_closing_during_a_run_that_does_not_end_takes_no_longer_than_its_time(begin: Begin, clock: FakeClock) -> None:
    work = Work()
    work.let_go.clear()
    scheduler = begin(Entry("work", Every(60), work))
    clock.advance(60)
    until(lambda: work.runs == 1)
    begun = time.monotonic()
    scheduler.stop(0.1)
    assert time.monotonic() - begun < 10
    work.let_go.set()


def test_a_run_that_closing_cuts_off_comes_again_after_the_start(begin: Begin, clock: FakeClock) -> None:
    work = Work()
    work.let_go.clear()
    entry = Entry("work", Every(3600), work)
    scheduler = begin(entry)
    clock.advance(3600)
    until(lambda: work.runs == 1)
    scheduler.stop(0)
    begin(entry)  # the first run has written nothing yet, as if it had been killed
    until(lambda: work.runs == 2)
    work.let_go.set()


def test_a_full_disk_stops_no_entry(
    begin: Begin, clock: FakeClock, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work()
    work.error = Sh0Error("no room")
    scheduler = begin(Entry("work", Every(60), work))

    def full(*_: object) -> None:
        raise DiskFull("there is no room left")

    monkeypatch.setattr(records[SCHEDULES], "save", full)
    monkeypatch.setattr(records[EVENTS], "insert", full)
    for times in (1, 2):
        clock.advance(60)
        assert ran(scheduler, work, times).problem == "no room"


def owned(clock: FakeClock, work: Work, times: list[datetime | None], name: str = "work") -> Entry:
    """An entry whose owner says when it is due: the next of these times at each run."""

    def run() -> str | None:
        times.pop(0)
        return work()

    return Entry(name, None, run, kept=False, due=lambda: times[0])


def test_an_owner_says_when_its_entry_is_due_and_is_asked_after_each_run(begin: Begin, clock: FakeClock) -> None:
    work, now = Work(), clock.now()
    scheduler = begin()
    scheduler.put(owned(clock, work, [now, now + timedelta(seconds=60), None]))
    until(lambda: work.runs == 1 and scheduler.next("work") == now + timedelta(seconds=60))
    clock.advance(60)
    until(lambda: work.runs == 2 and scheduler.next("work") is None)
    assert scheduler.list() == (), "its times are its owner's, not the platform's"


def test_what_is_removed_begins_no_more_and_what_is_put_again_does(begin: Begin, clock: FakeClock) -> None:
    work, later = Work(), clock.now() + timedelta(seconds=60)
    scheduler = begin()
    scheduler.put(owned(clock, work, [later, None]))
    scheduler.remove("work")
    scheduler.remove("never was")
    other = Work()
    scheduler.put(owned(clock, other, [later, None], name="other"))
    clock.advance(60)
    until(lambda: other.runs == 1)
    assert work.runs == 0
    scheduler.put(owned(clock, work, [later, None]))
    until(lambda: work.runs == 1)


def test_what_is_put_while_its_predecessor_runs_waits_for_the_end_of_that(begin: Begin, clock: FakeClock) -> None:
    work, now = Work(), clock.now()
    work.let_go.clear()
    scheduler = begin()
    scheduler.put(owned(clock, work, [now, None]))
    until(lambda: work.runs == 1)
    scheduler.remove("work")
    scheduler.put(owned(clock, work, [now, None]))
    work.let_go.set()
    until(lambda: work.runs == 2 and scheduler.next("work") is None)
    assert work.most_at_once == 1


def test_an_entry_that_is_removed_while_it_runs_is_gone_at_its_end(
    begin: Begin, clock: FakeClock, records: Records
) -> None:
    work = Work()
    scheduler = begin(Entry("work", Every(60), work))
    work.let_go.clear()
    clock.advance(60)
    until(lambda: work.runs == 1)
    scheduler.remove("work")
    assert scheduler.list() == ()
    work.let_go.set()
    until(lambda: records[SCHEDULES].find("work") is None)
    clock.advance(60)
    assert scheduler.next("work") is None
    assert work.runs == 1


def test_an_owner_whose_entry_fails_is_not_asked_to_run_at_once_again(begin: Begin, clock: FakeClock) -> None:
    work, now = Work(), clock.now()
    work.error = DiskFull("there is no room left")
    scheduler = begin()
    scheduler.put(owned(clock, work, [now, now, None]))
    until(lambda: work.runs == 1 and scheduler.next("work") == now + timedelta(seconds=30))
    work.error = None
    clock.advance(30)
    until(lambda: work.runs == 2 and scheduler.next("work") is None)


def test_an_owner_that_cannot_say_is_asked_again(begin: Begin, clock: FakeClock) -> None:
    work, answers = Work(), [DiskFull("there is no room left")]

    def due() -> datetime | None:
        if answers:
            raise answers.pop()
        return None

    scheduler = begin()
    scheduler.put(Entry("work", None, work, kept=False, due=due))
    assert scheduler.next("work") == clock.now() + timedelta(seconds=30)


@pytest.mark.parametrize("seconds", [-7200, 7200], ids=["back", "forward"])
def test_an_owner_is_asked_again_where_somebody_sets_the_clock(begin: Begin, clock: FakeClock, seconds: int) -> None:
    asked: list[datetime] = []

    def due() -> datetime | None:
        asked.append(clock.now())
        return clock.now() + timedelta(hours=12)

    scheduler = begin()
    scheduler.put(Entry("work", None, Work(), kept=False, due=due))
    clock.set(clock.now() + timedelta(seconds=seconds))
    scheduler.put(Entry("other", None, Work(), kept=False, due=lambda: None))
    until(lambda: len(asked) == 2)
    assert scheduler.next("work") == clock.now() + timedelta(hours=12)


def test_two_hundred_entries_cost_nothing_while_none_is_due(begin: Begin, clock: FakeClock) -> None:
    scheduler, later = begin(), clock.now() + timedelta(days=1)
    for number in range(200):
        scheduler.put(owned(clock, Work(), [later, None], name=f"work-{number}"))
    before = threading.active_count()
    spent = time.process_time()
    clock.advance(60)
    assert threading.active_count() == before, "an entry that waits has no thread"
    assert time.process_time() - spent < 0.1
