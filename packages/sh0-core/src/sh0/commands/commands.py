"""Beginning one-off commands: many at once per app, each at most once."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sh0.commands.by_time import run_of_time
from sh0.commands.effective_snapshot import effective_snapshot
from sh0.commands.kind import CommandKind
from sh0.commands.retention import superfluous
from sh0.commands.version import demand_process, version
from sh0.commands.work import CommandParts, CommandWork
from sh0.context import Context
from sh0.errors import Conflict, WrongState
from sh0.jobs import ends
from sh0.jobs.engine import Engine
from sh0.jobs.recovery import Unfinished
from sh0.jobs.run import Run
from sh0.operations import current_caller
from sh0.records.app import APPS, App
from sh0.records.command import COMMAND_RUNS, UNFINISHED, CommandReason, CommandRequest, CommandRun
from sh0.records.deployment import DEPLOYMENTS, Deployment
from sh0.records.environment_size import demand_fitting
from sh0.records.run import RunState
from sh0.serving.addresses import free_addresses
from sh0.serving.held_addresses import held_addresses
from sh0.serving.one_off import container_name, memory_of

PARTS = (CommandReason.RELEASE, CommandReason.HOOK)
"""Why commands run that are parts of deployments: they end with those."""

AT_ONCE = 200
"""Commands of one app that run at the same time at most."""


class Commands:
    """Begins one-off commands, and takes up again those that have outlasted the platform.

    Args:
        context: Where they are kept.
        engine: Carries them out.
        kind: What there is to know of them.
        parts: What they are carried out with.
    """

    def __init__(self, context: Context, engine: Engine[CommandRun], kind: CommandKind, parts: CommandParts) -> None:
        self._context, self._records = context, context.records
        self._engine, self._kind, self._parts, self._rollout = engine, kind, parts, parts.rollout

    def begin(
        self,
        app: str,
        request: CommandRequest,
        requested_by: str | None = None,
        reason: CommandReason = CommandReason.REQUEST,
    ) -> CommandRun:
        """Begin a command at once; it runs on a thread of its own. For a time of a job of cron it runs once.

        Args:
            app: Name of the app.
            request: What is to run.
            requested_by: Who asked; whoever calls when left out.
            reason: Why it runs.

        Raises:
            NotFound: There is no such app, deployment or process.
            WrongState: The app has no version yet, is being deleted, or has too many commands running.
            InvalidValue: The variables are more than a process can be started with.
            EngineUnavailable: The engine of its server does not answer.
        """
        if (known := self._of_instant(app, request)) is not None:
            return known
        record = self._records[APPS].get(app)
        made = self._maker(record, self._deployment(record, request), request, reason, requested_by)
        self._demand_room(app)
        self._forget(app)
        try:
            return self._engine.begin(app, made, self._kind.work)
        except Conflict:
            if (known := self._of_instant(app, request)) is not None:  # somebody was quicker
                return known
            raise

    def within(self, deployment: Run[Deployment], request: CommandRequest, reason: CommandReason) -> None:
        """Run a command as a part of a deployment, in its version, to its end. Its log gets what that prints.

        The record is written before the container is made, and a deployment that is cut off is never carried out again:
        the command runs once for it, or not at all.

        Args:
            deployment: The deployment, on its way.
            request: What is to run.
            reason: Why it runs.

        Raises:
            CommandFailed: It did not end with exit code 0, or not in its time.
            Cancelled: The deployment was cancelled, and the command stopped.
            Interrupted: The platform is closing.
        """
        record, by = deployment.record, deployment.record.requested_by
        app = self._records[APPS].get(record.app)
        part = self._engine.part(app.name, self._maker(app, record, request, reason, by))
        work = CommandWork(self._parts, part, deployment.cancelled, deployment.log)
        state, failure = RunState.DONE, None
        try:
            work.carry_out()
        except BaseException as error:
            folder = self._context.home.logs
            closing = self._context.shutdown.begun
            state, failure = ends.ended_by(error, part.record.id, "Deploy it again.", closing=closing, where=folder)
            raise
        finally:
            self._engine.end_part(part, state, work.settle(state, failure))

    def held(self, app: str) -> AbstractContextManager[None]:
        """Let no command of an app begin.

        Raises:
            WrongState: One is running.
        """
        return self._engine.held(app)

    def forget(self, app: str) -> None:
        """Remove every command of an app, and its log. None of them runs."""
        for run in self._records[COMMAND_RUNS].where(app=app):
            self._remove(run.id)

    def recover(self) -> None:
        """At start: go on watching over what runs; what had not begun, or belongs to a deployment, is over."""
        found = self._records[COMMAND_RUNS].where(UNFINISHED, order="created, number")
        parts = tuple(run for run in found if run.reason in PARTS)
        for run in found:
            if run not in parts:
                self._engine.resume(run)
        self._engine.interrupt(Unfinished(cut_off=parts))

    def _deployment(self, app: App, request: CommandRequest) -> Deployment:
        deployments = self._records[DEPLOYMENTS]
        if request.deployment is None and app.live is not None:
            found = deployments.get(app.live)
        else:
            found = version(app, deployments.where(app=app.name, order="number desc"), request.deployment)
        demand_process(found.snapshot, request.process, found.id)
        return found

    def _maker(
        self,
        app: App,
        deployment: Deployment,
        request: CommandRequest,
        reason: CommandReason,
        requested_by: str | None,
    ) -> Callable[[int], CommandRun]:
        records, snapshot = self._records, effective_snapshot(self._records, app, deployment)
        demand_fitting({**snapshot.brought, **snapshot.environment, **request.environment}, "$.environment")
        project, server = self._rollout.project_network(app.project, app.server), app.server
        network = snapshot.network or project.network
        asked, now = requested_by or str(current_caller()), self._context.clock.now()

        def make(number: int) -> CommandRun:
            records[APPS].get(app.name)  # it may have been deleted or renamed a moment ago
            address = None
            if not snapshot.network:
                held = held_addresses(records, network, server)
                address = next(free_addresses(project.subnets[server], held))
            id = f"{app.name}.run.{number}"
            return CommandRun(
                id=id,
                app=app.name,
                number=number,
                reason=reason,
                request=request,
                deployment=deployment.id,
                image=deployment.image or "",
                container=container_name(self._context.home_id, id),
                server=server,
                network=network,
                address=address,
                requested_by=asked,
                state=RunState.RUNNING,
                step=None,
                steps=(),
                failure=None,
                created=now,
                cron=request.cron,
                instant=request.instant,
                attempt=request.attempt,
                memory=memory_of(snapshot, request),
            )

        return make

    def _of_instant(self, app: str, request: CommandRequest) -> CommandRun | None:
        if request.instant is None:
            return None
        return run_of_time(self._records, app, request.cron, request.instant, request.attempt)

    def _demand_room(self, app: str) -> None:
        running = self._records[COMMAND_RUNS].count(UNFINISHED, app=app)
        if running >= AT_ONCE:
            raise WrongState(
                f"{running} commands of {app} run already, the most that run at once",
                hint=f"Wait for one of them, or stop it: sh0 runs stop {app} NUMBER",
            )

    def _forget(self, app: str) -> None:
        for run in superfluous(self._records, app):
            self._remove(run)

    def _remove(self, run: str) -> None:
        self._records[COMMAND_RUNS].delete(run)
        self._kind.logs.remove(run)
