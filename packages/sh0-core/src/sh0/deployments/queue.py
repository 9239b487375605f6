"""The ways in which deployments are asked for."""

from sh0.context import Context
from sh0.deployments.kind import DeploymentKind
from sh0.deployments.rebuilding import exact_source, origin
from sh0.deployments.snapshots import Snapshots
from sh0.errors import WrongState
from sh0.jobs.queue import Queue
from sh0.operations import current_caller
from sh0.records.app import APPS, App
from sh0.records.deployment import (
    DEPLOYMENTS,
    Deployment,
    DeploymentState,
    PushedRevision,
    Reason,
    SameImage,
    Snapshot,
    Source,
)
from sh0.records.settings_change import NO_CHANGES, SettingsChange
from sh0.serving.next_settings import merged
from sh0.serving.takeover import adopt_changes


class DeploymentQueue(Queue[Deployment]):
    """Takes deployments in and hands them out, one at a time per app, in order of arrival.

    Args:
        context: Where they are kept.
        kind: What there is to know of them.
        snapshots: What they run with.
    """

    def __init__(self, context: Context, kind: DeploymentKind, snapshots: Snapshots) -> None:
        super().__init__(context, kind)
        self._records, self._clock, self._snapshots = context.records, context.clock, snapshots

    def enqueue(
        self,
        app: App,
        reason: Reason,
        source: Source,
        revision: str,
        snapshot: Snapshot | None = None,
        changes: SettingsChange = NO_CHANGES,
        process: str | None = None,
    ) -> Deployment:
        """Ask for a deployment; waiting ones that it makes pointless are superseded, their changes of settings kept.

        Args:
            app: For which app.
            reason: Why.
            source: What is deployed.
            revision: Short name of the version.
            snapshot: What it runs with; None: the settings of now.
            changes: Settings that it changes.
            process: The one process whose containers it replaces; None: it replaces all.

        Raises:
            WrongState: It would bring a version of its own to a service of a stack.
        """
        if app.stack is not None and not isinstance(source, SameImage):
            raise WrongState(
                f"{app.name} is a service of the stack {app.stack}, whose Compose file says what runs",
                hint=f"Change the file, then: sh0 compose up --name {app.stack}",
            )

        def make(number: int) -> Deployment:
            self._records[APPS].get(app.name)  # it may have been deleted or renamed a moment ago
            return Deployment(
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
                changes=changes,
                process=process,
            )

        return self.add(app.name, make)

    def enqueue_settings(
        self, app: App, reason: Reason, changes: SettingsChange = NO_CHANGES, *, deploy: bool = True
    ) -> Deployment | None:
        """Bring changed settings to life: the version that is live when the turn comes is deployed with them.

        What concerns the build has that version built once more, from the same commit.

        Returns None where nothing can prove them, because the app is stopped or has no version yet, or where nothing
        shall: then they are the app's own at once, and count from its next deployment. So does what concerns the build
        of a version whose source is not kept here.
        """
        with self._records.transaction():
            app = self._records[APPS].get(app.name)
            if changes.rebuilds and not self._can_rebuild(app):
                adopt_changes(self._records, app.name, changes.of_build, self._clock.now())
                changes = changes.of_containers
                if changes == NO_CHANGES:
                    return None
            serves = app.live is not None and not app.stopped
            if not deploy or not (serves or self.running(app.name)):
                adopt_changes(self._records, app.name, changes, self._clock.now())
                return None
        revision = self._records[DEPLOYMENTS].get(app.live).revision if app.live else ""
        return self.enqueue(app, reason, SameImage(), revision, changes=changes)

    def _can_rebuild(self, app: App) -> bool:
        """Whether what serves an app can be built again from exactly the same source."""
        live = self._records[DEPLOYMENTS].get(app.live) if app.live else None
        brought = origin(live, self._records[DEPLOYMENTS].where(app=app.name)) if live is not None else None
        return isinstance(exact_source(brought), PushedRevision)

    def pending(self, app: str) -> SettingsChange:
        """What deployments that wait or run will change of an app's settings, if they go live."""
        return merged(each.changes for each in (*self.running(app), *self.waiting(app)))

    def snapshot(self, app: App) -> Snapshot:
        """What a deployment of this app would run with now."""
        return self._snapshots.of(app)
