"""What is done when a job is due, and when a run of it has ended."""

import logging
from datetime import datetime

from sh0.commands.commands import Commands
from sh0.context import Context
from sh0.cron.consequences import consequences
from sh0.cron.due import Due, due
from sh0.cron.pings import Ping, Pings
from sh0.cron.request import request_of
from sh0.cron.store import JobStore
from sh0.cron.turn import Skip, turn
from sh0.errors import (
    CommandFailed,
    DatabaseLocked,
    DiskFull,
    EngineUnavailable,
    ServerUnreachable,
    Sh0Error,
    WrongState,
)
from sh0.jobs.runs import Runs
from sh0.jobs.wakeup import Wakeup
from sh0.records.app import APPS
from sh0.records.command import COMMAND_RUNS, CommandReason, CommandRun
from sh0.records.cron import OPEN_ATTEMPTS, Concurrency, CronJob, JobProgress, OpenAttempt
from sh0.records.event_payloads import CronPayload
from sh0.records.event_types import EventType
from sh0.records.run import RunState

_BY = "cron"
_STOPPING = 60.0  # seconds that a run which is replaced has to end
_LATER = (EngineUnavailable, ServerUnreachable, DiskFull, DatabaseLocked)  # what is better in a moment

log = logging.getLogger("sh0.cron")


class CronRunner:
    """Begins runs of jobs, and draws the consequences of their ends.

    Args:
        context: Apps, and the time.
        store: Has the jobs.
        commands: Begins the runs.
        runs: Stops them.
        pings: Tells others of them.

    Attributes:
        wakeup: Set when consequences are to be drawn.
    """

    def __init__(
        self, context: Context, store: JobStore, commands: Commands, runs: Runs[CommandRun], pings: Pings
    ) -> None:
        self._context, self._records = context, context.records
        self._store, self._commands, self._runs, self._pings = store, commands, runs, pings
        self.wakeup = Wakeup()

    def due(self, app: str, name: str) -> datetime | None:
        """When a job is due next; None if it has no time, or there is no such job any more."""
        known, now = self._store.known(app).get(name), self._context.clock.now()
        if known is None:
            return None
        found = due(known.job, self._store.adopted(app, known.job, now))
        return None if found is None else found.at

    def run_due(self, app: str, name: str) -> None:
        """Deal with the time of a job that has come, if one has."""
        known, now = self._store.known(app).get(name), self._context.clock.now()
        if known is None:
            return
        job = known.job
        planned = due(job, self._store.adopted(app, job, now))
        if planned is None or planned.at > now:
            return
        if (run := self._store.run_for(app, name, planned)) is not None:  # a crash came before it was written down
            self._begun(app, job, planned, run)
            return
        what = turn(planned, job, self._records[APPS].get(app), self._store.running(app, name), now)
        if isinstance(what, Skip):
            self._store.skipped(app, job, planned, what.reason, now)
            return
        try:
            for each in what.stopping:
                self._stop(each)
            self._begin(app, job, planned)
        except _LATER:
            raise
        except Sh0Error as error:
            self._store.skipped(app, job, planned, f"it could not begin: {error.message}", now)
            self._failed(self._store.fail(app, job, error.message, now), None, error.message)

    def run_now(self, app: str, job: CronJob, requested_by: str) -> CommandRun:
        """Run a job once, whatever its times are.

        Raises:
            WrongState: A run goes on, and the job forbids another one; or the app cannot run it.
            EngineUnavailable: The engine of its server does not answer.
        """
        running = self._store.running(app, job.name)
        if running and job.concurrency is Concurrency.FORBID:
            raise WrongState(
                f"{running[0].id} is still running, and {job.name} forbids another run",
                hint=f"Wait for it, or stop it: sh0 runs stop {app} {running[0].number}",
            )
        if job.concurrency is Concurrency.REPLACE:
            for each in running:
                self._stop(each)
        return self._begin(app, job, None, requested_by)

    def _begin(self, app: str, job: CronJob, planned: Due | None, requested_by: str = _BY) -> CommandRun:
        run = self._commands.begin(app, request_of(job, planned), requested_by, CommandReason.CRON)
        self._begun(app, job, planned, run)
        self._pings.send(job.ping, Ping.START)
        return run

    def _begun(self, app: str, job: CronJob, planned: Due | None, run: CommandRun) -> None:
        self._store.begun(app, job, planned, run, self._context.clock.now())
        if self._records[COMMAND_RUNS].get(run.id).state.ended:
            self.wakeup.set()  # it had ended before anybody knew that something follows from it

    def _stop(self, run: CommandRun) -> None:
        """Stop a run, and wait until it has ended.

        Raises:
            WrongState: It has not, in time.
        """
        try:
            self._runs.cancel(run.app, run.id)
            self._runs.wait(run.app, run.id, _STOPPING)
        except (WrongState, CommandFailed):
            pass  # it has ended, one way or the other, or has not
        if not self._records[COMMAND_RUNS].get(run.id).state.ended:
            raise WrongState(
                f"{run.id} did not stop within {_STOPPING:g} s", hint=f"Stop it: sh0 runs stop {run.app} {run.id}"
            )

    def settle(self) -> frozenset[tuple[str, str]]:
        """Draw the consequences of runs that have ended. Returns the jobs that they are of, by app and name."""
        return frozenset(
            (attempt.app, attempt.name) for attempt in self._records[OPEN_ATTEMPTS].where() if self._settle(attempt)
        )

    def _settle(self, attempt: OpenAttempt) -> bool:
        run, now = self._records[COMMAND_RUNS].find(attempt.run), self._context.clock.now()
        if run is not None and not run.state.ended:
            return False
        known = self._store.known(attempt.app).get(attempt.name)
        with self._records.transaction():
            if not self._records[OPEN_ATTEMPTS].delete(attempt.run) or run is None:
                return False
            job = None if known is None else known.job
            before = self._store.recorded(attempt.app, attempt.name)
            if before is None:
                return False
            found = consequences(job, before, run, now)
            self._store.keep(found.progress)
        if found.failed is not None:
            self._failed(found.progress, run, found.failed)
        if found.recovered:
            self._recovered(found.progress, run)
        if job is not None and run.state is not RunState.CANCELLED and found.progress.retry is None:
            self._pings.send(job.ping, Ping.SUCCESS if run.state is RunState.DONE else Ping.FAIL)
        return True

    def _failed(self, progress: JobProgress, run: CommandRun | None, problem: str) -> None:
        payload = CronPayload(progress.app, progress.name, None if run is None else run.id, problem)
        message = f"the job {progress.name} of {progress.app} failed: {problem}"
        self._context.journal.emit(EventType.CRON_FAILED, payload, message)

    def _recovered(self, progress: JobProgress, run: CommandRun) -> None:
        payload = CronPayload(progress.app, progress.name, run.id, None)
        message = f"the job {progress.name} of {progress.app} works again"
        self._context.journal.emit(EventType.CRON_RECOVERED, payload, message)
