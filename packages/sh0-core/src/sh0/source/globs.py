"""Patterns that a project brings, matched in linear time.

Such a pattern never reaches `re`, which backtracks: a line like ``*a*a*a*a*b`` would hold the interpreter for minutes.
It is translated into the syntax of RE2 instead, whose time grows with the text alone, and which lets other threads run.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import attrs

from sh0.errors import Invalid

if TYPE_CHECKING:
    import re2

__all__ = [
    "LONGEST",
    "MOST",
    "TOTAL",
    "LastOf",
    "anchored",
    "bounded",
    "character_class",
    "compiled",
    "literal",
    "matches",
]

MOST: Final = 5_000
"""Patterns that one file may hold."""
LONGEST: Final = 2_000
"""Characters that one pattern may have."""
TOTAL: Final = 128 << 10
"""Characters that all patterns of one file may have together: what one path may cost at most depends on it."""

_LAST_CHARACTER = 0x10FFFF
_SPECIAL = frozenset("*?[")
_ANYTHING = r"[\x00-\x{10FFFF}]*"
_AT_ONCE = 16 << 10  # characters of expressions that are joined to one


def bounded(patterns: Sequence[str], source: str) -> None:
    """Refuse patterns that are more, or longer, than anybody needs.

    Args:
        patterns: The patterns of one file.
        source: What they were read from, for the message.

    Raises:
        Invalid: There are too many of them, or one is too long.
    """
    hint = f"Shorten {source}: one pattern can name a whole folder."
    if len(patterns) > MOST:
        raise Invalid(f"{source} has {len(patterns)} patterns; {MOST} are allowed", hint=hint, path=source)
    for number, pattern in enumerate(patterns, 1):
        if len(pattern) > LONGEST:
            raise Invalid(
                f"pattern {number} of {source} has {len(pattern)} characters; {LONGEST} are allowed",
                hint=hint,
                path=source,
            )
    if (total := sum(map(len, patterns))) > TOTAL:
        raise Invalid(f"the patterns of {source} have {total} characters; {TOTAL} are allowed", hint=hint, path=source)


def compiled(expression: str) -> "re2._Regexp[str] | None":
    """A regular expression in the syntax of RE2, or None if it is none."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(expression, options)
    except re2.error:
        return None


def literal(text: str) -> str:
    """An expression that matches a text and nothing else."""
    return "".join(char if char.isalnum() and char.isascii() else f"\\x{{{ord(char):x}}}" for char in text)


def character_class(ranges: Iterable[tuple[int, int]], *, negated: bool = False, never: str = "") -> str:
    """An expression that matches one character.

    Args:
        ranges: First and last code points; one whose last is below its first holds nothing.
        negated: Match what is not in them.
        never: A character that it does not match in any case.
    """
    known = [(first, last) for first, last in ranges if first <= last]
    if never and negated:
        known.append((ord(never), ord(never)))
    elif never:
        at = ord(never)
        known = [
            part
            for first, last in known
            for part in ([(first, at - 1), (at + 1, last)] if first <= at <= last else [(first, last)])
            if part[0] <= part[1]
        ]
    if not known:
        known, negated = [(0, _LAST_CHARACTER)], not negated
    body = "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in known)
    return f"[^{body}]" if negated else f"[{body}]"


def matches(text: str, pattern: str) -> bool:
    """Whether a whole text matches a pattern as in `fnmatch`, case and all: ``*``, ``?``, ``[abc]``, ``[!abc]``.

    A pattern that is longer than `LONGEST` matches nothing.
    """
    if not _SPECIAL & set(pattern):
        return text == pattern
    expression = _expression(pattern) if len(pattern) <= LONGEST else None
    return expression is not None and expression.search(_plain(text)) is not None


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> "re2._Regexp[str] | None":
    return compiled(anchored(pattern))


def anchored(pattern: str) -> str:
    """The expression that matches the same whole texts as a pattern in the notation of `matches`."""
    return f"^{_translated(_plain(pattern))}$"


def _plain(text: str) -> str:
    """The text without halves of characters, which stand for bytes that are no UTF-8 in names of files."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _translated(pattern: str) -> str:
    pieces, at = [""], 0
    while at < len(pattern):
        char, at = pattern[at], at + 1
        if char == "*":
            if pieces[-1] != _ANYTHING:
                pieces.append(_ANYTHING)
        elif char == "?":
            pieces.append(_ANYTHING[:-1])
        elif char == "[" and (end := pattern.find("]", at + 1 + (pattern[at : at + 1] == "!"))) > 0:
            inside, at = pattern[at:end], end + 1
            negated = inside.startswith("!")
            pieces.append(character_class(_ranges(inside[negated:]), negated=negated))
        else:
            pieces.append(literal(char))
    return "".join(pieces)


def _ranges(inside: str) -> list[tuple[int, int]]:
    found, at = [], 0
    while at < len(inside):
        wide = at + 2 < len(inside) and inside[at + 1] == "-"
        found.append((ord(inside[at]), ord(inside[at + 2 if wide else at])))
        at += 3 if wide else 1
    return found


@attrs.frozen
class LastOf:
    """Many expressions, asked which is the last that matches: halves in which none does are passed over at once.

    Attributes:
        expressions: The expressions, each of which is anchored at both ends. One that is none matches nothing.
    """

    expressions: tuple[str, ...]
    _joined: "dict[tuple[int, int], re2._Regexp[str] | None]" = attrs.field(factory=dict, init=False)

    def last(self, text: str, begin: int = 0, end: int | None = None) -> int:
        """The place of the last one that matches, or -1.

        Args:
            text: What is matched.
            begin: Those before this place are not asked.
            end: Nor are this one and those after it.
        """
        if begin >= (len(self.expressions) if end is None else end):
            return -1
        return self._last(text, (begin, len(self.expressions) if end is None else end), 0, len(self.expressions))

    def _last(self, text: str, asked: tuple[int, int], low: int, high: int) -> int:
        if low >= asked[1] or high <= asked[0] or not self._any(text, low, high):
            return -1
        if high - low == 1:
            return low
        middle = (low + high) // 2
        found = self._last(text, asked, middle, high)
        return found if found >= 0 else self._last(text, asked, low, middle)

    def _any(self, text: str, low: int, high: int) -> bool:
        """Whether one of a range matches, or may do so where they cannot be joined."""
        if (low, high) not in self._joined:
            parts = self.expressions[low:high]
            short = len(parts) == 1 or sum(map(len, parts)) <= _AT_ONCE
            self._joined[low, high] = compiled("|".join(f"(?:{part})" for part in parts)) if short else None
        joined = self._joined[low, high]
        return high - low > 1 if joined is None else joined.search(text) is not None
