"""Operations on jobs of cron."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from sh0.cron.jobs import JobOrigin, KnownJob
from sh0.cron.listing import (
    CronRun,
    JobDetails,
    ListedJob,
    details,
    listed,
    of_platform,
    run_of,
)
from sh0.errors import InvalidValue, NameTaken, NotFound, WrongState
from sh0.nearest import did_you_mean
from sh0.operations import Effect, Operations, Scope, current_caller, operation
from sh0.operations.mark import Parts
from sh0.records.app import APPS
from sh0.records.cron import (
    ADDED_JOBS,
    HOUR,
    MOST_JOBS,
    OPEN_ATTEMPTS,
    PROGRESS,
    SKIPPED_TIMES,
    AddedJob,
    Concurrency,
    CronJob,
    unclear,
)
from sh0.records.schedule import Missed
from sh0.schedule_values import CronExpression, JobSeconds, PingUrl, Retries, TimeZone
from sh0.values import AppName, Count, MemoryLimit, ProcessName, Seconds, Words

if TYPE_CHECKING:
    from sh0.context import Context
    from sh0.cron.runner import CronRunner
    from sh0.cron.store import JobStore
    from sh0.jobs.scheduler import Scheduler

_PARTS = Parts(
    frozenset({Scope.APPS, Scope.SERVERS}),
    lambda job: Scope.SERVERS if job.app is None else Scope.APPS,
)


class CronJobs(Operations, domain="cron"):
    """Jobs of apps: commands that run at certain times, each time in a container of its own."""

    tables = (ADDED_JOBS, PROGRESS, OPEN_ATTEMPTS, SKIPPED_TIMES)
    migrations = "sh0.cron.migrations:migrations"

    def __init__(self, context: "Context", store: "JobStore", runner: "CronRunner", scheduler: "Scheduler") -> None:
        self._records, self._clock = context.records, context.clock
        self._store, self._runner, self._scheduler = store, runner, scheduler

    @operation("POST /apps/{app}/cron", effect=Effect.WRITE, scope=Scope.APPS)
    def add(
        self,
        app: AppName,
        name: ProcessName,
        schedule: CronExpression,
        command: Words = "",
        *,
        arguments: tuple[Words, ...] = (),
        process: ProcessName | None = None,
        timezone: TimeZone = "UTC",
        timeout: JobSeconds = HOUR,
        concurrency: Concurrency = Concurrency.FORBID,
        missed: Missed = Missed.SKIP,
        retries: Retries = 0,
        retry_delay: JobSeconds = 60.0,
        jitter: Seconds = 0.0,
        memory: MemoryLimit | None = None,
        suspended: bool = False,
        ping: PingUrl | None = None,
    ) -> JobDetails:
        """Add a job to an app. It stays until it is removed, whatever is deployed.

        Where the version that is live declares a job of the same name, this one runs in its place.

        Args:
            app: Name of the app.
            name: Name of the job.
            schedule: When it runs: the five fields of cron, or @hourly, @daily, @weekly, @monthly, @yearly.
            command: What a shell in the container runs.
            arguments: Program and arguments in place of a command: no shell reads them.
            process: Process of the app whose command runs where neither is given.
            timezone: By whose clocks the schedule is meant. Where they are put forward, a time that they leave out
                comes when they have jumped over it; where they are put back, a time that they show twice comes once.
            timeout: Seconds after which a run is asked to end, and then killed.
            concurrency: What becomes of a time that comes while a run goes on: another run begins (allow), it is left
                out (forbid), or the run is stopped for a new one (replace).
            missed: What becomes of times that passed while the platform was not running: they are left out (skip), or
                the job runs once for all of them (once).
            retries: How often a run that fails is tried again.
            retry_delay: Seconds until the first of these; each later one waits twice as long, an hour at most.
            jitter: Most seconds that a run begins later than its time.
            memory: What a run may use, 0 for no limit; the limit of the app when left out.
            suspended: Whether it waits until it is resumed.
            ping: URL that is called when a run begins (with /start at its end), succeeds, and fails (/fail).

        Raises:
            NotFound: There is no such app.
            NameTaken: An operator has added a job of that name.
            InvalidValue: It is not clear what it runs, or the app has too many jobs.
        """
        job = CronJob(
            name=name,
            schedule=schedule,
            command=command,
            arguments=arguments,
            process=process,
            timezone=timezone,
            timeout=timeout,
            concurrency=concurrency,
            missed=missed,
            retries=retries,
            retry_delay=retry_delay,
            jitter=jitter,
            memory=memory,
            suspended=suspended,
            ping=ping,
        )
        _demand_clear(job)
        now = self._clock.now()
        with self._records.transaction():
            self._records[APPS].get(app)
            if self._records[ADDED_JOBS].find(app, name) is not None:
                raise NameTaken(
                    f"{app} has a job {name} already", hint=f"Change it, or remove it: sh0 cron remove {app} {name}"
                )
            if len(self._store.known(app)) >= MOST_JOBS:
                raise InvalidValue(
                    f"{app} has {MOST_JOBS} jobs, and no more than that",
                    hint="Remove one that is not needed any more: sh0 cron remove.",
                    path="$.name",
                    reason="count",
                )
            self._records[ADDED_JOBS].insert(AddedJob(app, name, job, now))
            self._store.keep(attrs.evolve(self._store.progress(app, job, now), since=now, suspended=None, retry=None))
        return self._changed(app, name)

    @operation("PATCH /apps/{app}/cron/{name}", effect=Effect.WRITE, scope=Scope.APPS)
    def change(
        self,
        app: AppName,
        name: ProcessName,
        *,
        schedule: CronExpression | None = None,
        command: Words | None = None,
        arguments: tuple[Words, ...] | None = None,
        timezone: TimeZone | None = None,
        timeout: JobSeconds | None = None,
        concurrency: Concurrency | None = None,
        missed: Missed | None = None,
        retries: Retries | None = None,
        retry_delay: JobSeconds | None = None,
        jitter: Seconds | None = None,
        memory: MemoryLimit | None = None,
        ping: PingUrl | None = None,
    ) -> JobDetails:
        """Change a job that an operator has added. What is left out stays; a run that goes on is not touched.

        Args:
            app: Name of the app.
            name: Name of the job.
            schedule: When it runs.
            command: What a shell in the container runs, in place of what it ran.
            arguments: Program and arguments, in place of what it ran.
            timezone: By whose clocks the schedule is meant.
            timeout: Seconds after which a run is asked to end, and then killed.
            concurrency: What becomes of a time that comes while a run goes on: allow, forbid or replace.
            missed: What becomes of times that passed while the platform was not running: skip or once.
            retries: How often a run that fails is tried again.
            retry_delay: Seconds until the first of these.
            jitter: Most seconds that a run begins later than its time.
            memory: What a run may use, 0 for no limit.
            ping: URL that is called when a run begins, succeeds, and fails.

        Raises:
            NotFound: There is no such app, or it has no such job.
            WrongState: The version that is live declares it.
            InvalidValue: It is not clear what it runs.
        """
        given: dict[str, Any] = {
            "schedule": schedule,
            "command": command,
            "arguments": arguments,
            "timezone": timezone,
            "timeout": timeout,
            "concurrency": concurrency,
            "missed": missed,
            "retries": retries,
            "retry_delay": retry_delay,
            "jitter": jitter,
            "memory": memory,
            "ping": ping,
        }
        changes = {field: value for field, value in given.items() if value is not None}
        if command is not None and arguments is None:
            changes["arguments"] = ()
        if arguments is not None and command is None:
            changes["command"] = ""
        with self._records.transaction():
            self._demand_added(app, name)
            job: CronJob = attrs.evolve(self._records[ADDED_JOBS].get(app, name).job, **changes)
            _demand_clear(job)
            self._records[ADDED_JOBS].change(app, name, job=job)
            self._store.keep(self._store.progress(app, job, self._clock.now()))
        return self._changed(app, name)

    @operation("POST /apps/{app}/cron/{name}/suspend", effect=Effect.WRITE, scope=Scope.APPS)
    def suspend(self, app: AppName, name: ProcessName) -> JobDetails:
        """Let a job not run at its times until it is resumed, also over deployments. A run that goes on is not stopped.

        Args:
            app: Name of the app.
            name: Name of the job.

        Raises:
            NotFound: There is no such app, or it has no such job.
        """
        self._store.suspend(app, self._known(app, name).job, True, self._clock.now())
        return self._changed(app, name)

    @operation("POST /apps/{app}/cron/{name}/resume", effect=Effect.WRITE, scope=Scope.APPS)
    def resume(self, app: AppName, name: ProcessName) -> JobDetails:
        """Let a suspended job run again, from its next time on.

        Args:
            app: Name of the app.
            name: Name of the job.

        Raises:
            NotFound: There is no such app, or it has no such job.
        """
        self._store.suspend(app, self._known(app, name).job, False, self._clock.now())
        return self._changed(app, name)

    @operation("DELETE /apps/{app}/cron/{name}", effect=Effect.DESTROY, scope=Scope.APPS)
    def remove(self, app: AppName, name: ProcessName) -> None:
        """Remove a job that an operator has added. A run that goes on is not stopped.

        Where the version that is live declares a job of the same name, that one runs from then on.

        Args:
            app: Name of the app.
            name: Name of the job.

        Raises:
            NotFound: There is no such app, or it has no such job.
            WrongState: The version that is live declares it.
        """
        self._demand_added(app, name)
        self._store.forget(app, name)
        self._runner.wakeup.set()

    @operation("GET /cron", effect=Effect.READ, scope=Scope.SERVERS, belongs_to=lambda job: job.app, parts=_PARTS)
    def list(self, *, app: AppName | None = None) -> tuple[ListedJob, ...]:
        """List jobs, those of apps and those of the platform itself: when they run next, and how they went.

        Args:
            app: Only those of this app.

        Raises:
            NotFound: There is no such app.
        """
        now = self._clock.now()
        if app is not None:
            self._records[APPS].get(app)
            return tuple(self._listed(job, now) for job in self._store.known(app).values())
        of_apps = tuple(self._listed(job, now) for job in self._store.all())
        return (*of_apps, *(of_platform(each) for each in self._scheduler.list()))

    @operation("GET /apps/{app}/cron/{name}", effect=Effect.READ, scope=Scope.APPS)
    def get(self, app: AppName, name: ProcessName) -> JobDetails:
        """Show a job: what is set, the next five times, and how its last run went.

        Args:
            app: Name of the app.
            name: Name of the job.

        Raises:
            NotFound: There is no such app, or it has no such job.
        """
        known, now = self._known(app, name), self._clock.now()
        return details(known, self._store.progress(app, known.job, now), self._store.history(app, name, 1), now)

    @operation("GET /apps/{app}/cron/{name}/history", effect=Effect.READ, scope=Scope.APPS)
    def history(self, app: AppName, name: ProcessName, *, limit: Count = 20) -> tuple[CronRun, ...]:
        """List the runs of a job and the times at which there was none, newest first. 'runs logs' has their output.

        Args:
            app: Name of the app.
            name: Name of the job.
            limit: At most so many.

        Raises:
            NotFound: There is no such app, or it never had such a job.
        """
        found = self._store.history(app, name, limit)
        if not found:
            self._known(app, name)
        return found

    @operation("POST /apps/{app}/cron/{name}/run", effect=Effect.WRITE, scope=Scope.APPS)
    def run(self, app: AppName, name: ProcessName) -> CronRun:
        """Run a job now, once, whether it is suspended or not. Its times stay as they are.

        Args:
            app: Name of the app.
            name: Name of the job.

        Raises:
            NotFound: There is no such app, or it has no such job.
            WrongState: A run goes on, and the job forbids another one; or the app has no version yet.
            EngineUnavailable: The engine of its server does not answer.
        """
        return run_of(self._runner.run_now(app, self._known(app, name).job, str(current_caller())))

    def _changed(self, app: str, name: str) -> JobDetails:
        self._runner.wakeup.set()
        return self.get(app, name)

    def _listed(self, job: KnownJob, now: datetime) -> ListedJob:
        last = self._store.history(job.app, job.job.name, 1)
        running = bool(self._store.running(job.app, job.job.name))
        progress = self._store.progress(job.app, job.job, now)
        return listed(job, progress, last[0] if last else None, running=running)

    def _known(self, app: str, name: str) -> KnownJob:
        self._records[APPS].get(app)
        known = self._store.known(app)
        if (found := known.get(name)) is None:
            guess = did_you_mean(name, known)
            hint = guess[:1].upper() + guess[1:] if guess else f"'sh0 cron list {app}' shows those that it has."
            raise NotFound(f"{app} has no job {name}", hint=hint, noun="job")
        return found

    def _demand_added(self, app: str, name: str) -> None:
        if self._known(app, name).origin is JobOrigin.VERSION:
            raise WrongState(
                f"the live version of {app} declares the job {name}",
                hint=f"Change it in its source and deploy that, suspend it (sh0 cron suspend {app} {name}), or add one"
                " of the same name, which runs in its place.",
            )


def _demand_clear(job: CronJob) -> None:
    if (reason := unclear(job)) is not None:
        hint = "Give either a command for a shell, or a program and its arguments."
        raise InvalidValue(f"the job {job.name}: {reason}", hint=hint, path="$.command", reason=reason)
