"""Operations on volumes."""

from sh0.context import Context
from sh0.deployments.queue import DeploymentQueue
from sh0.errors import InvalidValue, NotFound, WrongState
from sh0.operations import Effect, Operations, Scope, operation
from sh0.records.app import APPS
from sh0.records.deployment import Deployment, Reason, SettingsChange
from sh0.records.volume import VOLUME_SIZES, VOLUMES, Attachment, Volume
from sh0.serving.next_settings import changed_snapshot
from sh0.serving.volumes import AppVolumes, demand_apart, demand_one_writer, volume_labels
from sh0.values import AppName, ProcessName
from sh0.volume_values import MountPath, VolumeName


class Volumes(Operations, domain="volumes"):
    """Volumes: data that outlasts the containers of apps and stacks. No deployment and no rollback touches it."""

    tables = (VOLUMES, VOLUME_SIZES)

    def __init__(self, context: Context, queue: DeploymentQueue, volumes: AppVolumes) -> None:
        self._records, self._fleet, self._clock = context.records, context.fleet, context.clock
        self._queue, self._volumes = queue, volumes

    @operation("POST /apps/{app}/volumes", effect=Effect.WRITE, scope=Scope.APPS)
    def create(self, app: AppName, volume: VolumeName) -> Volume:
        """Make an empty volume of an app, without attaching it.

        Args:
            app: Name of the app.
            volume: What to call it.

        Raises:
            NotFound: There is no such app.
            WrongState: The app has a volume of that name.
            EngineUnavailable: The engine of its server does not answer.
        """
        record = self._records[APPS].get(app)
        if self._volumes.find(app, volume) is not None:
            raise WrongState(f"{app} has a volume {volume} already", hint=f"See: sh0 volumes list --app {app}")
        made = self._volumes.make(record, volume)
        self._fleet.at(record.server).runtime.ensure_volume(made.source, volume_labels(record, volume))
        return made

    @operation("POST /apps/{app}/volumes/{volume}/attach", effect=Effect.WRITE, scope=Scope.APPS)
    def attach(
        self,
        app: AppName,
        volume: VolumeName,
        path: MountPath,
        *,
        shared: bool = False,
        processes: tuple[ProcessName, ...] = (),
        deploy: bool = True,
    ) -> Deployment | None:
        """Give the containers of an app a volume; it is made if there is none of that name.

        A live app is deployed with it, and has it from then on. Unless it is shared, the old container ends before its
        successor starts: two versions never write to it at once.

        Args:
            app: Name of the app.
            volume: Name of the volume.
            path: Absolute path in the containers, as in /app/uploads.
            shared: Several containers of a process may write to it at once, and the new one starts before the old one
                ends.
            processes: Processes that have it; all, and what runs once, when left out.
            deploy: Whether to deploy a live app. If not, it counts from the next deployment.

        Raises:
            NotFound: There is no such app.
            Invalid: Another volume is at that path.
            InvalidValue: The source of the live version says where this volume is.
            WrongState: A process that has it runs in several containers, and it is not shared.
        """
        record = self._records[APPS].get(app)
        self._demand_own(app, volume)
        change = SettingsChange(attached={volume: Attachment(path, shared, processes)})
        after = changed_snapshot(self._queue.snapshot(record), self._queue.pending(app))
        after = changed_snapshot(after, change)
        demand_apart(app, after.volumes)
        demand_one_writer(app, after)
        self._volumes.make(record, volume)
        return self._queue.enqueue_settings(record, Reason.CONFIGURE, change, deploy=deploy)

    @operation("POST /apps/{app}/volumes/{volume}/detach", effect=Effect.WRITE, scope=Scope.APPS)
    def detach(self, app: AppName, volume: VolumeName, *, deploy: bool = True) -> Deployment | None:
        """Take a volume away from the containers of an app. What is in it stays.

        Containers that run keep it until the deployment without it is live: at once if the app is deployed now, else
        from its next deployment.

        Args:
            app: Name of the app.
            volume: Name of the volume.
            deploy: Whether to deploy a live app. If not, it counts from the next deployment.

        Raises:
            NotFound: There is no such app, or it has no such volume.
            InvalidValue: The source of the live version says where this volume is.
            WrongState: It is not attached.
        """
        record = self._records[APPS].get(app)
        self._demand_own(app, volume)
        found = self._volumes.find(app, volume)
        if found is None:
            raise NotFound(f"{app} has no volume {volume}", hint=f"See: sh0 volumes list --app {app}")
        if found.attachment is None and volume not in self._queue.pending(app).attached:
            raise WrongState(f"the volume {volume} is not attached to {app}", hint="There is nothing to detach.")
        return self._queue.enqueue_settings(record, Reason.CONFIGURE, SettingsChange(detached=(volume,)), deploy=deploy)

    @operation("GET /volumes", effect=Effect.READ, scope=Scope.APPS, belongs_to=lambda volume: volume.app)
    def list(self, *, app: AppName | None = None) -> tuple[Volume, ...]:
        """List the volumes of apps.

        Args:
            app: Only those of this app.
        """
        found = self._records[VOLUMES].where(order="app, name, created")
        return tuple(each for each in found if app is None or each.app == app)

    def _demand_own(self, app: str, volume: str) -> None:
        """Refuse to set what the source of the live version declares."""
        if volume in self._records[APPS].get(app).declared.volumes:
            reason = f"the sh0.yaml of the live version says where {volume} is"
            raise InvalidValue(f"$.volume: {reason}; change it there", path="$.volume", reason=reason)
