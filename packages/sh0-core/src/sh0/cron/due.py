"""When a job is due next, and for which of its times. Pure.

Each of a job's times is dealt with once: `JobProgress.last` moves on in the transaction that begins a run, or says why
there is none. So a restart, or a clock that is set back, brings no time a second time.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

import attrs

from sh0.jobs.schedule import Cron
from sh0.records.cron import CronJob, JobProgress

LATE = timedelta(minutes=1)
"""A run that would begin later than this was missed: the platform, or the machine, was away."""

_CORRECTION = timedelta(days=1)
"""A clock that is set back further had been wrong: the times that it had shown count no more."""


@attrs.frozen
class Due:
    """A run that is to begin.

    Attributes:
        instant: Which of the job's times it is for.
        at: When it begins: then, or a little later.
        attempt: Which attempt at that time.
    """

    instant: datetime
    at: datetime
    attempt: int = 1


def is_suspended(job: CronJob, progress: JobProgress) -> bool:
    """Whether a job does not run at its times: as an operator has said, else as the job itself says."""
    return job.suspended if progress.suspended is None else progress.suspended


def due(job: CronJob, progress: JobProgress) -> Due | None:
    """The next run of a job, which may be late already; None if it has none."""
    if is_suspended(job, progress):
        return None
    retry = progress.retry
    again = None if retry is None else Due(retry.instant, retry.at, retry.attempt)
    instant = Cron(job.schedule, job.timezone).after(dealt_with(progress))
    if instant is None:
        return again
    planned = Due(instant, instant + delay(progress.app, job, instant))
    return planned if again is None or planned.at <= again.at else again


def is_late(due: Due, now: datetime) -> bool:
    """Whether a time was missed."""
    return due.attempt == 1 and now - due.at > LATE


def moved_on(progress: JobProgress, due: Due, now: datetime) -> JobProgress:
    """How far a job has come with a time that is dealt with. One that was missed takes along those up to now."""
    if due.attempt > 1:
        return attrs.evolve(progress, retry=None)
    since = now if is_late(due, now) else min(progress.since, due.instant)
    return attrs.evolve(progress, last=due.instant, since=since, retry=None)


def dealt_with(progress: JobProgress) -> datetime:
    """The moment up to which every time of a job is dealt with."""
    return max(progress.since, progress.last or progress.since)


def corrected(progress: JobProgress, now: datetime) -> JobProgress:
    """How far a job has come, without what a clock has brought that was far ahead."""
    since = now if progress.since - now > _CORRECTION else progress.since
    last = None if progress.last is not None and progress.last - now > _CORRECTION else progress.last
    return attrs.evolve(progress, since=since, last=last)


def delay(app: str, job: CronJob, instant: datetime) -> timedelta:
    """How much later than its time a run begins: always the same for one time, and another one for each job."""
    digest = hashlib.sha256(f"{app}/{job.name}/{instant.isoformat()}".encode()).digest()
    return timedelta(seconds=round(job.jitter * int.from_bytes(digest[:4]) / (1 << 32), 3))


def next_times(job: CronJob, progress: JobProgress, now: datetime, count: int = 5) -> tuple[datetime, ...]:
    """The next times of a job, without the delay by which it may begin later; none while it is suspended."""
    if is_suspended(job, progress):
        return ()
    moment = max(now, dealt_with(progress))
    return tuple(islice(_times(job, moment), count))


def _times(job: CronJob, moment: datetime) -> Iterator[datetime]:
    schedule, found = Cron(job.schedule, job.timezone), moment
    while (following := schedule.after(found)) is not None:
        yield following
        found = following
