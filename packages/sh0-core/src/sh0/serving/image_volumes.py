"""What becomes of paths that the image of an app declares as volumes. Pure."""

import re
from collections.abc import Iterable, Sequence

from sh0.builds.volumes import lost_volume
from sh0.records.deployment import Snapshot
from sh0.records.formation import formation
from sh0.records.volume import Attachment, VolumeMount, VolumeOrigin, mounted

_LONGEST = 80


def image_volumes(
    snapshot: Snapshot, chosen: Sequence[VolumeMount], paths: Iterable[str]
) -> tuple[tuple[VolumeMount, ...], tuple[str, ...]]:
    """The volumes that are kept for an image, and warnings about those that are not.

    A path at which, or above which, a volume is chosen already needs no other. Where a process runs in several
    containers, none is chosen for them: they might not share it.

    Args:
        snapshot: What the deployment runs with.
        chosen: Volumes that its owner, or its source, has chosen.
        paths: Paths that the image declares.
    """
    covered = {each.path for each in chosen}
    names = {each.name for each in chosen}
    several = any(count > 1 for count in formation(snapshot).values())
    kept: list[VolumeMount] = []
    lost: list[str] = []
    for path in dict.fromkeys(each.rstrip("/") for each in paths):
        if not path.startswith("/") or any(path == at or path.startswith(f"{at}/") for at in covered):
            continue
        if several:
            lost.append(lost_volume(path))
            continue
        name = volume_name(path)
        while name in names:
            name = f"{name}-volume"
        names.add(name)
        kept.append(mounted(name, Attachment(path), VolumeOrigin.IMAGE))
    return tuple(kept), tuple(lost)


def volume_name(path: str) -> str:
    """What the volume of a path is called: ``var-lib-data`` for ``/var/lib/data``."""
    return "-".join(re.findall(r"[a-z0-9]+", path.lower()))[:_LONGEST].rstrip("-") or "volume"
