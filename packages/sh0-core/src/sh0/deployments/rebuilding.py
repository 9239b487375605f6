"""Where the version of a deployment comes from, for when its image is no longer on the server. Pure."""

from collections.abc import Iterable

from sh0.errors import ImageUnavailable
from sh0.records.deployment import (
    ComposeService,
    Deployment,
    PushedRevision,
    RegistryImage,
    RemoteRepository,
    SameImage,
    Source,
)


def origin(deployment: Deployment, others: Iterable[Deployment]) -> Deployment | None:
    """The deployment that brought the version of this one: itself, or the last earlier one of the same image.

    An image that was made again, out of the same source, has the name of its version.

    Args:
        deployment: The deployment.
        others: Deployments of its app.
    """
    if not isinstance(deployment.source, SameImage):
        return deployment
    earlier = [each for each in others if each.number < deployment.number and not isinstance(each.source, SameImage)]
    brought = [each for each in earlier if each.image == deployment.image]
    again = [each for each in earlier if each.state.served and each.revision == deployment.revision]
    return max(brought or again, key=lambda each: each.number, default=None)


def exact_source(brought: Deployment | None) -> Source | None:
    """The source out of which exactly that version can be made again, or None if there is none any more.

    A commit that was pushed is in the app's repository. A branch elsewhere may have moved, and an archive is not kept.
    """
    source = brought.source if brought is not None else None
    if isinstance(source, PushedRevision):
        return PushedRevision(source.commit, source.branch)
    return source if isinstance(source, RegistryImage) else None


def image_is_gone(deployment: Deployment, brought: Deployment | None) -> ImageUnavailable:
    """The error for a version whose image is gone and cannot be made again here, with the command that helps."""
    source = brought.source if brought is not None else None
    if isinstance(source, RemoteRepository):
        way = f"Deploy what its branch has now: sh0 deploy {deployment.app}"
    elif isinstance(source, ComposeService):
        way = f"Bring the stack up again: sh0 compose up --name {source.release.rpartition('.')[0]}"
    elif isinstance(source, PushedRevision | RegistryImage):
        way = f"Deploy it again: sh0 deploy {deployment.app}"
    else:
        way = f"Send its folder again: sh0 push PATH --app {deployment.app}"
    return ImageUnavailable(f"the image of {deployment.id} is no longer on the server", hint=way)
