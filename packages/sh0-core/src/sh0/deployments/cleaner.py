"""What may be removed: only what carries this home's label and no kept deployment needs. Pure."""

from collections.abc import Collection, Iterable

import attrs

from sh0.ports.runtime import ImageFacts, Instance
from sh0.records.deployment import Deployment, Placement, SameImage, UploadedArchive
from sh0.values import ByteSize


@attrs.frozen
class CleanupPlan:
    """What the cleaner would remove, and why nothing else.

    Attributes:
        images: Content ids of images that no kept deployment uses.
        containers: Names of containers that belong to no deployment that serves or runs.
        folders: Temporary folders and archives that no waiting or running deployment needs.
        bytes: Size of those images; layers they share are counted more than once.
    """

    images: tuple[str, ...]
    containers: tuple[str, ...]
    folders: tuple[str, ...]
    bytes: ByteSize


def kept_deployments(deployments: Iterable[Deployment], live: Collection[str], keep: int) -> tuple[Deployment, ...]:
    """Those that serve, that are under way or about to return, and of each app the last `keep` versions that served.

    A version is an image: restarts and changes of settings do not use up what a rollback may return to.
    """
    deployments = tuple(deployments)
    awaited = {d.source.deployment for d in deployments if not d.state.ended and isinstance(d.source, SameImage)}
    kept = []
    counted: dict[str, set[str]] = {}
    for deployment in sorted(deployments, key=lambda d: -d.number):
        served = deployment.state.served
        versions = counted.setdefault(deployment.app, set())
        version = deployment.image or deployment.id
        recent = served and (version in versions or len(versions) < keep)
        if recent:
            versions.add(version)
        if recent or not deployment.state.ended or deployment.id in live or deployment.id in awaited:
            kept.append(deployment)
    return tuple(kept)


def plan(
    *,
    kept: Iterable[Deployment],
    placements: Iterable[Placement],
    images: Iterable[ImageFacts],
    containers: Iterable[Instance],
    folders: Iterable[str],
) -> CleanupPlan:
    """Decide what to remove.

    Args:
        kept: Deployments that are kept.
        placements: Containers that are expected to exist.
        images: This home's images.
        containers: This home's containers of apps.
        folders: Names in the home's working folder: the id of a deployment, or an archive that one will unpack.
    """
    kept = tuple(kept)
    needed_images = {deployment.image for deployment in kept}
    needed_containers = {placement.container for placement in placements}
    active = [deployment for deployment in kept if not deployment.state.ended]
    needed_folders = {d.id for d in active} | {
        d.source.archive for d in active if isinstance(d.source, UploadedArchive)
    }
    unwanted = [image for image in images if image.id not in needed_images]
    return CleanupPlan(
        images=tuple(image.id for image in unwanted),
        containers=tuple(c.name for c in containers if c.name not in needed_containers),
        folders=tuple(name for name in folders if name not in needed_folders),
        bytes=ByteSize(sum(image.size for image in unwanted)),
    )


def added(one: CleanupPlan, other: CleanupPlan) -> CleanupPlan:
    """What would be removed in two places."""
    return CleanupPlan(
        images=one.images + other.images,
        containers=one.containers + other.containers,
        folders=one.folders + other.folders,
        bytes=ByteSize(one.bytes + other.bytes),
    )
