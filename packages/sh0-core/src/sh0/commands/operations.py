"""Operations on one-off commands."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sh0.errors import InvalidValue
from sh0.operations import Effect, Operations, Scope, operation
from sh0.operations.mark import FILES
from sh0.ports.terminal import Terminal
from sh0.records.command import COMMAND_RUNS, DAY, CommandRequest, CommandRun
from sh0.records.run import RunEvent
from sh0.values import (
    AppName,
    Cells,
    Count,
    EnvName,
    MemoryLimit,
    Number,
    ProcessName,
    Seconds,
    Secret,
    Words,
    as_secrets,
)

if TYPE_CHECKING:
    from sh0.commands.attachments import Attachments
    from sh0.commands.commands import Commands
    from sh0.jobs.runs import Runs


class CommandRuns(Operations, domain="runs"):
    """Commands that run once, in containers of their own: those of apps."""

    tables = (COMMAND_RUNS,)
    migrations = "sh0.commands.migrations:migrations"

    def __init__(self, commands: "Commands", runs: "Runs[CommandRun]", attachments: "Attachments") -> None:
        self._commands, self._runs, self._attachments = commands, runs, attachments

    @operation("POST /apps/{app}/runs", effect=Effect.WRITE, scope=Scope.APPS, body=FILES)
    def start(
        self,
        app: AppName,
        command: tuple[Words, ...] = (),
        *,
        process: ProcessName | None = None,
        deployment: str | None = None,
        environment: Mapping[EnvName, str | Secret] | None = None,
        timeout: Seconds = DAY,
        memory: MemoryLimit | None = None,
        attached: bool = False,
        terminal: bool = False,
    ) -> CommandRun:
        """Run a command in a new container of an app, with its variables, volumes, network and limits.

        It runs once, next to what serves, and gets no requests. Its output is kept, without secrets.

        Args:
            app: Name of the app.
            command: Program and arguments, as they are: no shell reads them. They replace the command of the image; its
                entrypoint stays.
            process: Process of the app whose command runs where no command is given.
            deployment: Id or number of the deployment whose version it runs in; when left out, the one that is live, or
                the newest image of an app that never was.
            environment: Variables besides those of the version, over which they lie.
            timeout: Seconds after which it is asked to end, and then killed.
            memory: What it may use, 0 for no limit; the limit of the version when left out.
            attached: Whether it begins when somebody attaches to it, within half a minute, and is stopped when they
                leave.
            terminal: Whether it gets a terminal; only where somebody attaches to it.

        Raises:
            NotFound: There is no such app, deployment or process.
            WrongState: The app has no version yet, is being deleted, or has too many commands running.
            InvalidValue: There is neither a command nor a process, or the variables are too large.
            EngineUnavailable: The engine of its server does not answer.
        """
        if not command and process is None:
            raise InvalidValue(
                "there is no command", hint="Give a command, or a process.", path="$.command", reason="empty"
            )
        given = as_secrets(environment or {})
        request = CommandRequest(
            command, process, deployment, given, timeout, memory, attached=attached, terminal=attached and terminal
        )
        return self._commands.begin(app, request)

    @operation("POST /apps/{app}/runs/{run}/attach", effect=Effect.WRITE, scope=Scope.APPS)
    def attach(self, app: AppName, run: str, *, columns: Cells = 80, rows: Cells = 24) -> Terminal:
        """Attach to a command that waits for it, which then begins.

        Without a terminal each piece of what it prints comes after eight bytes: 1 for standard output or 2 for standard
        error, three of zero, and the length of the piece (big-endian); sending nothing ends its input.

        Args:
            app: Name of the app.
            run: Its id, or its number.
            columns: Width of the window.
            rows: Height of the window.

        Raises:
            NotFound: There is no such app, or it has no such run.
            WrongState: It does not wait for anybody.
            Failed: It could not be started.
            EngineUnavailable: The engine of its server does not answer.
        """
        return self._attachments.attach(self._runs.get(app, run), columns, rows)

    @operation("GET /apps/{app}/runs", effect=Effect.READ, scope=Scope.APPS)
    def list(self, app: AppName, *, limit: Count = 20) -> tuple[CommandRun, ...]:
        """List the commands of an app, newest first.

        Args:
            app: Name of the app.
            limit: At most so many.

        Raises:
            NotFound: There is no such app.
        """
        return self._runs.list(app, limit)

    @operation("GET /apps/{app}/runs/{run}", effect=Effect.READ, scope=Scope.APPS)
    def get(self, app: AppName, run: str) -> CommandRun:
        """Show one command: how far it is, or how it ended.

        Args:
            app: Name of the app.
            run: Its id, as in shop.run.7, or its number.

        Raises:
            NotFound: There is no such app, or it has no such run.
        """
        return self._runs.get(app, run)

    @operation("GET /apps/{app}/runs/{run}/wait", effect=Effect.READ, scope=Scope.APPS)
    def wait(self, app: AppName, run: str, *, timeout: Seconds = DAY) -> CommandRun:
        """Wait until a command has ended with exit code 0.

        Args:
            app: Name of the app.
            run: Its id, or its number.
            timeout: Seconds to wait at most.

        Raises:
            NotFound: There is no such app, or it has no such run.
            CommandFailed: It ended otherwise, or not in time.
        """
        return self._runs.wait(app, run, timeout)

    @operation("GET /apps/{app}/runs/{run}/logs", effect=Effect.READ, scope=Scope.APPS)
    def logs(self, app: AppName, run: str) -> Iterator[RunEvent]:
        """Read what a command has printed so far, without secrets.

        Args:
            app: Name of the app.
            run: Its id, or its number.

        Raises:
            NotFound: There is no such app, or it has no such run.
        """
        return iter(self._runs.kind.logs.read(self._runs.get(app, run).id))

    @operation("GET /apps/{app}/runs/{run}/follow", effect=Effect.READ, scope=Scope.APPS)
    def follow(self, app: AppName, run: str, *, since: Number = 0) -> Iterator[RunEvent]:
        """Read what a command prints from its beginning, and go on until it has ended.

        Args:
            app: Name of the app.
            run: Its id, or its number.
            since: So many lines are left out: those that were read before.

        Raises:
            NotFound: There is no such app, or it has no such run.
        """
        return self._runs.follow(app, run, since)

    @operation("POST /apps/{app}/runs/{run}/stop", effect=Effect.WRITE, scope=Scope.APPS)
    def stop(self, app: AppName, run: str) -> None:
        """Stop a command: it is asked to end, and killed where it does not.

        Args:
            app: Name of the app.
            run: Its id, or its number.

        Raises:
            NotFound: There is no such app, or it has no such run.
            WrongState: It has ended.
        """
        self._runs.cancel(app, run)
