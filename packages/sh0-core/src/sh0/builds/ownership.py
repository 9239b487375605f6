"""An image that was built for an app serves that app only."""

from collections.abc import Iterable

from sh0.builds.bases import Base
from sh0.errors import BadDockerfile, ImageUnavailable
from sh0.image_names import ambiguous, refusal
from sh0.ports.runtime import ImageFacts, Runtime

_HINT = "Use an image that was not built by sh0, or build this one from its own source."


def demand_usable(reference: str, facts: ImageFacts, home_id: str, app: str) -> None:
    """Make sure that what a reference led to may serve an app, whatever name somebody gave it.

    Raises:
        ImageUnavailable: It was built by sh0 for something else.
    """
    home = facts.labels.get("sh0.home")
    if home is None or (home == home_id and facts.labels.get("sh0.app") == app):
        return
    of = f"for the app {facts.labels['sh0.app']}" if home == home_id and "sh0.app" in facts.labels else "by sh0"
    raise ImageUnavailable(f"the image {reference} was built {of}, and serves nothing else", hint=_HINT)


def demand_own_bases(bases: Iterable[Base], runtime: Runtime, home_id: str, app: str) -> None:
    """Make sure that a Dockerfile takes nothing from images that were built for other apps.

    Raises:
        BadDockerfile: It refers to an image by its id, or by a name that sh0 gives.
        ImageUnavailable: A name leads to an image that was built by sh0 for something else.
    """
    for base in bases:
        reason = refusal(base.reference)
        if reason is None and ambiguous(base.reference):
            reason = f"the engine could take it for an id; write {base.reference}:latest for a name"
        if reason is not None:
            raise BadDockerfile(
                f"Dockerfile:{base.line}: {base.reference[:80]} is not used: {reason}",
                hint="Name the image as its registry does, for instance debian:bookworm-slim.",
                log=[],
            )
        facts = runtime.image(base.reference)
        if facts is not None:
            demand_usable(base.reference, facts, home_id, app)
