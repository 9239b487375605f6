"""Which folders a workspace's patterns name, in the notation that npm, pnpm, uv and Cargo share."""

import re
from collections.abc import Iterable
from itertools import islice

from sh0.plugin import matches_pattern

__all__ = ["is_member"]

_BRACES = re.compile(r"\{([^{}]*)\}")
_ALTERNATIVES, _PATTERNS, _LENGTH = 64, 100, 300


def is_member(folder: str, patterns: Iterable[str]) -> bool:
    """Whether a folder is one of a workspace's members; a pattern that begins with ``!`` takes folders away.

    Args:
        folder: The folder, relative to the top of the workspace.
        patterns: ``packages/*``, ``apps/**``, ``{apps,libs}/*``, ``!**/test``; the last one that matches decides.
            Those beyond a hundred, and those of more than 300 characters, do not count.
    """
    parts = folder.split("/")
    member = False
    for pattern in islice((each for each in patterns if len(each) <= _LENGTH), _PATTERNS):
        taken = pattern.startswith("!")
        if any(_matches(parts, _parts(each)) for each in _alternatives(pattern.removeprefix("!"))):
            member = not taken
    return member


def _parts(pattern: str) -> list[str]:
    return [part for part in pattern.split("/") if part not in ("", ".")]


def _alternatives(pattern: str) -> list[str]:
    """The patterns that one with braces stands for; beyond a bound, the rest of its braces are plain text."""
    done, open_ = list[str](), [pattern]
    while open_:
        each = open_.pop()
        found = _BRACES.search(each) if len(done) + len(open_) < _ALTERNATIVES else None
        if found is None:
            done.append(each)
        else:
            open_ += [each[: found.start()] + choice + each[found.end() :] for choice in found[1].split(",")]
    return done


def _matches(parts: list[str], pattern: list[str]) -> bool:
    """Whether a path matches, where ``**`` stands for any number of folders. Quadratic at worst, whatever it holds."""
    reached = {0}
    for piece in pattern:
        if piece == "**":
            reached = set(range(min(reached, default=0), len(parts) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(parts) and matches_pattern(parts[at], piece)}
    return len(parts) in reached
