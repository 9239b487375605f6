"""What somebody may have meant by a name that there is not."""

import difflib
from collections.abc import Iterable
from typing import Final

__all__ = ["did_you_mean", "nearest"]

_ALIKE: Final = 0.7  # "nosuch" is not like "couchdb" (0.6), "ghots" is like "ghost" (0.8)
_LONGEST: Final = 80  # characters of a name that are compared
_MOST: Final = 2000  # names that it is compared with
_PREFIX: Final = 3


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like another; one that alone begins with it counts as well; else None."""
    name, names = name[:_LONGEST], [each for _, each in zip(range(_MOST), known, strict=False)]
    by_case = {each.lower(): each for each in names}
    near = difflib.get_close_matches(name.lower(), by_case, 1, _ALIKE)
    if near:
        return by_case[near[0]]
    if any(swapped := [each for lowered, each in by_case.items() if _swapped(name.lower(), lowered)]):
        return swapped[0]
    longer = [each for each in names if each.startswith(name)] if len(name) >= _PREFIX else []
    return longer[0] if len(longer) == 1 else None


def _swapped(one: str, other: str) -> bool:
    """Whether two words differ by two letters that changed places."""
    if len(one) != len(other) or len(one) < _PREFIX:
        return False
    differ = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return len(differ) == 2 and one[differ[0]] == other[differ[1]] and one[differ[1]] == other[differ[0]]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The question with the nearest name, or an empty text."""
    near = nearest(name, known)
    return f"did you mean {near}?" if near else ""
