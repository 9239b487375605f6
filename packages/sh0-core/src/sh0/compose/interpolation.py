"""``$NAME`` and ``${NAME:-…}`` in a text, as the Compose Specification has it."""

import re
from collections.abc import Callable
from typing import Final

import attrs

__all__ = ["BadSyntax", "Missing", "Use", "substitute"]

DEPTH_LIMIT: Final = 20
"""How deep defaults may stand in defaults."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATORS = (":-", ":?", ":+", "-", "?", "+")


class BadSyntax(ValueError):
    """A ``${`` that is no variable."""


class Missing(ValueError):
    """A variable that must have a value has none: its name and what the file says about it."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(said)
        self.name, self.said = name, said


@attrs.frozen
class Use:
    """A variable that was met.

    Attributes:
        name: Its name.
        set: Whether it has a value.
        default: What the text gives instead of a missing value, or None if it does without one.
    """

    name: str
    set: bool
    default: str | None


def substitute(text: str, lookup: Callable[[str], str | None], met: Callable[[Use], None] = lambda _: None) -> str:
    """Replace the variables of a text. ``$$`` is a dollar, and a dollar before anything else stays one.

    Args:
        text: The text.
        lookup: The value of a variable, or None if it is not set.
        met: Is told of every variable whose value was asked for.

    Raises:
        BadSyntax: A ``${`` is never closed, or holds no name, or an operator that Compose does not have.
        Missing: A variable of ``${NAME:?…}`` or ``${NAME?…}`` has no value.
    """
    return _Substitution(text, lookup, met).run()


class _Substitution:
    def __init__(self, text: str, lookup: Callable[[str], str | None], met: Callable[[Use], None]) -> None:
        self._text, self._lookup, self._met = text, lookup, met

    def run(self) -> str:
        found, end = self._until(0, "", 0)
        assert end == len(self._text)
        return found

    def _until(self, at: int, closing: str, depth: int, live: bool = True) -> tuple[str, int]:
        """The text from `at` up to the closing character, replaced; `live` is off inside what will not be used."""
        if depth > DEPTH_LIMIT:
            raise BadSyntax(f"its defaults are nested more than {DEPTH_LIMIT} deep")
        text = self._text
        parts: list[str] = []
        while at < len(text):
            if closing and text[at] == closing:
                return "".join(parts), at
            if text[at] != "$":
                stop = at + 1
                while stop < len(text) and text[stop] != "$" and not (closing and text[stop] == closing):
                    stop += 1
                parts.append(text[at:stop])
                at = stop
            elif text.startswith("$$", at):
                parts.append("$")
                at += 2
            elif text.startswith("${", at):
                found, at = self._braced(at + 2, depth, live)
                parts.append(found)
            elif name := _NAME.match(text, at + 1):
                parts.append(self._plain(name[0], live))
                at = name.end()
            else:
                parts.append("$")
                at += 1
        if closing:
            raise BadSyntax("a ${ is not closed")
        return "".join(parts), at

    def _plain(self, name: str, live: bool) -> str:
        value = self._lookup(name)
        if live:
            self._met(Use(name, value is not None, None))
        return value or ""

    def _braced(self, at: int, depth: int, live: bool) -> tuple[str, int]:
        text = self._text
        name = _NAME.match(text, at)
        if name is None:
            raise BadSyntax("after ${ comes the name of a variable")
        at = name.end()
        if text.startswith("}", at):
            return self._plain(name[0], live), at + 1
        operator = next((sign for sign in _OPERATORS if text.startswith(sign, at)), None)
        if operator is None:
            if "}" not in text[at:]:
                raise BadSyntax("a ${ is not closed")
            raise BadSyntax(f"after ${{{name[0]} comes }}, or one of {' '.join(_OPERATORS)}")
        value = self._lookup(name[0])
        given = value is not None and (bool(value) or ":" not in operator)
        wanted = live and (given if "+" in operator else not given)
        inner, end = self._until(at + len(operator), "}", depth + 1, wanted)
        if live:
            self._met(Use(name[0], value is not None, {"-": inner, "+": ""}.get(operator[-1])))
        if "+" in operator:
            return (inner if given else ""), end + 1
        if "?" in operator and not given and live:
            raise Missing(name[0], inner)
        return (value or "" if given else inner), end + 1
