"""What is kept of jobs, and how it moves on: each change in one transaction."""

from datetime import datetime

import attrs

from sh0.commands.by_time import run_of_time
from sh0.cron.due import Due, corrected, moved_on
from sh0.cron.jobs import KnownJob, jobs_of
from sh0.cron.listing import CronRun, history
from sh0.records.app import APPS
from sh0.records.command import COMMAND_RUNS, UNFINISHED, CommandRun
from sh0.records.cron import (
    ADDED_JOBS,
    OPEN_ATTEMPTS,
    PROGRESS,
    SKIPPED_TIMES,
    TABLES,
    CronJob,
    JobProgress,
    OpenAttempt,
    SkippedTime,
)
from sh0.store import Records

_KEPT = 50
"""Times without a run that are kept of a job; several in a row for the same reason count as one."""


class JobStore:
    """Jobs of apps and how far they have come.

    Args:
        records: Where they are kept.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    def known(self, app: str) -> dict[str, KnownJob]:
        """The jobs of an app by name; none of an app that there is not."""
        record = self._records[APPS].find(app)
        return {} if record is None else jobs_of(record, self._records[ADDED_JOBS].where(app=app))

    def all(self) -> tuple[KnownJob, ...]:
        """The jobs of all apps."""
        added = self._records[ADDED_JOBS].where()
        return tuple(job for app in self._records[APPS].where(order="name") for job in jobs_of(app, added).values())

    def progress(self, app: str, job: CronJob, now: datetime) -> JobProgress:
        """How far a job has come. One that is new, or has another schedule than before, begins now."""
        found = self._records[PROGRESS].find(app, job.name)
        if found is None:
            return JobProgress(app, job.name, job.when, since=now)
        if found.schedule != job.when:
            return attrs.evolve(corrected(found, now), schedule=job.when, since=now, retry=None)
        return corrected(found, now)

    def keep(self, progress: JobProgress) -> None:
        """Keep how far a job has come."""
        self._records[PROGRESS].save(progress)

    def recorded(self, app: str, name: str) -> JobProgress | None:
        """How far a job had come that may be gone; None where that is not known."""
        return self._records[PROGRESS].find(app, name)

    def adopted(self, app: str, job: CronJob, now: datetime) -> JobProgress:
        """How far a job has come, which is kept from here on."""
        with self._records.transaction():
            progress = self.progress(app, job, now)
            if progress != self.recorded(app, job.name):
                self.keep(progress)
        return progress

    def fail(self, app: str, job: CronJob, problem: str, now: datetime) -> JobProgress:
        """A run could not begin. Returns how far the job has come by now."""
        with self._records.transaction():
            progress = self.progress(app, job, now)
            failed = attrs.evolve(progress, failures=progress.failures + 1, problem=problem, reported=now)
            self.keep(failed)
        return failed

    def retire(self, app: str, name: str) -> None:
        """Keep of a job that is gone what holds if it comes back: which of its times was the last."""
        if self._records[PROGRESS].find(app, name) is not None:
            self._records[PROGRESS].change(app, name, schedule="", retry=None)

    def history(self, app: str, name: str, limit: int) -> tuple[CronRun, ...]:
        """Runs of a job and times without one, newest first."""
        runs = self._records[COMMAND_RUNS].where(order="number desc", limit=limit, app=app, cron=name)
        skipped = self._records[SKIPPED_TIMES].where(order="instant desc", limit=limit, app=app, name=name)
        return history(runs, skipped, limit)

    def running(self, app: str, name: str) -> tuple[CommandRun, ...]:
        """Runs of a job that have not ended, oldest first."""
        return tuple(self._records[COMMAND_RUNS].where(UNFINISHED, order="number", app=app, cron=name))

    def run_for(self, app: str, name: str, due: Due) -> CommandRun | None:
        """The run that has begun for a time of a job, if there is one."""
        return run_of_time(self._records, app, name, due.instant, due.attempt)

    def begun(self, app: str, job: CronJob, due: Due | None, run: CommandRun, now: datetime) -> None:
        """A run has begun.

        Args:
            app: Name of the app.
            job: The job.
            due: For which of its times; None for none.
            run: The run.
            now: The time.
        """
        with self._records.transaction():
            self._records[OPEN_ATTEMPTS].save(OpenAttempt(run.id, app, job.name))
            progress = self.progress(app, job, now)
            self.keep(progress if due is None else moved_on(progress, due, now))

    def skipped(self, app: str, job: CronJob, due: Due, reason: str, now: datetime) -> JobProgress:
        """Nothing runs at a time. Returns how far the job has come by now."""
        table, name = self._records[SKIPPED_TIMES], job.name
        with self._records.transaction():
            progress = self.progress(app, job, now)
            before = next(iter(table.where(order="instant desc", limit=1, app=app, name=name)), None)
            skip = SkippedTime(app, name, due.instant, reason, 1, due.instant)
            if before is not None and before.reason == reason and before.instant == progress.last:
                table.delete(app, name, before.instant.isoformat())
                skip = attrs.evolve(skip, times=before.times + 1, first=before.first)
            table.save(skip)
            for old in table.where(order="instant desc", app=app, name=name)[_KEPT:]:
                table.delete(app, name, old.instant.isoformat())
            moved = moved_on(progress, due, now)
            self.keep(moved)
        return moved

    def suspend(self, app: str, job: CronJob, suspended: bool, now: datetime) -> None:
        """Say that a job does not run at its times, or that it does from now on."""
        with self._records.transaction():
            progress = attrs.evolve(self.progress(app, job, now), suspended=suspended)
            self.keep(attrs.evolve(progress, retry=None) if suspended else attrs.evolve(progress, since=now))

    def forget(self, app: str, name: str) -> None:
        """Remove a job that an operator has added, and what an operator has said of it."""
        with self._records.transaction():
            self._records[ADDED_JOBS].delete(app, name)
            if self._records[PROGRESS].find(app, name) is not None:
                self._records[PROGRESS].change(app, name, suspended=None, retry=None)

    def prune(self) -> None:
        """Remove what is left of apps that there are no more."""
        for table in TABLES:
            self._records.database.execute(f"delete from {table} where app not in (select name from apps)")
