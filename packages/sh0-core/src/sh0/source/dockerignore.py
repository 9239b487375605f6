"""What a ``.dockerignore`` excludes, by the rules of the engine."""

import posixpath
from bisect import bisect
from collections.abc import Iterable
from pathlib import Path

import attrs

from sh0.errors import Invalid
from sh0.source.globs import LastOf, bounded, compiled

__all__ = ["IGNORE_FILE", "DockerIgnore", "ignore_file_of", "lines_of"]

IGNORE_FILE = ".dockerignore"
_ESCAPED = frozenset(".+()|{}$")
NOTHING = -1
"""Place of the pattern that decides about a path which no pattern matches."""


def ignore_file_of(context: Path, dockerfile: Path) -> str:
    """Path, in a build context, of the ignore file that counts: a Dockerfile may have one of its own beside it.

    That one replaces the folder's, see https://docs.docker.com/build/concepts/context/#filename-and-location.

    Args:
        context: The folder that is built.
        dockerfile: The Dockerfile, which may lie outside of it.
    """
    own = dockerfile.with_name(f"{dockerfile.name}.dockerignore")
    if own.is_relative_to(context) and own.is_file() and not own.is_symlink():
        return own.relative_to(context).as_posix()
    return IGNORE_FILE


def lines_of(text: str) -> list[str]:
    """The patterns in the text of a ``.dockerignore``, each as short as it can be said."""
    found = []
    for line in text.removeprefix("\ufeff").split("\n"):
        pattern = line.strip()
        if line.startswith("#") or not pattern:
            continue
        negated = pattern.startswith("!")
        if negated:
            pattern = pattern[1:].strip()
        if pattern:
            pattern = _clean(pattern)
            pattern = pattern[1:] if len(pattern) > 1 and pattern.startswith("/") else pattern
        found.append(f"!{pattern}" if negated else pattern)
    return found


@attrs.frozen
class _Pattern:
    """One pattern.

    Attributes:
        text: What it matches.
        negated: Whether it brings back.
        way: How it is matched: "is", "begins", "ends" or "expression".
        expression: For the last of them, anchored.
    """

    text: str
    negated: bool
    way: str
    expression: str

    @property
    def valid(self) -> bool:
        """Whether the engine would take it."""
        return _well_formed(self.text) and (self.way != "expression" or compiled(self.expression) is not None)

    def match(self, path: str) -> bool:
        """Whether it matches a path, where it takes no expression."""
        if self.way == "is":
            return path == self.text
        if self.way == "begins":
            return path.startswith(self.text[:-2])
        return path.endswith(self.text[2:]) or (self.text[2:3] == "/" and path == self.text[3:])


class DockerIgnore:
    """The patterns of a ``.dockerignore``. The last one that matches a path, or a folder that it lies in, decides.

    Args:
        patterns: The patterns, as `lines_of` gives them.
        source: What they were read from, for messages.

    Raises:
        Invalid: One of them is none that the engine takes, or they are more than anybody needs.
    """

    def __init__(self, patterns: Iterable[str], source: str = ".dockerignore") -> None:
        written = [stripped for line in patterns if (stripped := line.strip())]
        bounded(written, source)
        self._patterns: list[_Pattern] = []
        for line in written:
            pattern = _parsed(_clean(line))
            if not pattern.text or not pattern.valid:
                raise Invalid(
                    f"{source}: {line[:80]!r} is no pattern that Docker understands",
                    hint=f"Correct it in {source}: a bracket is not closed, or nothing follows the exclamation mark.",
                    path=source,
                )
            self._patterns.append(pattern)
        self._plain = [place for place, each in enumerate(self._patterns) if each.way != "expression"]
        self._others = [place for place, each in enumerate(self._patterns) if each.way == "expression"]
        self._expressions = LastOf(tuple(self._patterns[place].expression for place in self._others))
        self.negates = any(each.negated for each in self._patterns)
        """Whether any of them brings something back, so that excluded folders have to be walked into."""

    def decides(self, path: str, above: int = NOTHING) -> int:
        """The place of the last pattern that matches a path or a folder around it; `NOTHING` if none does.

        Args:
            path: The path, relative and posix.
            above: The same for the folder that it lies in.
        """
        plain = path if path.isascii() else path.encode("utf-8", "replace").decode()
        newer = self._plain[bisect(self._plain, above) :]
        found = next((place for place in reversed(newer) if self._patterns[place].match(plain)), above)
        other = self._expressions.last(plain, bisect(self._others, found))
        return self._others[other] if other >= 0 else found

    def verdict(self, place: int) -> bool | None:
        """What the pattern at a place says: True to leave out, False to keep, None for no opinion."""
        return None if place == NOTHING else not self._patterns[place].negated

    def excludes(self, path: str) -> bool:
        """Whether a path is excluded, by itself or with a folder around it."""
        parts, place = path.split("/"), NOTHING
        for end in range(1, len(parts) + 1):
            place = self.decides("/".join(parts[:end]), place)
        return self.verdict(place) is True


def _clean(path: str) -> str:
    """The shortest spelling of a path, as Go has it."""
    cleaned = posixpath.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def _parsed(text: str) -> _Pattern:
    """A pattern with the expression that the engine makes of it: its oddities are what users see at work elsewhere."""
    negated = text.startswith("!")
    text = text[negated:]
    way, pieces, at, steps = "is", ["^"], 0, 0
    while at < len(text):
        char, at = text[at], at + 1
        if char == "*" and text[at : at + 1] == "*":
            at += 1
            at += text[at : at + 1] == "/"
            if at < len(text):
                pieces.append("(.*/)?")
                way = "expression"
            elif way == "is":
                way = "begins"
            else:
                pieces.append(".*")
                way = "expression"
            way = "ends" if steps == 0 else way
        elif char in "*?":
            pieces.append("[^/]*" if char == "*" else "[^/]")
            way = "expression"
        elif char == "\\":
            pieces.append("\\" + text[at : at + 1])
            way = "expression" if at < len(text) else way
            at += 1
        elif char in "[]":
            pieces.append(char)
            way = "expression"
        else:
            pieces.append(f"\\{char}" if char in _ESCAPED else char)
        steps += 1
    return _Pattern(text, negated, way, "".join([*pieces, "$"]))


def _well_formed(text: str) -> bool:
    """Whether Go's ``filepath.Match`` takes a pattern."""
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "[" and (at := _end_of_class(text, at + 1)) < 0:
            return False
        at += 1
    return True


def _end_of_class(text: str, at: int) -> int:
    """Where the bracket is that closes a class, or -1."""
    at += text[at : at + 1] == "^"
    first = True
    while at < len(text):
        if text[at] == "]" and not first:
            return at
        for _ in range(2):  # one character, or two with a hyphen between them
            if text[at : at + 1] in ("", "-", "]"):
                return -1
            at += 2 if text[at] == "\\" else 1
            if text[at : at + 1] != "-":
                break
            at += 1
        first = False
    return -1
