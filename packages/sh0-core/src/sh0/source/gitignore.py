"""What a file in the notation of ``.gitignore`` leaves out, by the rules of git."""

import os
from bisect import bisect
from collections.abc import Sequence
from typing import Final

import attrs

from sh0.source.globs import LastOf, bounded, character_class, literal

__all__ = ["GitIgnore"]

_WILD = frozenset("*?[\\")
_ANY: Final = ((0, 0x10FFFF),)
_CLASSES: Final = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": ((48, 57),),
    "graph": ((33, 126),),
    "lower": ((97, 122),),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 10), (13, 13), (32, 32)),
    "upper": ((65, 90),),
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}
_NEVER = r"[^\x00-\x{10FFFF}]"


@attrs.frozen
class _Pattern:
    """One line.

    Attributes:
        negated: Whether it brings back.
        folders: Whether it is about folders only.
        inside: Whether it is about names at any depth, not about paths.
        text: What it matches where nothing in it is special, else empty.
        ending: What names end with where it is a star and nothing else that is special, else empty.
        expression: What it matches in general.
    """

    negated: bool
    folders: bool
    inside: bool
    text: str
    ending: str
    expression: str

    @property
    def plain(self) -> bool:
        """Whether it takes no expression."""
        return bool(self.text or self.ending)

    def match(self, path: str, name: str) -> bool:
        """Whether it matches, where it takes no expression."""
        tried = name if self.inside else path
        return tried == self.text if self.text else tried.endswith(self.ending)


@attrs.frozen
class _Expressions:
    """Patterns that take an expression.

    Attributes:
        places: Where each stands in its file.
        matching: Their expressions.
    """

    places: tuple[int, ...]
    matching: LastOf

    @classmethod
    def of(cls, patterns: Sequence[_Pattern], *, inside: bool, folder: bool) -> "_Expressions":
        """Those that are about names, or about paths; for what is no folder, those that are not about folders only."""
        chosen = {
            place: each.expression
            for place, each in enumerate(patterns)
            if not each.plain and each.inside == inside and (folder or not each.folders)
        }
        return cls(tuple(chosen), LastOf(tuple(chosen.values())))

    def last(self, text: str, after: int) -> int:
        """The place of the last one that matches, if it stands after another; else that one."""
        found = self.matching.last(text, bisect(self.places, after))
        return self.places[found] if found >= 0 else after


class GitIgnore:
    """The lines of one file. The last one that matches decides; one that can match nothing is passed over, as git does.

    Args:
        text: The text of the file.
        source: Its path, for messages.

    Raises:
        Invalid: It has more lines, or longer ones, than anybody needs.
    """

    def __init__(self, text: str, source: str = ".gitignore") -> None:
        lines = [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]
        written = [line for line in lines if line and not line.startswith("#")]
        bounded(written, source)
        found = (_parsed(os.fsencode(_encodable(line)).decode("latin-1")) for line in written)
        self._patterns = [pattern for pattern in found if pattern is not None]
        self._plain = [place for place, pattern in enumerate(self._patterns) if pattern.plain]
        self._names = {on: _Expressions.of(self._patterns, inside=True, folder=on) for on in (False, True)}
        self._paths = {on: _Expressions.of(self._patterns, inside=False, folder=on) for on in (False, True)}
        self.negates = any(each.negated for each in self._patterns)
        """Whether any line brings something back."""

    def verdict(self, path: str, *, folder: bool) -> bool | None:
        """What it says about a path itself: True to leave out, False to keep, None for no opinion.

        Args:
            path: Relative to the folder of the file, posix.
            folder: Whether it is a folder, and no link to one.
        """
        if not path.isascii():
            path = os.fsencode(path).decode("latin-1")  # git compares bytes
        name = path.rpartition("/")[2]
        plain = (at for at in reversed(self._plain) if folder or not self._patterns[at].folders)
        place = next((at for at in plain if self._patterns[at].match(path, name)), -1)
        place = self._names[folder].last(name, place)
        place = self._paths[folder].last(path, place)
        return None if place < 0 else not self._patterns[place].negated


