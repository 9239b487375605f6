"""How new a release may be that a requirement asks for: the upper bound of its version specifiers. Pure."""

import re
from itertools import zip_longest
from typing import Final

import attrs

__all__ = ["Ceiling", "ceiling_of", "poetry_ceiling", "requirement_ceilings"]

_REQUIREMENT: Final = re.compile(
    r"^[ \t]*([A-Za-z0-9][\w.-]*)[ \t]*(?:\[([^\]\n]*)\])?[ \t]*\(?[ \t]*((?:[=<>!~]=?=?)[^;#\n\r\\)]{1,200})", re.M
)
_SPECIFIER: Final = re.compile(r"[ \t]*(===|==|~=|<=|<)[ \t]*v?(\d{1,9}(?:\.\d{1,9}){0,8})(\.\*)?[ \t]*")
_POETRY: Final = re.compile(r"[ \t]*([\^~])[ \t]*(\d{1,9}(?:\.\d{1,9}){0,8})[ \t]*")


@attrs.frozen
class Ceiling:
    """The newest release that a requirement takes.

    Attributes:
        text: As people write it: ``4.9.1``, ``<5``.
        release: The numbers of the bound.
        inclusive: Whether the bound itself is taken.
    """

    text: str
    release: tuple[int, ...]
    inclusive: bool

    def takes(self, release: tuple[int, ...]) -> bool:
        """Whether a release is not too new."""
        pairs = list(zip_longest(release, self.release, fillvalue=0))
        theirs, ours = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        return theirs <= ours if self.inclusive else theirs < ours


def requirement_ceilings(text: str) -> list[tuple[str, tuple[str, ...], Ceiling]]:
    """Name, extras and bound of each requirement of a text that has a bound, a requirement a line.

    Args:
        text: Requirements as in PEP 508.
    """
    found = []
    for name, extras, specifiers in _REQUIREMENT.findall(text):
        ceiling = ceiling_of(specifiers)
        if ceiling is not None:
            found.append((name, tuple(extra.strip().lower() for extra in extras.split(",") if extra.strip()), ceiling))
    return found


def ceiling_of(specifiers: str) -> Ceiling | None:
    """The bound of specifiers such as ``>=4.6,<5``; None if any newer release will do."""
    bounds = [bound for each in specifiers.split(",") if (bound := _bound(each)) is not None]
    return min(bounds, key=lambda bound: (bound.release, bound.inclusive), default=None)


def poetry_ceiling(constraint: str) -> Ceiling | None:
    """The bound of a constraint of Poetry, which has carets and tildes, and where a version alone is that one."""
    found = _POETRY.fullmatch(constraint)
    if found is not None:
        numbers = _numbers(found[2])
        kept = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1) + 1
        return _below(numbers[: kept if found[1] == "^" else 2])
    alone = re.fullmatch(r"[ \t]*\d[\d.]*(?:\.\*)?[ \t]*", constraint)
    return ceiling_of(f"=={constraint.strip()}" if alone else constraint)


def _bound(specifier: str) -> Ceiling | None:
    found = _SPECIFIER.fullmatch(specifier)
    if found is None:
        return None
    operator, version, any_after = found.groups()
    numbers = _numbers(version)
    if operator == "<":
        return Ceiling(f"<{version}", numbers, False)
    if operator == "~=":
        return _below(numbers[:-1])
    if operator == "==" and any_after:
        return _below(numbers)
    return Ceiling(version if operator != "<=" else f"<={version}", numbers, True)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _below(kept: tuple[int, ...]) -> Ceiling | None:
    """The bound that keeps these numbers; None where there are none to keep, as in ``~=2``, which PEP 440 refuses."""
    if not kept:
        return None
    following = (*kept[:-1], kept[-1] + 1)
    return Ceiling(f"<{'.'.join(map(str, following))}", following, False)
