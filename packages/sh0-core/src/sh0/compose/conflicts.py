"""What a service says twice in different words, or in words that exclude each other: refused, as Compose does."""

from collections.abc import Callable
from typing import Final

from sh0.compose import scalars
from sh0.compose.fields import Fields, text_of
from sh0.compose.tree import bad

__all__ = ["refuse_conflicts"]

_TWICE: Final[tuple[tuple[str, str, Callable[[object], object]], ...]] = (
    ("scale", "deploy.replicas", scalars.count),
    ("cpus", "deploy.resources.limits.cpus", scalars.number),
    ("mem_limit", "deploy.resources.limits.memory", scalars.size),
    ("mem_reservation", "deploy.resources.reservations.memory", scalars.size),
    ("pids_limit", "deploy.resources.limits.pids", text_of),
)
"""Older keys, the newer ones that mean the same, and how both are read."""


def refuse_conflicts(service: Fields) -> None:
    """Refuse a service that contradicts itself.

    Raises:
        Invalid: It does; the message says where.
    """
    for old, new, convert in _TWICE:
        *above, last = new.split(".")
        newer = service
        for key in above:
            newer = newer.below(key)
        first, second = service.optional(old, convert), newer.optional(last, convert)
        if first is not None and second is not None and first != second:
            said = f"has {old} and {new}, which are not the same"
            raise bad(service.place(old), service.path, said, "Keep one of them.")
    platform, platforms = service.text("platform"), service.below("build").texts("platforms")
    if platform and platforms and platform not in platforms:
        said = f"is to run on {platform}, and is built for {', '.join(platforms)}"
        raise bad(service.place("platform"), service.path, said, "Build it for the platform that it runs on.")
    reserved = service.below("deploy").below("resources").below("reservations")
    for request in (*service.each("gpus"), *reserved.each("devices")):
        _refuse_request(request)
    for watch in service.below("develop").each("watch"):
        if watch.text("action") not in ("rebuild", "restart") and not watch.text("target"):
            raise bad(watch.node.place, watch.path, "needs a target, unless its action is rebuild or restart")


def _refuse_request(request: Fields) -> None:
    if request.has("count") and request.has("device_ids"):
        raise bad(request.place("count"), request.path, "has count and device_ids; one is allowed")
    count = request.text("count")
    if count and count != "all" and not count.removeprefix("-").isdecimal():
        raise bad(request.place("count"), request.path, f"has the count {count!r:.40}; a number or all is allowed")