def _encodable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def _parsed(line: str) -> _Pattern | None:
    line = _trimmed(line)
    negated = line.startswith("!")
    text = line[negated:]
    folders = text.endswith("/")
    text = text[:-1] if folders else text
    inside = "/" not in text
    text = text.removeprefix("/") if not inside else text
    if not text:
        return None
    if not _WILD & set(text):
        return _Pattern(negated, folders, inside, text, "", "")
    if inside and text[0] == "*" and len(text) > 1 and not _WILD & set(text[1:]):
        return _Pattern(negated, folders, inside, "", text[1:], "")
    start = next(at for at, char in enumerate(text) if char in _WILD)
    # What follows the first special character is matched by itself, so that a `**` there counts as one between slashes.
    rest = _translated(text[start:], paths=not inside)
    return _Pattern(negated, folders, inside, "", "", f"(?s)^{literal(text[:start])}{rest}$")


def _trimmed(line: str) -> str:
    """A line without the spaces at its end, but for one that is escaped."""
    end = len(line)
    while end and line[end - 1] == " ":
        escapes = end - 1 - len(line[: end - 1].rstrip("\\"))
        if escapes % 2:
            break
        end -= 1
    return line[:end]


def _translated(text: str, *, paths: bool) -> str:
    slash = "/" if paths else ""
    one = character_class(_ANY, never=slash)
    pieces, at = list[str](), 0
    while at < len(text):
        char, begin, at = text[at], at, at + 1
        if char == "*":
            while text[at : at + 1] == "*":
                at += 1
            bounded_ = begin == 0 or text[begin - 1] == "/"
            wide = at - begin > 1 and bounded_ and (text[at : at + 1] in ("", "/") or text[at : at + 2] == "\\/")
            if not paths or wide:
                if wide and paths and text[at : at + 1] == "/":
                    pieces.append("(?:.*/)?")
                    at += 1
                else:
                    pieces.append(".*")
            else:
                pieces.append(f"{one}*")
        elif char == "?":
            pieces.append(one)
        elif char == "\\":
            if at == len(text):
                return _NEVER
            pieces.append(literal(text[at]))
            at += 1
        elif char == "[":
            found = _class(text, at)
            if found is None:
                return _NEVER
            ranges, negated, at = found
            pieces.append(character_class(ranges, negated=negated, never=slash))
        else:
            pieces.append(literal(char))
    return "".join(pieces)


def _class(text: str, at: int) -> tuple[list[tuple[int, int]], bool, int] | None:
    """The ranges of a bracket, whether it is negated, and where it ends; None for one that can match nothing."""
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    ranges: list[tuple[int, int]] = []
    before = ""
    first = True
    while first or text[at : at + 1] != "]":
        first = False
        char = text[at : at + 1]
        if not char:
            return None
        if char == "\\":
            at += 1
            char = text[at : at + 1]
            if not char:
                return None
            ranges.append((ord(char), ord(char)))
        elif char == "-" and before and text[at + 1 : at + 2] not in ("", "]"):
            at += 1
            if text[at] == "\\":
                at += 1
                if at == len(text):
                    return None
            ranges.append((ord(before), ord(text[at])))
            char = ""
        elif char == "[" and text[at + 1 : at + 2] == ":":
            end = text.find("]", at + 2)
            if end < 0:
                return None
            if end > at + 2 and text[end - 1] == ":":
                known = _CLASSES.get(text[at + 2 : end - 1])
                if known is None:
                    return None
                ranges += known
                at, char = end, ""
            else:
                ranges.append((91, 91))
        else:
            ranges.append((ord(char), ord(char)))
        before, at = char, at + 1
    return ranges, negated, at + 1
