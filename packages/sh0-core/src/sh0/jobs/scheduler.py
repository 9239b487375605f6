"""Runs what is due, each entry on a thread of its own, and keeps when it is due next."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import attrs

from sh0.errors import Sh0Error
from sh0.jobs import schedule
from sh0.jobs.schedule import When
from sh0.jobs.wakeup import Wakeup
from sh0.journal.journal import Journal
from sh0.ports.clock import Clock
from sh0.records.event_payloads import SchedulePayload
from sh0.records.event_types import EventType
from sh0.records.schedule import SCHEDULES, Missed, Schedule, ScheduledRun
from sh0.sensitive import masked
from sh0.store import Records

log = logging.getLogger("sh0.scheduler")

_JUMP = 2.0  # seconds by which the clock differs from the time that has passed, where somebody has set it
_PAUSE = 30.0  # seconds after which an entry of another's times that had a problem is tried again
_CHANCE = random.Random()  # not the source that whoever embeds a platform may have seeded


@attrs.frozen(eq=False)
class Entry:
    """Something that is done again and again.

    Attributes:
        name: Its name, unique on a platform.
        when: Its times; None for what nothing but its wakeup begins.
        work: Does it. What it returns is a problem that it has reported itself, or None; what it raises is one that is
            reported for it.
        missed: What becomes of a time that passed while the platform was not there.
        jitter: Most seconds that a run begins later than its time.
        retry: Seconds after which a run with a problem is tried again, if that is before its time.
        kept: Whether its next time outlasts a restart.
        wakeup: Brings it forward.
        due: Says when it is due next, for an entry whose owner keeps its times. It is asked at first, after each run,
            and where somebody has set the clock. Such an entry has neither `when` nor what follows from it.
    """

    name: str
    when: When | None
    work: Callable[[], str | None]
    missed: Missed = Missed.ONCE
    jitter: float = 0.0
    retry: float | None = None
    kept: bool = True
    wakeup: Wakeup = attrs.field(factory=Wakeup)
    due: Callable[[], datetime | None] | None = None


@attrs.define(eq=False)
class _Status:
    entry: Entry
    run: ScheduledRun
    thread: threading.Thread | None = None
    removed: bool = False
    replaced: bool = False

    @classmethod
    def of(cls, entry: Entry) -> "_Status":
        return cls(entry, ScheduledRun(entry.name, None, None, None, None))


class Scheduler:
    """Runs entries at their times. One that hangs holds up nothing but itself.

    Args:
        entries: What there is to do.
        records: Where next times are kept.
        clock: Tells the time, and waits for it.
        journal: Receives what failed.
        redact: Takes the secrets of apps out of what has gone wrong.
        chance: A number from 0 to 1, for jitter.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        records: Records,
        clock: Clock,
        journal: Journal,
        redact: Callable[[str], str] = masked,
        chance: Callable[[], float] = _CHANCE.random,
    ) -> None:
        self._records, self._clock, self._journal = records, clock, journal
        self._redact, self._chance = redact, chance
        self._changed, self._closing = threading.Event(), False
        self._lock = threading.RLock()  # held to change what there is, and what of it runs
        self._statuses = {each.name: _Status.of(each) for each in entries}
        self._offset = self._clock_offset()
        self._thread = threading.Thread(target=self._serve, name="sh0-scheduler", daemon=True)

    def start(self) -> None:
        """Begin, with the next times that were kept."""
        now = self._clock.now()
        for kept in self._records[SCHEDULES].where():
            if kept.name not in self._statuses:
                self._records[SCHEDULES].delete(kept.name)
        for status in self._those():
            self._prepare(status, now)
        self._thread.start()

    def put(self, entry: Entry) -> None:
        """Add an entry, or replace the one of its name. What runs of that goes on, and nothing overlaps with it."""
        with self._lock:
            status = self._statuses.get(entry.name)
            if status is not None:
                status.entry, status.removed = entry, False
            if status is not None and status.thread is not None:
                status.replaced = True
                return
        status = status or _Status.of(entry)
        self._prepare(status, self._clock.now())
        with self._lock:
            self._statuses[entry.name] = status
        self._changed.set()

    def remove(self, name: str) -> None:
        """Begin no more of an entry; what runs of it goes on. Nothing happens where there is none of that name."""
        with self._lock:
            status = self._statuses.get(name)
            if status is None:
                return
            status.removed = True
            if status.thread is None:
                self._forget(status)
        self._changed.set()

    def list(self) -> tuple[Schedule, ...]:
        """Every entry whose times are kept here, and how it went."""
        own = (status for status in self._those() if status.entry.due is None and not status.removed)
        return tuple(self._shown(status) for status in sorted(own, key=lambda each: each.entry.name))

    def next(self, name: str) -> datetime | None:
        """When an entry begins next; None where it never does, or there is none of that name."""
        with self._lock:
            status = self._statuses.get(name)
            return None if status is None or status.removed else status.run.next

    def _those(self) -> Sequence[_Status]:
        with self._lock:
            return tuple(self._statuses.values())

    def _prepare(self, status: _Status, now: datetime) -> None:
        """Find out when it is due for the first time."""
        entry = status.entry
        if entry.kept and entry.due is None:
            status.run = self._records[SCHEDULES].find(entry.name) or status.run
        if entry.when is not None:
            jitter = entry.jitter * self._chance()
            next_time = schedule.resumed(entry.when, status.run.next, now, entry.missed, jitter)
            status.run = attrs.evolve(status.run, next=next_time)
        if entry.due is not None:
            status.run = attrs.evolve(status.run, next=self._asked(entry))
        self._keep(status)
        entry.wakeup.attach(self._changed.set)

    def _asked(self, entry: Entry) -> datetime | None:
        """When an entry is due of which its owner says that; soon again, where the owner cannot say."""
        try:
            return None if entry.due is None else entry.due()
        except Exception as error:
            if not self._closing:
                log.warning("the next time of %s could not be found out: %s", entry.name, error)
            return self._clock.now() + timedelta(seconds=entry.retry or _PAUSE)

    def _forget(self, status: _Status) -> None:
        self._statuses.pop(status.entry.name, None)
        if status.entry.kept and status.entry.due is None:
            with suppress(Sh0Error):  # it is removed at the next start
                self._records[SCHEDULES].delete(status.entry.name)

    def stop(self, timeout: float) -> None:
        """Begin nothing more, and wait for what runs.

        Args:
            timeout: Most seconds to wait, for all of it together.
        """
        self._closing = True
        self._changed.set()
        ends = time.monotonic() + timeout
        for thread in [self._thread, *(status.thread for status in self._those())]:
            if thread is not None and thread.is_alive():
                thread.join(max(0.0, ends - time.monotonic()))

    @staticmethod
    def _shown(status: _Status) -> Schedule:
        entry, run = status.entry, status.run
        when = "when there is a reason" if entry.when is None else str(entry.when)
        running = status.thread is not None
        return Schedule(entry.name, when, running, run.next, run.last, run.seconds, run.problem)

    def _serve(self) -> None:
        while not self._closing:
            self._changed.clear()
            self._follow_clock()
            for status in self._those():
                if status.thread is None and not status.removed and self._is_due(status):
                    name = f"sh0-schedule-{status.entry.name}"
                    status.thread = threading.Thread(target=self._run, args=(status,), name=name, daemon=True)
                    status.thread.start()
            waiting = [status.run.next for status in self._those() if status.thread is None]
            self._clock.wait(self._changed, min((each for each in waiting if each is not None), default=None))

    def _clock_offset(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _follow_clock(self) -> None:
        """Where somebody has set the clock, ask again when those are due whose owner knows."""
        offset = self._clock_offset()
        if abs(offset - self._offset) > _JUMP:
            for status in self._those():
                if status.entry.due is not None and status.thread is None:
                    status.run = attrs.evolve(status.run, next=self._asked(status.entry))
        self._offset = offset

    def _is_due(self, status: _Status) -> bool:
        entry, planned, now = status.entry, status.run.next, self._clock.now()
        if entry.wakeup.take():
            return True
        if planned is None:
            return False
        if entry.when is None:
            return entry.due is not None and planned <= now
        if planned > now:
            near = schedule.bounded(entry.when, planned, now, entry.jitter)
            status.run = attrs.evolve(status.run, next=near)
            return False
        if schedule.is_skipped(planned, now, entry.missed):
            self._plan(status)
            return False
        return True

    def _plan(self, status: _Status) -> None:
        entry, run = status.entry, status.run
        if entry.when is not None:
            now, jitter = self._clock.now(), entry.jitter * self._chance()
            again = schedule.retried(entry.when, now, entry.retry) if run.problem else None
            status.run = attrs.evolve(run, next=again or schedule.following(entry.when, now, jitter))
        elif entry.due is not None:
            asked, soonest = self._asked(entry), self._clock.now() + timedelta(seconds=entry.retry or _PAUSE)
            status.run = attrs.evolve(run, next=max(asked, soonest) if asked and run.problem else asked)

    def _run(self, status: _Status) -> None:
        entry, before = status.entry, status.run.problem
        begun, clock = self._clock.now(), self._clock.monotonic()
        problem = self._attempt(entry, before)
        seconds = round(self._clock.monotonic() - clock, 4)
        status.run = attrs.evolve(status.run, last=begun, seconds=seconds, problem=problem)
        while status.thread is not None:
            self._plan(status)
            self._keep(status)
            self._end(status)
        self._changed.set()

    def _end(self, status: _Status) -> None:
        """End a run, unless its entry is another one by now, for which the next time has to be found out again."""
        with self._lock:
            again, status.replaced = status.replaced and not status.removed, False
            if not again:
                status.thread = None
            if status.removed:
                self._forget(status)

    def _attempt(self, entry: Entry, before: str | None) -> str | None:
        try:
            return entry.work()
        except BaseException as error:  # an entry that exits ends its own run, and comes again
            problem = self._said(error)
            if not self._closing and problem != before:
                self._report(entry, problem, error)
            return problem

    def _said(self, error: BaseException) -> str:
        try:
            return self._redact(error.message if isinstance(error, Sh0Error) else f"{type(error).__name__}: {error}")
        except Exception:  # what cannot be redacted is not shown
            return type(error).__name__

    def _report(self, entry: Entry, problem: str, error: BaseException) -> None:
        known = isinstance(error, Sh0Error)
        log.error("%s failed: %s", entry.name, problem, exc_info=None if known else error)
        try:
            self._journal.emit(EventType.SCHEDULE_FAILED, SchedulePayload(entry.name, problem), problem)
        except Exception as unwritten:  # a full disk may be what has failed
            log.error("the event of that could not be written: %s", unwritten)

    def _keep(self, status: _Status) -> None:
        """Write down when it is due; without that, a restart plans anew."""
        if status.entry.kept and status.entry.due is None:
            try:
                self._records[SCHEDULES].save(status.run)
            except Exception as error:
                if not self._closing:
                    log.warning("the next time of %s could not be kept: %s", status.entry.name, error)
