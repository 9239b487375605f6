"""Records of one-off commands: each runs once, in a container of its own."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import attrs

from sh0.records.run import Failure, RunState, RunStep
from sh0.store import TableSpec
from sh0.values import (
    AppName,
    ByteSize,
    EnvName,
    MemoryLimit,
    ProcessName,
    Seconds,
    Secret,
    ServerName,
    Words,
)

DAY = 86_400.0
"""Seconds that a command may take for which nobody says less."""


class CommandReason(StrEnum):
    """Why a command runs.

    Attributes:
        REQUEST: Somebody asked for it.
        CRON: Its time has come.
        RELEASE: It prepares a version of its app before that one serves.
        HOOK: Its app wants it before or after a version serves.
    """

    REQUEST = "request"
    CRON = "cron"
    RELEASE = "release"
    HOOK = "hook"


class CommandStep(StrEnum):
    """The steps of a command, in order.

    Attributes:
        START: Its container is made and started. From here on it is never started again.
        RUN: Its program runs.
    """

    START = "start"
    RUN = "run"


class CommandEnd(StrEnum):
    """How a command came to its end.

    Attributes:
        EXITED: Its program ended by itself; the exit code says how.
        OUT_OF_MEMORY: The kernel killed it at its memory limit.
        TIMED_OUT: It had not ended in its time, and was stopped.
        STOPPED: Somebody stopped it.
        LOST: Its container was gone before anybody could read how it ended.
        NOT_STARTED: It never began.
    """

    EXITED = "exited"
    OUT_OF_MEMORY = "out-of-memory"
    TIMED_OUT = "timed-out"
    STOPPED = "stopped"
    LOST = "lost"
    NOT_STARTED = "not-started"


@attrs.frozen
class CommandRequest:
    """What is to run.

    Attributes:
        argv: Program and arguments, which replace the command of the image; its entrypoint stays. Empty for the command
            of the process.
        process: Process of the app whose command it is where `argv` is empty; empty for none.
        deployment: Id of the deployment whose version it runs in; None for the one that serves, or the newest image.
        environment: Variables besides those of the version, over which they lie.
        timeout: Seconds after which it is stopped.
        memory: What it may use, 0 for no limit; None for the limit of the version.
        attached: Whether it waits for somebody to attach to it before it begins.
        terminal: Whether it gets a terminal.
        cron: Name of the job of cron that it is a run of.
        instant: For which of the job's times.
        attempt: Which attempt at that time, from 1.
    """

    argv: tuple[Words, ...] = ()
    process: ProcessName | None = None
    deployment: str | None = None
    environment: Mapping[EnvName, Secret] = attrs.field(factory=dict)
    timeout: Seconds = DAY
    memory: MemoryLimit | None = None
    attached: bool = False
    terminal: bool = False
    cron: str | None = None
    instant: datetime | None = None
    attempt: int = 1


@attrs.frozen
class CommandRun:
    """A command, from the request to its end.

    Attributes:
        id: ``<app>.run.<number>``.
        app: Which app.
        number: Counts up per app.
        reason: Why it runs.
        request: What is to run.
        deployment: Deployment whose version it runs in.
        image: Content id of the image.
        container: The engine's name of its container.
        server: Server that it runs on.
        network: The engine's name of the network that it is on.
        address: Its address there; None where it has none of its own.
        requested_by: Who asked.
        state: How far it is.
        step: Step that runs or ran last.
        steps: Steps that ended, with their times.
        failure: Why it did not end well.
        created: When it was asked for.
        started: When its container was started.
        finished: When it ended.
        warnings: What it warned of.
        exit_code: Exit code of its program; None where nobody knows.
        end: How it came to its end.
        cron: Name of the job of cron that it is a run of.
        instant: For which of the job's times.
        attempt: Which attempt at that time.
        memory: What it may use; 0 for no limit.
    """

    id: str
    app: AppName
    number: int
    reason: CommandReason
    request: CommandRequest
    deployment: str
    image: str
    container: str
    server: ServerName
    network: str
    address: str | None
    requested_by: str
    state: RunState
    step: CommandStep | None
    steps: tuple[RunStep, ...]
    failure: Failure | None
    created: datetime
    started: datetime | None = None
    finished: datetime | None = None
    warnings: tuple[str, ...] = ()
    exit_code: int | None = None
    end: CommandEnd | None = None
    cron: str | None = None
    instant: datetime | None = None
    attempt: int = 1
    memory: ByteSize = ByteSize(0)


COMMAND_RUNS = TableSpec("command_runs", CommandRun, ("id",), "run")
UNFINISHED = "state in ('queued', 'running')"
"""Those that have not ended, as a condition on their table."""
