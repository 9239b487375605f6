"""The log drains of a ``sh0.yaml`` against those of an app. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from sh0.manifest.model import DeclaredDrain
from sh0.operations import Call
from sh0.records.deployment import Change
from sh0.records.drain import LogDrain, unusable

__all__ = ["drain_calls", "unclear_drain"]


def drain_calls(
    app: str, wanted: Iterable[DeclaredDrain], present: Iterable[LogDrain], *, prune: bool
) -> Iterator[tuple[Change, Call]]:
    """What makes the drains of an app those of its file; what that leaves out of one stays.

    Args:
        app: Name of the app.
        wanted: Those of the file.
        present: Those that it has.
        prune: Whether others are removed.
    """
    have, listed = {each.name: each for each in present}, {each.name: each for each in wanted}
    for name, drain in listed.items():
        given, before = _given(drain), have.get(name)
        if before is None:
            what = Change(f"log drain {name}", "none", drain.url)
            yield what, Call("drains.add", {"app": app, "name": name, **given})
        elif changed := {key: value for key, value in given.items() if getattr(before, key) != value}:
            then = drain.url if "destination" in changed else f"another {' and '.join(changed)}"
            what = Change(f"log drain {name}", before.destination, then)
            yield what, Call("drains.change", {"app": app, "name": name, **changed})
    for name, present_drain in have.items():
        if prune and name not in listed:
            what = Change(f"log drain {name}", present_drain.destination, "none")
            yield what, Call("drains.remove", {"app": app, "name": name})


def _given(drain: DeclaredDrain) -> Mapping[str, object]:
    said = {
        "destination": drain.url,
        "variable": drain.variable,
        "header": drain.header,
        "ca": drain.ca,
        "gzip": drain.gzip,
    }
    return {key: value for key, value in said.items() if value is not None}


def unclear_drain(drain: DeclaredDrain) -> str | None:
    """Why nothing can be sent as a drain of a file says; None if it can."""
    return unusable(drain.url, token=drain.variable is not None, ca=bool(drain.ca), gzip=bool(drain.gzip))
