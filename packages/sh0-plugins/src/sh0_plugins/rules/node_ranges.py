"""Which versions a range of npm takes: the lowest, and the first that is beyond. Pure."""

import re
from typing import Final

__all__ = ["Version", "span"]

Version = tuple[int, ...]

_LOWEST: Final[Version] = (0, 0, 0)
_BEYOND: Final[Version] = (1 << 30, 0, 0)  # of all versions
_LONGEST: Final = 200
_NUMBER: Final = r"(\d{1,9}|[xX*])"
_PART: Final = re.compile(rf"(\^|~>?|>=?|<=?|=)?v?{_NUMBER}(?:\.{_NUMBER})?(?:\.{_NUMBER})?(?:\+[\w.-]+)?")
_HYPHEN: Final = re.compile(r"(\S+)\s+-\s+(\S+)")


def span(text: str) -> tuple[Version, Version] | None:
    """The lowest version that the highest alternative of a range takes, and the first that is too high for it.

    Args:
        text: The range, as in ``^14.2.5``, ``~14.1``, ``>=14 <14.2``, ``13.5.1 || 14.1.x``.

    Returns:
        Two versions of three numbers; None for what is no range: a tag, an address, a version before a release.
    """
    if len(text) > _LONGEST:
        return None
    spans = [_alternative(part.strip()) for part in text.split("||")]
    known = [each for each in spans if each is not None]
    return max(known, key=lambda each: each[1], default=None) if len(known) == len(spans) else None


def _alternative(text: str) -> tuple[Version, Version] | None:
    low, end = _LOWEST, _BEYOND
    text = _HYPHEN.sub(r">=\1 <=\2", text)
    for part in re.sub(r"([<>=^~])\s+", r"\1", text).split() or ["*"]:
        found = _PART.fullmatch(part)
        if found is None:
            return None
        first, after = _bounds(found[1] or "", _numbers(found[2], found[3], found[4]))
        low, end = max(low, first), min(end, after)
    return low, end


def _numbers(*parts: str | None) -> Version:
    """The numbers that are said: those before the first that may be any."""
    said: list[int] = []
    for part in parts:
        if part is None or not part.isdecimal():
            break
        said.append(int(part))
    return tuple(said)


def _bounds(operator: str, numbers: Version) -> tuple[Version, Version]:
    """The first version that a comparator takes, and the first that it does not."""
    low, beyond = _full(numbers), _next(numbers)
    match operator:
        case ">=":
            return low, _BEYOND
        case ">":
            return beyond, _BEYOND
        case "<":
            return _LOWEST, low
        case "<=":
            return _LOWEST, beyond
        case "^":
            kept = next((at for at, number in enumerate(numbers) if number), len(numbers)) + 1
            return low, _next(numbers[:kept])
        case "~" | "~>":
            return low, _next(numbers[:2])
    return low, beyond


def _next(numbers: Version) -> Version:
    return _full((*numbers[:-1], numbers[-1] + 1)) if numbers else _BEYOND


def _full(numbers: Version) -> Version:
    return (*numbers, 0, 0, 0)[:3]
