"""Stopping, starting, restarting and deleting apps."""

from sh0.apps.idle import demand_idle
from sh0.apps.process_changes import demand_container, demand_processes
from sh0.apps.removal import AppRemoval
from sh0.apps.statuses import AppStatuses
from sh0.context import Context
from sh0.deployments.queue import DeploymentQueue
from sh0.errors import WrongState
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, Deployment, DeploymentState, Reason, SameImage
from sh0.records.event_payloads import AppPayload
from sh0.records.event_types import EventType
from sh0.serving.rollout import Rollout

__all__ = ["AppLifecycle"]


class AppLifecycle:
    """Stops, starts, restarts and deletes apps.

    Args:
        context: Their records, and their locks.
        queue: Takes the deployments that start them.
        rollout: Has their containers.
        removal: Removes all that belongs to one.
        statuses: Says why one does not run.
    """

    def __init__(
        self,
        context: Context,
        queue: DeploymentQueue,
        rollout: Rollout,
        removal: AppRemoval,
        statuses: AppStatuses,
    ) -> None:
        self._records, self._locks, self._journal = context.records, context.locks, context.journal
        self._queue, self._rollout, self._removal, self._statuses = queue, rollout, removal, statuses

    def restart(self, app: str, process: str | None) -> Deployment:
        """Replace the containers of an app, or of one process of it, by fresh ones of the same version.

        Raises:
            NotFound: There is no such app, or it has no such process.
            WrongState: The app was never live, or is stopped, or that process has no container.
        """
        record = self._records[APPS].get(app)
        if record.stopped:
            hint = self._statuses.of(app).problem or f"start it with 'sh0 start {app}'."
            raise WrongState(f"{app} is stopped", hint=f"{hint[:1].upper()}{hint[1:]}")
        live = self._records[DEPLOYMENTS].get(record.live) if record.live else None
        if live is not None and process is not None:
            demand_processes(record, live, [process])
            demand_container(record, live, process)
            return self._queue.enqueue(
                record, Reason.RESTART, SameImage(), live.revision, live.snapshot, process=process
            )
        deployment = self._queue.enqueue_settings(record, Reason.RESTART) if record.live else None
        if deployment is None:
            raise WrongState(f"{app} has no version yet", hint="Push or upload one first.")
        return deployment

    def stop(self, app: str) -> None:
        """Stop an app. Its host names answer 503 until it is started again.

        Raises:
            NotFound: There is no such app.
            WrongState: The app was never live, or is being changed.
        """
        demand_idle(self._records, app)
        with self._locks.of(app):
            demand_idle(self._records, app)
            record = self._records[APPS].get(app)
            if record.live is None:
                raise WrongState(f"{app} has no version yet", hint="There is nothing to stop.")
            with self._records.transaction():
                self._records[APPS].change(app, stopped=True)
                self._records[DEPLOYMENTS].change(record.live, state=DeploymentState.STOPPED)
            self._rollout.reroute(record.server)
            self._rollout.drain(app)
            self._rollout.remove_others(app, frozenset())
        self._journal.emit(EventType.APP_STOPPED, AppPayload(app), f"{app} was stopped")

    def start(self, app: str) -> Deployment:
        """Start a stopped app with the version that served last.

        Raises:
            NotFound: There is no such app.
            WrongState: It was never live, or is not stopped.
        """
        record = self._records[APPS].get(app)
        if record.stopped and record.live is None:
            raise WrongState(
                f"{app} is no part of the stack {record.stack} any more",
                hint=f"Roll the stack back to a release that has it: sh0 compose rollback {record.stack}",
            )
        if not record.stopped or record.live is None:
            problem = self._statuses.of(app).problem
            hint = f"{problem[:1].upper()}{problem[1:]}" if problem else f"See: sh0 status {app}"
            if record.live is None:
                hint = f"It has no version yet. Push one, or: sh0 deploy {app}"
            raise WrongState(f"{app} is not stopped", hint=hint)
        revision = self._records[DEPLOYMENTS].get(record.live).revision
        return self._queue.enqueue(record, Reason.START, SameImage(), revision)

    def delete(self, app: str) -> None:
        """Delete an app, and all that belongs to it but its volumes.

        Raises:
            NotFound: There is no such app.
            WrongState: A deployment of it is under way, or it is a service of a stack.
        """
        if stack := self._records[APPS].get(app).stack:
            raise WrongState(
                f"{app} is a service of the stack {stack}",
                hint=f"Take it out of the Compose file and bring that up, or: sh0 stacks delete {stack}",
            )
        demand_idle(self._records, app)
        with self._locks.of(app):
            demand_idle(self._records, app)
            self._removal.remove(app)
        self._journal.emit(EventType.APP_DELETED, AppPayload(app), f"{app} was deleted")
