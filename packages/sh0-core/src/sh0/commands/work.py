"""What a one-off command does: its container is made and started once, watched over until it ends, and removed."""

import threading
from functools import partial

import attrs

from sh0.commands import outcome
from sh0.commands.attachments import Attachments
from sh0.commands.effective_snapshot import effective_snapshot
from sh0.commands.printed import Printed
from sh0.commands.supervision import Supervision
from sh0.context import Context
from sh0.errors import Sh0Error
from sh0.jobs.kind import Work
from sh0.jobs.log import RunLog
from sh0.jobs.retry import insist
from sh0.jobs.run import Run
from sh0.ports.container import ContainerSpec
from sh0.ports.runtime import InstanceState, Runtime
from sh0.records.app import APPS
from sh0.records.command import CommandEnd, CommandRun, CommandStep
from sh0.records.deployment import DEPLOYMENTS, Snapshot
from sh0.records.run import Failure, RunState
from sh0.serving.one_off import one_off
from sh0.serving.rollout import Rollout


@attrs.frozen
class CommandParts:
    """What commands are carried out with.

    Attributes:
        context: Their records, and the servers.
        rollout: Knows networks, volumes and ports.
        attachments: Who waits to be attached to what.
    """

    context: Context
    rollout: Rollout
    attachments: Attachments


class CommandWork(Work[CommandRun]):
    """What one command does.

    Args:
        parts: What it is carried out with.
        run: Its record, its log and its steps.
        stopping: Set when it is to be stopped, or the platform closes.
        further: A log that gets what it prints as well.
    """

    def __init__(
        self,
        parts: CommandParts,
        run: Run[CommandRun],
        stopping: threading.Event | None = None,
        further: RunLog | None = None,
    ) -> None:
        super().__init__(run)
        self._parts, self._records = parts, parts.context.records
        self._stopping = run.cancelled if stopping is None else stopping
        self._printed = Printed(run.log, further)

    @property
    def _record(self) -> CommandRun:
        return self.run.record

    @property
    def _runtime(self) -> Runtime:
        return self._parts.context.fleet.at(self._record.server).runtime

    def carry_out(self) -> None:
        """Start the container, and wait for its end."""
        with self.run.step(CommandStep.START):
            self._start()
        self._watch(self._record.request.timeout)

    def _start(self) -> None:
        records, record, rollout = self._records, self._record, self._parts.rollout
        app, deployment = records[APPS].get(record.app), records[DEPLOYMENTS].get(record.deployment)
        snapshot = effective_snapshot(records, app, deployment)
        rollout.ensure_volumes(app, snapshot, record.image)
        port = rollout.port(deployment) if snapshot.container is None else None
        workload = one_off(record, snapshot, app.project, port)
        if record.request.attached:
            self._parts.attachments.start(self.run, self._runtime, workload)
        else:
            self._runtime.apply(workload)
        self._record_at_last(started=self._parts.context.clock.now())

    def _record_at_last(self, **changes: object) -> None:
        """Change the record once the disk has room: what a container has done cannot be found out later."""
        what = f"recording how {self._record.id} is"
        insist(self._parts.context.shutdown, what, partial(self.run.change, **changes))

    def _watch(self, seconds: float) -> None:
        with self.run.step(CommandStep.RUN, stoppable=False):
            context, record = self._parts.context, self._record
            watched = Supervision(
                context.fleet, record.server, record.container, self._stopping, context.shutdown, self._printed
            )
            instance = watched.until_end(seconds, self._grace())
            end, code = outcome.end_of(instance, watched.stopped)
            self._record_at_last(end=end, exit_code=code)
        self._parts.attachments.ended(record.id, code)
        self._judge()

    def _grace(self) -> int:
        deployment = self._records[DEPLOYMENTS].find(self._record.deployment)
        snapshot: Snapshot | None = None if deployment is None else deployment.snapshot
        spec = (snapshot.container if snapshot is not None else None) or ContainerSpec()
        return spec.stop_timeout

    def _judge(self) -> None:
        """Raise what it has ended with."""
        if (error := outcome.error_of(self._record, tuple(self._printed.last))) is not None:
            raise error

    def resume(self) -> None:
        """Go on watching over a container that has outlasted the platform. It is never started again."""
        record = self._record
        self._printed.resume()
        if record.end is not None:  # it was about to be recorded
            return self._judge()
        instance = self._runtime.inspect(record.container)
        if record.started is None:
            if instance is None or instance.state is InstanceState.CREATED:
                return self._never_began()
            self.run.change(started=record.created)
        since = self._record.started or record.created
        passed = (self._parts.context.clock.now() - since).total_seconds()
        self._watch(record.request.timeout - max(0.0, passed))

    def _never_began(self) -> None:
        self.run.change(end=CommandEnd.NOT_STARTED)
        raise outcome.not_started(self._record)

    def settle(self, state: RunState, failure: Failure | None) -> Failure | None:
        """Remove the container; how it ended is in the record by now."""
        if self._record.end is None:
            self._parts.attachments.ended(self._record.id, None)
            self.run.change(end=CommandEnd.NOT_STARTED if self._record.started is None else CommandEnd.STOPPED)
        try:
            self._runtime.remove(self._record.container, 0)
        except Sh0Error as error:
            self.run.problem(f"its container is removed later: {error.message}")
        return failure
