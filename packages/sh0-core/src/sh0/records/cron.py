"""Records of jobs of cron: commands of apps that run at certain times."""

from datetime import datetime
from enum import StrEnum

import attrs

from sh0.records.schedule import Missed
from sh0.schedule_values import CronExpression, JobSeconds, PingUrl, Retries, TimeZone
from sh0.store import TableSpec
from sh0.values import AppName, MemoryLimit, ProcessName, Seconds, Words

HOUR = 3600.0
MOST_JOBS = 200
"""Jobs that an app has at most."""


class Concurrency(StrEnum):
    """What becomes of a time that comes while a run of the job goes on.

    Attributes:
        ALLOW: Another run begins next to it.
        FORBID: The time is left out.
        REPLACE: The run is stopped, and a new one begins.
    """

    ALLOW = "allow"
    FORBID = "forbid"
    REPLACE = "replace"


@attrs.frozen
class CronJob:
    """A command of an app that runs at certain times, each time in a container of its own.

    Attributes:
        name: Unique in its app.
        schedule: When: the five fields of cron, or a name such as ``@daily``.
        command: What a shell in the container runs.
        arguments: Program and arguments, without a shell, in place of `command`.
        process: Process of the app whose command it is, where neither says one.
        timezone: By whose clocks the schedule is meant.
        timeout: Seconds after which a run is stopped: first asked to end, then killed.
        concurrency: What becomes of a time that comes while a run goes on.
        missed: What becomes of times that passed while the platform was not running.
        retries: How often a run that fails is tried again.
        retry_delay: Seconds until the first of these; each later one waits twice as long, an hour at most.
        jitter: Most seconds that a run begins later than its time, so that not everything begins at once.
        memory: What a run may use, 0 for no limit; None for the app's own limit.
        suspended: Whether it does not run at its times.
        ping: URL that is called when a run begins (with ``/start`` at its end), succeeds, and fails (``/fail``).
    """

    name: ProcessName
    schedule: CronExpression
    command: Words = ""
    arguments: tuple[Words, ...] = ()
    process: ProcessName | None = None
    timezone: TimeZone = "UTC"
    timeout: JobSeconds = HOUR
    concurrency: Concurrency = Concurrency.FORBID
    missed: Missed = Missed.SKIP
    retries: Retries = 0
    retry_delay: JobSeconds = 60.0
    jitter: Seconds = 0.0
    memory: MemoryLimit | None = None
    suspended: bool = False
    ping: PingUrl | None = None

    @property
    def said(self) -> str:
        """What it runs, for a person."""
        return self.command or " ".join(self.arguments) or f"the command of {self.process}"

    @property
    def when(self) -> str:
        """When it runs, for a person."""
        return f"{self.schedule} {self.timezone}"


def unclear(job: CronJob) -> str | None:
    """Why it is not clear what a job runs; None if it is."""
    given = [each for each in (job.command.strip(), job.arguments) if each]
    if len(given) > 1:
        return "it has a command and arguments: give one of them"
    if not given and job.process is None:
        return "it needs a command"
    return None


@attrs.frozen
class AddedJob:
    """A job that an operator has added to an app. It stays until it is removed.

    Attributes:
        app: Name of the app.
        name: Name of the job.
        job: The job.
        created: When it was added.
    """

    app: AppName
    name: ProcessName
    job: CronJob
    created: datetime


@attrs.frozen
class Retry:
    """A run that is tried again.

    Attributes:
        instant: The time that it is a run for.
        attempt: Which attempt it will be.
        at: When it begins.
    """

    instant: datetime
    attempt: int
    at: datetime


@attrs.frozen
class JobProgress:
    """How far a job has come.

    Attributes:
        app: Name of the app.
        name: Name of the job.
        schedule: Its schedule and time zone, as they were when these facts were written.
        since: Times up to this one do not concern it any more.
        last: The last of its times that was dealt with.
        suspended: What an operator has said of it; None for what the job itself says.
        failures: How many of its times have failed, one after the other.
        problem: What went wrong the last time; None if nothing did.
        reported: When that was reported last.
        retry: A run that is tried again.
    """

    app: AppName
    name: ProcessName
    schedule: str
    since: datetime
    last: datetime | None = None
    suspended: bool | None = None
    failures: int = 0
    problem: str | None = None
    reported: datetime | None = None
    retry: Retry | None = None


@attrs.frozen
class OpenAttempt:
    """A run of a job that has begun, and of which nobody has yet drawn the consequences.

    Attributes:
        run: Id of the run.
        app: Name of the app.
        name: Name of the job.
    """

    run: str
    app: AppName
    name: ProcessName


@attrs.frozen
class SkippedTime:
    """A time of a job at which nothing ran.

    Attributes:
        app: Name of the app.
        name: Name of the job.
        instant: The time; of several in a row for the same reason, the last.
        reason: Why.
        times: How many in a row.
        first: The first of them.
    """

    app: AppName
    name: ProcessName
    instant: datetime
    reason: str
    times: int
    first: datetime


ADDED_JOBS = TableSpec("cron_jobs", AddedJob, ("app", "name"), "job", "sh0 cron list")
PROGRESS = TableSpec("cron_progress", JobProgress, ("app", "name"), "job", "sh0 cron list")
OPEN_ATTEMPTS = TableSpec("cron_open", OpenAttempt, ("run",), "run of a job")
SKIPPED_TIMES = TableSpec("cron_skipped", SkippedTime, ("app", "name", "instant"), "time of a job")
TABLES = ("cron_jobs", "cron_progress", "cron_open", "cron_skipped")
"""Names of the tables that hold what belongs to an app."""
