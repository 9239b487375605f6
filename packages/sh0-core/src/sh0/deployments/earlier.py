"""Which version a rollback returns to when nobody says. Pure.

It is the last one that differs from what serves and can run: images of long ago may be gone. Another image counts
first: who rolls back wants other code, and a restart, a scaling or a new variable since then has the same. Where there
was only ever one image, settings count.

A version that a rollback has brought back stands where it stood, so a second rollback goes further back instead of
returning to what the first one left.
"""

from collections.abc import Callable, Mapping, Sequence

import attrs


@attrs.frozen
class Served:
    """Something that went live: a deployment of an app, or a release of a stack.

    Attributes:
        id: Its id.
        number: Counts up.
        images: Content ids of its images.
        settings: Everything else that it runs with.
        returned_to: Id of the earlier one that it brought back, if it is a rollback.
    """

    id: str
    number: int
    images: Mapping[str, str | None]
    settings: object
    returned_to: str | None = None


def last_that_differs(
    served: Sequence[Served], serving: str, runnable: Callable[[Served], bool] = lambda one: True
) -> Served | None:
    """The one to return to, or None if none of those that can run differs from the one that serves.

    Args:
        served: All that went live, in any order.
        serving: Id of the one that serves.
        runnable: Whether one can run; asked of the newest first, and no more often than needed.
    """
    found = {each.id: each for each in served}
    for same in (_same_images, _same):
        position = _position(found, found[serving], same)
        before = [each for each in found.values() if each.number < position and not same(each, found[serving])]
        found_one = next((each for each in sorted(before, key=_number, reverse=True) if runnable(each)), None)
        if found_one is not None:
            return found_one
    return None


def _position(found: Mapping[str, Served], one: Served, same: Callable[[Served, Served], bool]) -> int:
    """The number at which a version stands: that of what it brought back, or of the first of a row of equal ones."""
    while True:
        previous = max((each for each in found.values() if each.number < one.number), key=_number, default=None)
        origin = found.get(one.returned_to or "")
        if origin is not None and origin.number < one.number:
            one = origin
        elif previous is not None and same(previous, one):
            one = previous
        else:
            return one.number


def _number(one: Served) -> int:
    return one.number


def _same_images(one: Served, other: Served) -> bool:
    return one.images == other.images


def _same(one: Served, other: Served) -> bool:
    return one.images == other.images and one.settings == other.settings
