"""The queue of deployments. It is the table itself: what waits there waits through any crash."""

import threading
from collections.abc import Callable
from pathlib import Path

import attrs

from sh0.deployments import planner
from sh0.errors import WrongState
from sh0.jobs.log import Logs
from sh0.jobs.sentences import stands
from sh0.journal.journal import Journal
from sh0.operations import current_caller
from sh0.ports.clock import Clock
from sh0.records.app import APPS, App
from sh0.records.deployment import (
    DEPLOYMENTS,
    NO_CHANGES,
    Deployment,
    DeploymentEvent,
    DeploymentState,
    Reason,
    SameImage,
    SettingsChange,
    Snapshot,
    Source,
    UploadedArchive,
)
from sh0.records.domain import HOST_NAMES
from sh0.records.event_payloads import DeploymentPayload
from sh0.records.event_types import ENDED_DEPLOYMENTS
from sh0.records.variable import VARIABLES
from sh0.serving.limits import DefaultMemory
from sh0.serving.next_settings import changed_snapshot, merged
from sh0.serving.takeover import adopt_changes
from sh0.store import Records


class DeploymentQueue:
    """Takes deployments in and hands them out, one at a time per app, in order of arrival.

    Args:
        records: Where they are kept.
        logs: Their logs.
        journal: Hears of those that end without having run.
        clock: Tells the time.
        work: Folder of archives that wait with them.
        default_memory: What a container may use for which nobody has set a limit.
    """

    def __init__(
        self,
        records: Records,
        logs: Logs[DeploymentEvent],
        journal: Journal,
        clock: Clock,
        work: Path,
        default_memory: DefaultMemory,
    ) -> None:
        self._default_memory = default_memory
        self._records, self._logs, self._journal, self._clock = records, logs, journal, clock
        self._work = work
        self._arrival = threading.Condition()
        self._changed = threading.Condition()
        self._cancelled: dict[str, threading.Event] = {}
        self._closed = False

    def enqueue(
        self,
        app: App,
        reason: Reason,
        source: Source,
        revision: str,
        snapshot: Snapshot | None = None,
        changes: SettingsChange = NO_CHANGES,
    ) -> Deployment:
        """Ask for a deployment; waiting ones that it makes pointless are superseded, their changes of settings kept.

        Raises:
            WrongState: It would bring a version of its own to a service of a stack.
        """
        records = self._records
        if app.stack is not None and not isinstance(source, SameImage):
            raise WrongState(
                f"{app.name} is a service of the stack {app.stack}, whose Compose file says what runs",
                hint=f"Change the file, then: sh0 compose up --name {app.stack}",
            )
        with records.transaction():
            number = self.next_number(app.name)
            newcomer = Deployment(
                id=f"{app.name}-{number}",
                app=app.name,
                number=number,
                reason=reason,
                source=source,
                revision=revision,
                image=None,
                snapshot=snapshot or self.snapshot(app),
                requested_by=str(current_caller()),
                state=DeploymentState.QUEUED,
                step=None,
                steps=(),
                failure=None,
                created=self._clock.now(),
                started=None,
                finished=None,
            )
            pointless = [
                older
                for older in planner.superseded(self.waiting(app.name), newcomer)
                if self._claim(older, DeploymentState.SUPERSEDED, finished=self._clock.now())
            ]
            changes = merged((*(older.changes for older in pointless), changes))
            snapshot = changed_snapshot(newcomer.snapshot, changes)
            newcomer = records[DEPLOYMENTS].insert(attrs.evolve(newcomer, changes=changes, snapshot=snapshot))
        self._logs.writer(newcomer.id).state(DeploymentState.QUEUED, stands(newcomer.id, DeploymentState.QUEUED))
        for older in pointless:
            self._tell_end(
                older, DeploymentState.SUPERSEDED, f"{stands(older.id, DeploymentState.SUPERSEDED)} by {newcomer.id}"
            )
        with self._arrival:
            self._arrival.notify_all()
        return newcomer

    def next_number(self, app: str) -> int:
        """The number of an app's next deployment. Call it inside a transaction."""
        sql = "select coalesce(max(number), 0) + 1 as n from deployments where app = :app"
        return int(self._records.database.query(sql, {"app": app})[0]["n"])

    def enqueue_settings(
        self, app: App, reason: Reason, changes: SettingsChange = NO_CHANGES, *, deploy: bool = True
    ) -> Deployment | None:
        """Bring changed settings to life: the version that is live when the turn comes is deployed with them.

        Returns None where nothing can prove them, because the app is stopped or has no version yet, or where nothing
        shall: then they are the app's own at once, and count from its next deployment.
        """
        with self._records.transaction():
            app = self._records[APPS].get(app.name)
            serves = app.live is not None and not app.stopped
            running = self._records[DEPLOYMENTS].where(app=app.name, state=DeploymentState.RUNNING.value)
            if not deploy or not (serves or running):
                adopt_changes(self._records, app.name, changes, self._clock.now())
                return None
        revision = self._records[DEPLOYMENTS].get(app.live).revision if app.live else ""
        return self.enqueue(app, reason, SameImage(), revision, changes=changes)

    def pending(self, app: str) -> SettingsChange:
        """What deployments that wait or run will change of an app's settings, if they go live."""
        records = self._records[DEPLOYMENTS]
        running = records.where(app=app, state=DeploymentState.RUNNING.value)
        return merged(each.changes for each in (*running, *self.waiting(app)))

    def settled(self, deployment: Deployment) -> Snapshot:
        """What a deployment runs with whose turn has come: the app's settings of now, and those that it changes.

        A rollback runs with what it returns to.
        """
        if isinstance(deployment.source, SameImage) and deployment.source.deployment is not None:
            return deployment.snapshot
        return changed_snapshot(self.snapshot(self._records[APPS].get(deployment.app)), deployment.changes)

    def snapshot(self, app: App) -> Snapshot:
        """What a deployment of this app would run with now."""
        variables = self._records[VARIABLES].where(app=app.name, order="name")
        hosts = self._records[HOST_NAMES].where(app=app.name, order="generated, created, host")
        live = self._records[DEPLOYMENTS].get(app.live).snapshot if app.stack and app.live else None
        return Snapshot(
            environment={variable.name: variable.value for variable in variables},
            hosts=tuple(domain.host for domain in hosts),
            resources=app.resources,
            health=app.health,
            replicas=app.replicas,
            port=app.port,
            host_ports={domain.host: domain.port for domain in hosts if domain.port is not None},
            container=live.container if live else None,
            network=live.network if live else "",
            job=live.job if live else False,
            declared=app.declared,
            together=live.together if live else None,
            marked=tuple(sorted({*(each.name for each in variables if each.secret), *(live.marked if live else ())})),
            default_memory=self._default_memory.at(app.server),
        )

    def waiting(self, app: str | None = None) -> list[Deployment]:
        """Deployments that wait, of one app or of all."""
        waiting = self._records[DEPLOYMENTS].where(state=DeploymentState.QUEUED.value, order="created, number")
        return [deployment for deployment in waiting if app is None or deployment.app == app]

    def take(self, busy: Callable[[], frozenset[str]]) -> Deployment | None:
        """Wait for the next deployment whose turn it is, and mark it as running; None once the queue is closed.

        Args:
            busy: Names of apps that have a deployment running.
        """
        with self._arrival:
            while not self._closed:
                found = planner.next_in_line(self.waiting(), busy())
                if found is None:
                    self._arrival.wait()
                elif taken := self._claim(found, DeploymentState.RUNNING, started=self._clock.now()):
                    return taken
        return None

    def wake(self) -> None:
        """An app is no longer busy."""
        with self._arrival:
            self._arrival.notify_all()
        with self._changed:
            self._changed.notify_all()

    def cancellation(self, deployment: str) -> threading.Event:
        """Set when somebody cancels this deployment."""
        return self._cancelled.setdefault(deployment, threading.Event())

    def cancel(self, deployment: Deployment) -> None:
        """Cancel a deployment that waits or runs.

        Raises:
            WrongState: It has ended.
        """
        if deployment.state.ended:
            raise WrongState(
                f"{stands(deployment.id, deployment.state)}: it has ended",
                hint=f"There is nothing to cancel. What serves now: sh0 status {deployment.app}",
            )
        if self._claim(deployment, DeploymentState.CANCELLED, finished=self._clock.now()):
            text = f"{stands(deployment.id, DeploymentState.CANCELLED)} by {current_caller()}"
            self._tell_end(deployment, DeploymentState.CANCELLED, text)
        else:
            self.cancellation(deployment.id).set()

    def forget(self, deployment: str) -> None:
        """A deployment has ended; nobody can cancel it any more."""
        self._cancelled.pop(deployment, None)

    def wait(self, deployment: str, timeout: float | None = None) -> Deployment:
        """Wait until a deployment has ended; returns it as it is then, or at the end of the time."""
        with self._changed:
            self._changed.wait_for(lambda: self._records[DEPLOYMENTS].get(deployment).state.ended, timeout)
        return self._records[DEPLOYMENTS].get(deployment)

    def close(self) -> None:
        """Hand out nothing more, and ask what runs to stop where it still can."""
        for cancellation in list(self._cancelled.values()):
            cancellation.set()
        with self._arrival:
            self._closed = True
            self._arrival.notify_all()

    def _claim(self, deployment: Deployment, state: DeploymentState, **changes: object) -> Deployment | None:
        """Give a deployment that still waits a new state; None if somebody was quicker."""
        with self._records.transaction():
            now = self._records[DEPLOYMENTS].find(deployment.id)
            if now is None or now.state is not DeploymentState.QUEUED:
                return None
            return self._records[DEPLOYMENTS].change(deployment.id, state=state, **changes)

    def _tell_end(self, deployment: Deployment, state: DeploymentState, text: str) -> None:
        self._logs.writer(deployment.id).state(state, text)
        if isinstance(deployment.source, UploadedArchive):
            (self._work / deployment.source.archive).unlink(missing_ok=True)
        self._journal.emit(ENDED_DEPLOYMENTS[state], DeploymentPayload(deployment.app, deployment.id), text)
        self.wake()
