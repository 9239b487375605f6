"""Where a command that waits to be attached to meets whoever attaches."""

import threading
from collections.abc import Callable

import attrs

from sh0.errors import CommandFailed, Sh0Error, WrongState
from sh0.jobs.run import Run
from sh0.ports.runtime import Runtime, Workload
from sh0.ports.terminal import Terminal
from sh0.records.command import CommandRun

PATIENCE = 30.0
"""Seconds that a command waits for whoever wants to attach to it."""

_LOOK = 0.2  # seconds between looks at whether a command that waits was stopped


@attrs.define(eq=False)
class _Meeting:
    size: tuple[int, int] = (80, 24)
    somebody: threading.Event = attrs.field(factory=threading.Event)
    begun: threading.Event = attrs.field(factory=threading.Event)
    ended: threading.Event = attrs.field(factory=threading.Event)
    terminal: Terminal | None = None
    error: Sh0Error | None = None
    exit_code: int | None = None


class Attachments:
    """Commands that wait to be attached to, and those that somebody is attached to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._meetings: dict[str, _Meeting] = {}

    def _meeting(self, run: str) -> _Meeting:
        with self._lock:
            return self._meetings.setdefault(run, _Meeting())

    def start(self, run: Run[CommandRun], runtime: Runtime, workload: Workload) -> None:
        """Wait until somebody attaches, and start the container of a command with them attached to it.

        Raises:
            CommandFailed: Nobody came.
            Cancelled: It was stopped meanwhile.
            Interrupted: The platform closes.
            Sh0Error: It cannot be started.
        """
        meeting = self._meeting(run.record.id)
        try:
            waited = 0.0
            while not meeting.somebody.wait(_LOOK):
                run.proceed()
                waited += _LOOK
                if waited >= PATIENCE:
                    raise CommandFailed(
                        f"nobody attached to {run.record.id} in {PATIENCE:g} seconds", hint="Run it again."
                    )
            columns, rows = meeting.size
            terminal = runtime.attached(workload, columns=columns, rows=rows)
            meeting.terminal = _Attached(terminal, meeting, run.cancelled.set)
        except Sh0Error as error:
            meeting.error = error
            raise
        finally:
            meeting.begun.set()

    def attach(self, run: CommandRun, columns: int, rows: int) -> Terminal:
        """Attach to a command, which then begins.

        Raises:
            WrongState: It does not wait for anybody.
            Sh0Error: It cannot be started.
        """
        waits = run.request.attached and run.started is None and not run.state.ended
        meeting = self._meeting(run.id) if waits else None
        if meeting is None or meeting.somebody.is_set():
            raise WrongState(
                f"{run.id} does not wait for anybody to attach",
                hint=f"Its output: sh0 runs follow {run.app} {run.number}",
            )
        meeting.size = columns, rows
        meeting.somebody.set()
        meeting.begun.wait()
        if meeting.error is not None:
            raise meeting.error
        if meeting.terminal is None:
            raise WrongState(f"{run.id} was cut off: the platform is closing", hint="Run it again.")
        return meeting.terminal

    def ended(self, run: str, exit_code: int | None) -> None:
        """A command has ended."""
        with self._lock:
            meeting = self._meetings.pop(run, None)
        if meeting is not None:
            meeting.exit_code = exit_code
            meeting.ended.set()


class _Attached:
    """A terminal, or pipes, whose command ends with the session."""

    def __init__(self, terminal: Terminal, meeting: _Meeting, stop: Callable[[], None]) -> None:
        self._terminal, self._meeting, self._stop = terminal, meeting, stop

    def read(self) -> bytes:
        return self._terminal.read()

    def write(self, data: bytes) -> None:
        self._terminal.write(data)

    def resize(self, columns: int, rows: int) -> None:
        self._terminal.resize(columns, rows)

    def signal(self, name: str) -> None:
        self._terminal.signal(name)

    def exit_code(self) -> int:
        """How the command ended; 255 where nobody knows."""
        self._meeting.ended.wait()
        return 255 if self._meeting.exit_code is None else self._meeting.exit_code

    def close(self) -> None:
        """End the session, and the command if it runs."""
        if not self._meeting.ended.is_set():
            self._stop()
        self._terminal.close()
