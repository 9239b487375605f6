"""An image that was built for an app serves that app only."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from sh0.builds.bases import Base, triggered
from sh0.errors import BadDockerfile, ImageUnavailable
from sh0.image_names import ambiguous, refusal
from sh0.ports.runtime import ImageFacts, Runtime

_TRIGGERS: Final = 16 << 10  # characters of the instructions that one image has for builds
_HINT = "Use an image that was not built by sh0, or build this one from its own source."


BuiltFor = Callable[[ImageFacts], str | None]
"""Tells for which app an image was built; None where it was not built for one."""


def labelled(facts: ImageFacts) -> str | None:
    """The app that an image was built for, by the name that it had then."""
    return facts.labels.get("sh0.app")


def demand_usable(reference: str, facts: ImageFacts, home_id: str, app: str, built_for: BuiltFor = labelled) -> None:
    """Make sure that what a reference led to may serve an app, whatever name somebody gave it.

    Raises:
        ImageUnavailable: It was built by sh0 for something else.
    """
    home = facts.labels.get("sh0.home")
    owner = built_for(facts) if home == home_id else None
    if home is None or (home == home_id and owner == app):
        return
    of = f"for the app {owner}" if owner is not None else "by sh0"
    raise ImageUnavailable(f"the image {reference} was built {of}, and serves nothing else", hint=_HINT)


def demand_own_bases(
    bases: Iterable[Base],
    runtime: Runtime,
    home_id: str,
    app: str,
    note: Callable[[str], None],
    proceed: Callable[[], None],
    built_for: BuiltFor = labelled,
) -> None:
    """Make sure that a Dockerfile takes nothing from images that were built for other apps.

    An image that a stage starts from brings instructions of its own (``ONBUILD``), which the builder carries out. So it
    is fetched before the build, and these are looked at as the Dockerfile is.

    Args:
        bases: The images that it refers to.
        runtime: The engine that builds.
        home_id: Identity of the home.
        app: For which app is built.
        note: Receives what the reader should know.
        proceed: Called again and again while something is fetched; raises if the work is to stop.
        built_for: Tells for which app an image was built.

    Raises:
        BadDockerfile: One is referred to by its id, or by a name that sh0 gives.
        ImageUnavailable: A name leads to an image that was built by sh0 for something else, or one that a stage starts
            from cannot be had.
    """

    def usable(reference: str, facts: ImageFacts | None) -> ImageFacts | None:
        if facts is not None:
            demand_usable(reference, facts, home_id, app, built_for)
        return facts

    for base in bases:
        reference, where = base.reference, f"Dockerfile:{base.line}: {base.reference[:80]}"
        _demand_name(reference, where)
        facts = usable(reference, runtime.image(reference))
        if base.stage is None:
            continue
        if facts is None or not _runs_on(facts, base.platform):
            note(f"pulling {reference}")
            facts = runtime.pull(reference, platform=base.platform, proceed=proceed)
            usable(reference, facts)
        for source in _triggered(facts.triggers, base.stage, where):
            _demand_name(source, f"{where} brings the instruction to copy from {source[:80]}, which")
            usable(source, runtime.image(source))


def _runs_on(facts: ImageFacts, asked: str) -> bool:
    """Whether an image is for the platform that a stage asks for, which may leave parts of it out: ``arm64``."""
    return not asked or {*asked.lower().split("/")} <= {*facts.platform.split("/")}


def _triggered(triggers: Sequence[str], stage: int, where: str) -> Iterator[str]:
    if sum(map(len, triggers)) > _TRIGGERS:
        raise BadDockerfile(
            f"{where} brings more than {_TRIGGERS >> 10} KiB of instructions for what starts from it (ONBUILD)",
            hint="Start from an image that brings fewer.",
            log=[],
        )
    return triggered(triggers, stage)


def _demand_name(reference: str, where: str) -> None:
    reason = refusal(reference)
    if reason is None and ambiguous(reference):
        reason = f"the engine could take it for an id; write {reference}:latest for a name"
    if reason is not None:
        raise BadDockerfile(
            f"{where} is not used: {reason}",
            hint="Name the image as its registry does, for instance debian:bookworm-slim.",
            log=[],
        )
