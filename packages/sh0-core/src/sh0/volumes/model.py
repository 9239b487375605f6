"""What the operations on volumes answer with."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs

from sh0.records.volume import Volume, VolumeSize
from sh0.values import ByteSize, ProcessName
from sh0.volume_values import MountPath

KEPT = timedelta(days=7)
"""How long a volume that was deleted can be restored."""

_DAY = 86400.0  # seconds


@attrs.frozen
class VolumeUse:
    """Something that has a volume.

    Attributes:
        app: The app.
        deployment: The deployment whose containers have it, or None: the app has it from its next deployment.
        path: Where.
        shared: Whether several containers of a process may write to it at once.
        processes: Processes that have it; empty for all.
    """

    app: str
    deployment: str | None
    path: MountPath
    shared: bool = False
    processes: tuple[ProcessName, ...] = ()


@attrs.frozen
class VolumeDetail:
    """A volume, who has it, and how large it is.

    Attributes:
        volume: The volume.
        uses: Who has it; nobody, while this is empty.
        size: Bytes in it when it was measured last, or None.
        measured: When that was.
        growth: Bytes that it has grown by a day, over the last week; None as long as nobody can tell.
        free: Bytes that are free on its disk, or None if nobody can tell.
        removed: When it is removed for good, if it was deleted.
    """

    volume: Volume
    uses: tuple[VolumeUse, ...]
    size: ByteSize | None
    measured: datetime | None
    growth: float | None
    free: ByteSize | None
    removed: datetime | None


@attrs.frozen
class VolumePiece:
    """A piece of a tar archive.

    Attributes:
        data: Its bytes, in base64. All pieces, put together, are the archive.
    """

    data: str


@attrs.frozen
class VolumeProgress:
    """How far a copy is.

    Attributes:
        bytes: Bytes that were copied.
        done: Whether that was all: from then on the copy can be used.
    """

    bytes: int
    done: bool = False


@attrs.frozen
class UploadedFiles:
    """What an upload has put into a volume.

    Attributes:
        entries: Files, folders and links.
        bytes: Bytes of the files.
    """

    entries: int
    bytes: ByteSize


def growth(sizes: Sequence[VolumeSize]) -> float | None:
    """Bytes a day between the first and the last of some measurements; None if there is less than an hour between."""
    if not sizes:
        return None
    first, last = sizes[0], sizes[-1]
    seconds = (last.measured - first.measured).total_seconds()
    return None if seconds < _DAY / 24 else round((last.size - first.size) / seconds * _DAY, 1)
