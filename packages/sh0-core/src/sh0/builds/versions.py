"""Which version of a language a project asks for, in the notations of PyPA, Poetry and npm."""

import re

import attrs

__all__ = ["Choice", "choose"]

_LATEST = 1 << 30
_LENGTH = 200  # of a requirement: what is longer is none
_COMPARATOR = re.compile(r"(===|==|~=|!=|>=|<=|>|<|\^|~|=)?\s*v?(\d+(?:\.(?:\d+|[xX*]))*)(?:-?[a-z][\w.+-]*)?")
_HYPHEN = re.compile(r"(\S+)\s+-\s+(\S+)")
_NAMED = {
    "lts/argon": "4",
    "lts/boron": "6",
    "lts/carbon": "8",
    "lts/dubnium": "10",
    "lts/erbium": "12",
    "lts/fermium": "14",
    "lts/gallium": "16",
    "lts/hydrogen": "18",
    "lts/iron": "20",
    "lts/jod": "22",
    "lts/krypton": "24",
    "lts/lithium": "26",
}  # nodejs/Release, schedule.json and CODENAMES.md of July 2026
_OTHERS = ("pypy", "graalpy", "anaconda", "miniconda", "jruby", "truffleruby")
"""Other implementations of a language, whose images are not the usual ones."""
_NEWEST = frozenset({"latest", "current", "node"})
_ANY = frozenset({"", "*", "x", "system", "stable", "lts", "lts/*"})


@attrs.frozen
class Choice:
    """A version of ours for what a project asks.

    Attributes:
        version: One of the versions that base images exist for.
        exact: Whether it satisfies the project; otherwise it is the next one up, or the last one on the way there.
        same_major: Whether its first number is one that the project asks for.
    """

    version: str
    exact: bool = True
    same_major: bool = True


def choose(wanted: str, supported: tuple[str, ...], default: str) -> Choice:
    """Pick the series of a language that satisfies a requirement.

    The default wins if it satisfies; otherwise the newest that does. Where none does, it goes by the first number
    that is mentioned: the next one up, within the same major version where that has any; the oldest for what is
    older than all, the newest for what is newer. A series stands for its newest patch release: ``3.12.4`` asks for
    3.12, and ``<3.12.5`` rules 3.12 out.

    Args:
        wanted: ``3.12.4``, ``>=3.10,<4``, ``^20``, ``18 || 20``, ``18 - 22``, ``lts/iron``, ``python-3.12.1`` …
        supported: Series that base images exist for, oldest first.
        default: The one to take when any will do.
    """
    text = wanted[:_LENGTH].strip().lower().removeprefix("python-").removeprefix("cpython-").removeprefix("cpython@")
    text = _NAMED.get(text, text)
    if text in _ANY:
        return Choice(default)
    if text in _NEWEST:
        return Choice(supported[-1])
    alternatives = [_comparators(part) for part in text.split("||")]
    fitting = [s for s in supported if any(part and all(_fits(s, c) for c in part) for part in alternatives)]
    usual = not text.startswith(_OTHERS)
    if fitting:
        return Choice(default if default in fitting else fitting[-1], exact=usual)
    mentioned = [_meant(*comparator) for part in alternatives for comparator in part]
    if not mentioned:
        return Choice(default, exact=False)
    known = [(_numbers(series), series) for series in supported]
    kin = [(numbers, series) for numbers, series in known if numbers[0] == mentioned[0][0]]
    above = (series for numbers, series in kin or known if numbers >= mentioned[0][: len(numbers)])
    version = next(above, (kin or known)[-1][1])
    majors = {numbers[0] for numbers, _ in known}
    return Choice(version, exact=False, same_major=any(numbers[0] in majors for numbers in mentioned))


def _meant(operator: str, bound: tuple[int, ...]) -> tuple[int, ...]:
    """The version that a comparator speaks of: below 8.0 are those of 7."""
    return (bound[0] - 1, _LATEST) if operator == "<" and bound[0] and not any(bound[1:]) else bound


def _numbers(series: str) -> tuple[int, ...]:
    return tuple(int(part) for part in series.split("."))


def _comparators(text: str) -> list[tuple[str, tuple[int, ...]]]:
    text = _HYPHEN.sub(r">=\1 <=\2", text.strip())
    found = []
    for operator, number in _COMPARATOR.findall(text):
        parts = tuple(int(part) for part in re.split(r"\.", number) if part.isdigit())
        found.append((operator or "==", parts))
    return found


def _fits(series: str, comparator: tuple[str, tuple[int, ...]]) -> bool:
    operator, bound = comparator
    known = _numbers(series)
    latest = (*known, _LATEST)
    shared = min(len(known), len(bound))
    same = known[:shared] == bound[:shared]
    match operator:
        case ">=":
            return latest >= bound
        case "<":
            return latest < bound
        case "<=":
            return latest[: len(bound)] <= bound
        case ">":
            return latest[: len(bound)] > bound
        case "!=":
            return len(bound) > len(known) or not same
        case "^":
            return latest >= bound and known[0] == bound[0]
        case "~=":
            return latest >= bound and known[: len(bound) - 1] == bound[: min(len(known), len(bound) - 1)]
        case "~":
            return latest >= bound and known[:2] == bound[: min(2, shared)] if len(known) > 1 else same
        case _:
            return same
