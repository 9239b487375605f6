"""Operations on volumes."""

from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING

import attrs

from sh0.errors import InvalidValue, WrongState
from sh0.operations import Effect, Operations, Scope, operation
from sh0.records.app import APPS
from sh0.records.deployment import Deployment, Reason
from sh0.records.event_payloads import VolumePayload
from sh0.records.event_types import EventType
from sh0.records.settings_change import SettingsChange
from sh0.records.volume import VOLUME_SIZES, VOLUMES, Attachment, Volume
from sh0.serving.next_settings import changed_snapshot
from sh0.serving.volumes import demand_apart, demand_one_writer, volume_labels
from sh0.values import AppName, ProcessName
from sh0.volume_values import MountPath, VolumeName
from sh0.volumes.model import KEPT, UploadedFiles, VolumeDetail, VolumePiece, VolumeProgress

if TYPE_CHECKING:
    from sh0.context import Context
    from sh0.deployments.queue import DeploymentQueue
    from sh0.volumes.inventory import VolumeInventory
    from sh0.volumes.keeping import VolumeKeeping
    from sh0.volumes.owners import VolumeOwners
    from sh0.volumes.transfer import VolumeTransfer


class Volumes(Operations, domain="volumes"):
    """Volumes: data that outlasts the containers of apps and stacks. No deployment and no rollback touches it."""

    tables = (VOLUMES, VOLUME_SIZES)

    def __init__(
        self,
        context: "Context",
        queue: "DeploymentQueue",
        owners: "VolumeOwners",
        inventory: "VolumeInventory",
        transfer: "VolumeTransfer",
        keeping: "VolumeKeeping",
    ) -> None:
        self._owners, self._inventory, self._transfer, self._keeping = owners, inventory, transfer, keeping
        self._records, self._fleet, self._clock = context.records, context.fleet, context.clock
        self._queue, self._journal = queue, context.journal

    @operation("POST /apps/{app}/volumes", effect=Effect.WRITE, scope=Scope.APPS)
    def create(self, app: AppName, volume: VolumeName) -> Volume:
        """Make an empty volume of an app, without attaching it.

        Args:
            app: Name of the app.
            volume: What to call it.

        Raises:
            NotFound: There is no such app.
            WrongState: The app has a volume of that name; or it is a stack, whose volumes stand in its Compose file.
            EngineUnavailable: The engine of its server does not answer.
        """
        record = self._owners.app(app, volume)
        self._owners.demand_unused(app, volume)
        made = self._owners.make(record, volume)
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
            WrongState: A process that has it runs in several containers, and it is not shared; or it is a stack, whose
                volumes stand in its Compose file.
        """
        record = self._owners.app(app, volume)
        self._demand_own(app, volume)
        change = SettingsChange(attached={volume: Attachment(path, shared, processes)})
        after = changed_snapshot(self._queue.snapshot(record), self._queue.pending(app))
        after = changed_snapshot(after, change)
        demand_apart(app, after.volumes)
        demand_one_writer(app, after)
        self._owners.make(record, volume)
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
            WrongState: It is not attached; or it is a stack, whose volumes stand in its Compose file.
        """
        record = self._owners.app(app, volume, less=True)
        self._demand_own(app, volume)
        found = self._inventory.find(app, volume)
        if found.attachment is None and volume not in self._queue.pending(app).attached:
            raise WrongState(f"the volume {volume} is not attached to {app}", hint="There is nothing to detach.")
        return self._queue.enqueue_settings(record, Reason.CONFIGURE, SettingsChange(detached=(volume,)), deploy=deploy)

    @operation("GET /volumes", effect=Effect.READ, scope=Scope.APPS, belongs_to=lambda found: found.volume.app)
    def list(self, *, app: AppName | None = None) -> tuple[VolumeDetail, ...]:
        """List the volumes of apps and stacks, those among them that were deleted and can be restored.

        Sizes are measured every six hours, for the engine has to look at every file; soon, if one is missing.

        Args:
            app: Only those of this app, or of the stack of this name.

        Raises:
            EngineUnavailable: The engine of a stack's server does not answer.
        """
        wanted = (each for each in self._inventory.all() if app in (None, each.owner))
        found = tuple(self._inventory.details(wanted))
        self._demand_sizes(found)
        return found

    @operation("GET /apps/{app}/volumes/{volume}", effect=Effect.READ, scope=Scope.APPS)
    def get(self, app: AppName, volume: VolumeName) -> VolumeDetail:
        """Show a volume: who has it, how large it is, how it grows, and what is free on its disk.

        Sizes are measured every six hours, for the engine has to look at every file; soon, if this one is missing.

        Args:
            app: Name of its app, or of its stack.
            volume: Its name.

        Raises:
            NotFound: There is no such volume.
            EngineUnavailable: The engine of its server does not answer.
        """
        found = self._inventory.detail(self._inventory.find(app, volume))
        self._demand_sizes((found,))
        return found

    @operation("POST /apps/{app}/volumes/{volume}/copy", effect=Effect.WRITE, scope=Scope.APPS)
    def copy(
        self, app: AppName, volume: VolumeName, to: VolumeName, *, into: AppName | None = None
    ) -> Iterator[VolumeProgress]:
        """Copy all that is in a volume into a new one, and report how far that is.

        Files are copied as they are when their turn comes: stop the app first if they have to fit together, as those
        of a database do. A copy that is not finished is removed, whatever has ended it. A stack uses its copy once its
        Compose file names it.

        Args:
            app: Name of its app, or of its stack.
            volume: Name of the volume.
            to: What to call the copy.
            into: App or stack that gets the copy; the same one when left out.

        Raises:
            NotFound: There is no such volume, or nobody of that name to get the copy.
            Forbidden: The credential is for one app alone, and another one is to get the copy.
            WrongState: There is a volume of the copy's name.
            DiskFull: There is no room for the copy.
            EngineUnavailable: The engine of its server does not answer.
        """
        found = self._inventory.find(app, volume)
        owner = self._owners.recipient(found, into)
        self._owners.demand_unused(owner.name, to)
        return self._transfer.copy(found, lambda: self._owners.reserve(owner, to))

    @operation("POST /apps/{app}/volumes/{volume}/download", effect=Effect.WRITE, scope=Scope.APPS)
    def download(self, app: AppName, volume: VolumeName) -> Iterator[VolumePiece]:
        """Read all that is in a volume, as the pieces of a tar archive.

        It needs the right to change the volume, and is audited.

        Args:
            app: Name of its app, or of its stack.
            volume: Its name.

        Raises:
            NotFound: There is no such volume.
            EngineUnavailable: The engine of its server does not answer.
        """
        return self._transfer.download(self._inventory.find(app, volume))

    @operation("POST /apps/{app}/volumes/{volume}/upload", effect=Effect.WRITE, scope=Scope.APPS)
    def upload(
        self, app: AppName, volume: VolumeName, archive: IO[bytes], *, keep_owners: bool = False
    ) -> UploadedFiles:
        """Put what a tar archive holds into a volume, over files of the same names; others stay.

        An upload that breaks off leaves what has arrived.

        Args:
            app: Name of its app, or of its stack.
            volume: Its name.
            archive: The archive, plain or compressed with gzip; its names are relative to the top of the volume.
            keep_owners: Keep the numbers of users and groups that the archive has. Otherwise everything belongs to
                whom the volume belongs, so that the app can read and write it.

        Raises:
            NotFound: There is no such volume.
            BadArchive: It is damaged, or holds devices or names outside the volume.
            DiskFull: There is no room for it.
            EngineUnavailable: The engine of its server does not answer.
        """
        return self._transfer.upload(self._inventory.find(app, volume), archive, keep_owners=keep_owners)

    @operation("DELETE /apps/{app}/volumes/{volume}", effect=Effect.DESTROY, scope=Scope.APPS)
    def delete(self, app: AppName, volume: VolumeName, *, confirm: VolumeName) -> VolumeDetail:
        """Delete a volume that nobody has. It is kept for seven days, in which it can be restored.

        Args:
            app: Name of its app, or of its stack.
            volume: Its name.
            confirm: Its name once more.

        Raises:
            NotFound: There is no such volume.
            InvalidValue: What confirms it is another name.
            WrongState: Something has it: a version that serves or is on its way, a command that runs, a setting.
            EngineUnavailable: The engine of its server does not answer.
        """
        found = self._inventory.find(app, volume)
        if confirm != volume:
            reason = f"it has to be the name of the volume, {volume}; nothing was deleted"
            raise InvalidValue(f"$.confirm: {reason}", path="$.confirm", reason=reason)
        for use in self._inventory.uses(found):
            by = f"{use.app} has it from its next deployment" if use.deployment is None else f"{use.deployment} has it"
            raise WrongState(f"the volume {volume} is in use: {by} at {use.path}", hint=self._way_out(found))
        if not found.ready:
            raise WrongState(f"another volume is being copied into {volume}", hint="Wait until that has ended.")
        deleted = attrs.evolve(found, attachment=None, deleted=self._clock.now())
        self._records[VOLUMES].save(deleted)
        kept = f"it can be restored for {KEPT.days} days"
        self._journal.emit(
            EventType.VOLUME_DELETED, _payload(deleted), f"the volume {volume} of {app} was deleted; {kept}"
        )
        return self._inventory.detail(deleted)

    @operation("POST /apps/{app}/volumes/{volume}/restore", effect=Effect.WRITE, scope=Scope.APPS)
    def restore(self, app: AppName, volume: VolumeName, *, name: VolumeName | None = None) -> Volume:
        """Bring back a volume that was deleted in the last seven days. It is not attached.

        Args:
            app: Name of its app, or of its stack.
            volume: The name that it had; of several, the one that was deleted last.
            name: What to call it now, for a volume of an app; as before when left out.

        Raises:
            NotFound: No such volume was deleted, or it has been removed by now.
            WrongState: There is a volume of that name, or it is one of a stack and is to get another name.
            EngineUnavailable: The engine of its server does not answer.
        """
        found = self._inventory.deleted(app, volume)
        if found.stack is not None:
            if name not in (None, found.name):
                raise WrongState(
                    f"{found.name} is a volume of the stack {found.stack}, whose file says what it is called",
                    hint="Leave the new name out.",
                )
            self._records[VOLUMES].delete(found.source)
            restored = attrs.evolve(found, deleted=None)
        else:
            with self._records.transaction():
                self._owners.demand_unused(app, name or volume)
                restored = self._records[VOLUMES].change(found.source, deleted=None, name=name or volume)
        called = "" if restored.name == volume else f" as {restored.name}"
        self._journal.emit(
            EventType.VOLUME_RESTORED, _payload(restored), f"the volume {volume} of {app} is back{called}"
        )
        return restored

    def _demand_sizes(self, found: Iterable[VolumeDetail]) -> None:
        if any(each.size is None and each.volume.deleted is None for each in found):
            self._keeping.measure_soon()

    def _way_out(self, volume: Volume) -> str:
        if volume.app is None:
            return f"Take it out of the Compose file, or delete the stack: sh0 stacks delete {volume.stack}"
        if volume.attachment is not None:
            return f"Detach it, and wait until that is live: sh0 volumes detach {volume.app} {volume.name}"
        if volume.name in self._records[APPS].get(volume.app).declared.volumes:
            return "Its sh0.yaml names it: take it out there, and deploy that."
        return "Wait until that has ended; or take it out of sh0.yaml or of the Dockerfile, and deploy."

    def _demand_own(self, app: str, volume: str) -> None:
        """Refuse to set what the source of the live version declares."""
        if volume in self._records[APPS].get(app).declared.volumes:
            reason = f"the sh0.yaml of the live version says where {volume} is"
            raise InvalidValue(f"$.volume: {reason}; change it there", path="$.volume", reason=reason)


def _payload(volume: Volume) -> VolumePayload:
    return VolumePayload(volume.owner, volume.name, volume.stack is not None)
