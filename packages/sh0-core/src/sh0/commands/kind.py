"""One-off commands, as a kind of work that takes time."""

from collections.abc import Callable

from sh0.commands.work import CommandParts, CommandWork
from sh0.context import Context
from sh0.errors import CommandFailed
from sh0.jobs.kind import Happened, Kind
from sh0.jobs.log import Logs, RunLog
from sh0.jobs.run import Run
from sh0.records.app import APPS
from sh0.records.command import COMMAND_RUNS, CommandReason, CommandRun
from sh0.records.event_payloads import RunPayload
from sh0.records.event_types import EventType
from sh0.records.former_name import FORMER_NAMES
from sh0.records.run import RunEvent, RunState, RunStep
from sh0.serving.known_secrets import redactor_of_command
from sh0.serving.secrecy import secrets_among


class CommandKind(Kind[CommandRun]):
    """What there is to know of one-off commands.

    Args:
        context: Where they are kept.
        logs: Their logs.
        parts: What they are carried out with.
    """

    name = "run"
    table = COMMAND_RUNS
    owner = "app"
    owners = APPS
    listing = "sh0 runs list"
    cancelling = "sh0 runs stop"
    showing = "sh0 status"
    timing = RunStep
    side_by_side = True
    outlasting = True
    error = CommandFailed

    def __init__(self, context: Context, logs: Logs[RunEvent], parts: CommandParts) -> None:
        super().__init__(logs)
        self._records, self._parts = context.records, parts
        self._listeners: list[Callable[[CommandRun], None]] = []

    def listen(self, listener: Callable[[CommandRun], None]) -> None:
        """Call somebody with every command that has ended. A listener must be quick and must not raise."""
        self._listeners.append(listener)

    def work(self, run: Run[CommandRun]) -> CommandWork:
        """What a command does."""
        return CommandWork(self._parts, run)

    def again(self, record: CommandRun) -> str:
        """What to do when it was cut off."""
        return "Look what it has done, then run it again."

    def log(self, record: CommandRun) -> RunLog:
        """Its log, which keeps the secrets of its version, and those that it was given."""
        log = self.logs.writer(record.id, redactor_of_command(self._records, record.id, record.deployment, record.app))
        log.hide(secrets_among(record.request.environment))
        return log

    def numbered(self, owner: str) -> int:
        """The highest number of a command that another app has made under this name."""
        former = self._records[FORMER_NAMES].find(owner)
        return 0 if former is None else former.commands

    def ended(self, record: CommandRun) -> Happened | None:
        """The event of one that failed; who watches it sees it anyway, and a job of cron has events of its own."""
        for listener in self._listeners:
            listener(record)
        if record.state is not RunState.FAILED or record.reason in (CommandReason.RELEASE, CommandReason.CRON):
            return None
        payload = RunPayload(record.app, record.id, record.failure.code if record.failure else None)
        return EventType.RUN_FAILED, payload
