"""What operations say of jobs: each with how it went, and its history. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import attrs

from sh0.cron.due import due, is_suspended, next_times
from sh0.cron.jobs import JobOrigin, KnownJob
from sh0.records.command import CommandEnd, CommandRun
from sh0.records.cron import CronJob, JobProgress, SkippedTime
from sh0.records.run import RunState
from sh0.records.schedule import Schedule


class CronState(StrEnum):
    """How a run of a job stands.

    Attributes:
        RUNNING: It goes on.
        DONE: It ended with exit code 0.
        FAILED: It did not.
        CANCELLED: Somebody stopped it, or a later run took its place.
        SKIPPED: There was none, for a reason.
    """

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


@attrs.frozen
class CronRun:
    """A run of a job, or a time at which there was none.

    Attributes:
        instant: The time that it was for; None for a run that somebody asked for.
        state: How it stands.
        attempt: Which attempt at that time.
        run: Id of the run, by which its output is read; None where there was none.
        started: When its container was started.
        seconds: How long it took.
        exit_code: Exit code of its program.
        reason: Why it ended as it did, or why there was none.
        times: How many times in a row were left out for that reason, up to this one.
        requested_by: Who asked for it.
    """

    instant: datetime | None
    state: CronState
    attempt: int = 1
    run: str | None = None
    started: datetime | None = None
    seconds: float | None = None
    exit_code: int | None = None
    reason: str = ""
    times: int = 1
    requested_by: str = ""


@attrs.frozen
class ListedJob:
    """A job of an app, or of the platform itself, and how it went.

    Attributes:
        app: Name of the app; None for a job of the platform.
        name: Name of the job.
        when: When it runs.
        command: What it runs; empty for a job of the platform.
        origin: Where it is said: in the version that is live, by an operator, or in the platform.
        hides: Whether the live version declares one of the same name, which does not run because of this one.
        suspended: Whether it does not run at its times.
        running: Whether it runs just now.
        next: When it runs next.
        last: When it ran last.
        state: How that stands.
        problem: What went wrong then.
    """

    app: str | None
    name: str
    when: str
    command: str
    origin: JobOrigin
    hides: bool
    suspended: bool
    running: bool
    next: datetime | None
    last: datetime | None
    state: CronState | None
    problem: str | None


@attrs.frozen
class JobDetails:
    """A job of an app with all that is set.

    Attributes:
        app: Name of the app.
        job: The job.
        origin: Where it is said: in the version that is live, or by an operator.
        hides: Whether the live version declares one of the same name, which does not run because of this one.
        suspended: Whether it does not run at its times.
        next: Its next times, as they are planned; jitter comes on top.
        failures: How many of its times have failed, one after the other.
        problem: What went wrong the last time.
        last: How its last run stands, or why there was none.
    """

    app: str
    job: CronJob
    origin: JobOrigin
    hides: bool
    suspended: bool
    next: tuple[datetime, ...]
    failures: int
    problem: str | None
    last: CronRun | None


def history(runs: Iterable[CommandRun], skipped: Iterable[SkippedTime], limit: int) -> tuple[CronRun, ...]:
    """Runs of a job and times without one, newest first."""
    found = [(run.created, run_of(run)) for run in runs]
    found += [
        (each.instant, CronRun(each.instant, CronState.SKIPPED, reason=each.reason, times=each.times))
        for each in skipped
    ]
    found.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(each for _, each in found[:limit])


def run_of(run: CommandRun) -> CronRun:
    """A command as a run of its job."""
    ended = run.finished if run.started is not None else None
    seconds = None if ended is None or run.started is None else round((ended - run.started).total_seconds(), 3)
    return CronRun(
        instant=run.instant,
        state=_state(run),
        attempt=run.attempt,
        run=run.id,
        started=run.started,
        seconds=seconds,
        exit_code=run.exit_code,
        reason=_reason(run),
        requested_by=run.requested_by,
    )


def _state(run: CommandRun) -> CronState:
    if not run.state.ended:
        return CronState.RUNNING
    if run.state is RunState.DONE:
        return CronState.DONE
    return CronState.CANCELLED if run.state is RunState.CANCELLED else CronState.FAILED


def _reason(run: CommandRun) -> str:
    if run.failure is not None:
        return run.failure.message
    return "" if run.end in (None, CommandEnd.EXITED) else run.end.value


def listed(job: KnownJob, progress: JobProgress, last: CronRun | None, *, running: bool) -> ListedJob:
    """A job of an app, as it stands in the list."""
    planned = due(job.job, progress)
    return ListedJob(
        app=job.app,
        name=job.job.name,
        when=job.job.when,
        command=job.job.said,
        origin=job.origin,
        hides=job.hides,
        suspended=is_suspended(job.job, progress),
        running=running,
        next=None if planned is None else planned.at,
        last=None if last is None else last.started or last.instant,
        state=None if last is None else last.state,
        problem=progress.problem,
    )


def of_platform(schedule: Schedule) -> ListedJob:
    """A job of the platform itself, as it stands in the list."""
    state = None if schedule.last is None else CronState.FAILED if schedule.problem else CronState.DONE
    return ListedJob(
        app=None,
        name=schedule.name,
        when=schedule.when,
        command="",
        origin=JobOrigin.PLATFORM,
        hides=False,
        suspended=False,
        running=schedule.running,
        next=schedule.next,
        last=schedule.last,
        state=state,
        problem=schedule.problem,
    )


def details(job: KnownJob, progress: JobProgress, last: Sequence[CronRun], now: datetime) -> JobDetails:
    """A job of an app with all that is set."""
    return JobDetails(
        app=job.app,
        job=job.job,
        origin=job.origin,
        hides=job.hides,
        suspended=is_suspended(job.job, progress),
        next=next_times(job.job, progress, now),
        failures=progress.failures,
        problem=progress.problem,
        last=last[0] if last else None,
    )
