"""Records of volumes: data that outlasts the containers of an app."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

import attrs

from sh0.store import TableSpec
from sh0.values import AppName, ByteSize, ProcessName, ProjectName, ServerName, StackName
from sh0.volume_values import MountPath, VolumeName


class VolumeOrigin(StrEnum):
    """Why a container has a volume.

    Attributes:
        SETTING: Somebody attached it.
        FILE: The ``sh0.yaml`` of its version names it.
        IMAGE: Its image declares a volume there (``VOLUME``).
    """

    SETTING = "setting"
    FILE = "file"
    IMAGE = "image"


@attrs.frozen
class Attachment:
    """Where the containers of an app find a volume.

    Attributes:
        path: Absolute path in the containers.
        shared: Whether several containers of a process may write to it at once. Otherwise the old container ends before
            its successor starts, and no process that has it runs in more than one.
        processes: Processes that have it; empty for all, and for what runs once (commands, releases, cron).
    """

    path: MountPath
    shared: bool = False
    processes: tuple[ProcessName, ...] = ()


@attrs.frozen
class VolumeMount(Attachment):
    """A volume of a deployment.

    Attributes:
        name: Its name, unique in its app.
        source: The engine's name of it; empty until the turn of the deployment comes.
        origin: Why it is there.
    """

    name: VolumeName = attrs.field(kw_only=True)
    source: str = attrs.field(default="", kw_only=True)
    origin: VolumeOrigin = attrs.field(default=VolumeOrigin.SETTING, kw_only=True)


def mounted(name: str, attachment: Attachment, origin: VolumeOrigin) -> VolumeMount:
    """The mount of a volume that is attached."""
    return VolumeMount(attachment.path, attachment.shared, attachment.processes, name=name, origin=origin)


@attrs.frozen
class Volume:
    """A volume of an app or of a stack.

    Attributes:
        source: The engine's name of it, unique for good.
        name: Its name, unique among those of its app or stack that are not deleted.
        app: App whose it is, or None.
        stack: Stack whose it is, or None.
        project: Project of that.
        server: Server that it is on.
        created: When it was made.
        attachment: Where its app has it by its settings; None while it is not attached. What a ``sh0.yaml`` or an image
            declares stands in the deployment.
        deleted: When it was deleted; it is kept for some days, to be restored. None if it was not.
        ready: Whether its content is whole: it is not while another volume is being copied into it.
    """

    source: str
    name: VolumeName
    app: AppName | None
    stack: StackName | None
    project: ProjectName
    server: ServerName
    created: datetime
    attachment: Attachment | None = None
    deleted: datetime | None = None
    ready: bool = True

    @property
    def owner(self) -> str:
        """The app or the stack whose it is."""
        return self.app or self.stack or ""


@attrs.frozen
class VolumeSize:
    """How large a volume was.

    Attributes:
        source: The engine's name of the volume.
        day: The day of it, as in 2026-11-27, UTC; the last measurement of a day is kept.
        measured: When it was measured.
        size: Bytes in it.
    """

    source: str
    day: str
    measured: datetime
    size: ByteSize


def said_attachment(attachment: Attachment) -> str:
    """Where a volume is attached, in words."""
    shared = ", shared" if attachment.shared else ""
    return f"{attachment.path}{shared}" + (f" ({', '.join(attachment.processes)})" if attachment.processes else "")


def attachments(volumes: Mapping[str, Attachment], origin: VolumeOrigin) -> tuple[VolumeMount, ...]:
    """The mounts of volumes, in the order of their names."""
    return tuple(mounted(name, volumes[name], origin) for name in sorted(volumes))


def with_volumes(brought: Iterable[VolumeMount], attached: Iterable[VolumeMount]) -> tuple[VolumeMount, ...]:
    """Volumes that a version brings, and those that are attached: of two of the same name, the version's counts."""
    found = {each.name: each for each in attached} | {each.name: each for each in brought}
    return tuple(found[name] for name in sorted(found))


VOLUMES = TableSpec("volumes", Volume, ("source",), "volume", "sh0 volumes list")
VOLUME_SIZES = TableSpec("volume_sizes", VolumeSize, ("source", "day"), "size of a volume")
