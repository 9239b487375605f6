"""The syntax of ``.env`` files and of ``env_file``."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from sh0.compose.interpolation import BadSyntax, Missing, Use, substitute
from sh0.errors import Invalid

__all__ = ["parse", "parse_raw"]

GROWTH_LIMIT: Final = 4 << 20
"""Characters that all values of a file may come to once variables are replaced."""

_KEY = re.compile(r"(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*(?:([=:])[ \t]*|(?=\n|$|#))")
_BLANK = re.compile(r"[ \t\r\n]*(?:#[^\n]*(?:\n[ \t\r\n]*|$))*")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "'": "'", "$": "$$", "f": "\f", "b": "\b"}


def parse(
    text: str,
    name: str,
    environment: Mapping[str, str],
    cut_off: Callable[[str, int], None] = lambda name, line: None,
    begun: Callable[[str, int], None] = lambda name, line: None,
) -> dict[str, str | None]:
    """The variables of a file; None for one that is named and given no value (``NAME``).

    Values that are not in single quotes may use variables: those of the environment first, then earlier ones of the
    file.

    Args:
        text: The file's text.
        name: Its name, for messages.
        environment: Variables that are known already.
        cut_off: Is told of each variable whose value uses one that is not set and has no default, and of its line.
        begun: Is told of each variable that the file names, and of its line.

    Raises:
        Invalid: A line is no assignment, or a quote is never closed; the message says where.
    """
    found: dict[str, str | None] = {}

    def lookup(variable: str) -> str | None:
        return environment[variable] if variable in environment else found.get(variable)

    at, grown, line, counted = 0, 0, 1, 0
    while True:
        blank = _BLANK.match(text, at)
        at = blank.end() if blank else at
        line, counted = line + text.count("\n", counted, at), at
        if at >= len(text):
            return found
        key = _KEY.match(text, at)
        if key is None:
            raise _bad(name, text, at, "this is no NAME=value")
        begun(key[1], line)
        if key[2] is None:
            found[key[1]], at = environment.get(key[1]), key.end()
            continue
        unset: list[str] = []
        found[key[1]], at = _value(text, key.end(), name, lookup, unset)
        if unset:
            cut_off(key[1], line)
        grown += len(found[key[1]] or "")
        if grown > GROWTH_LIMIT:
            raise _bad(name, text, at - 1, f"its values come to more than {GROWTH_LIMIT >> 20} MiB")


def parse_raw(text: str, name: str) -> dict[str, str | None]:
    """The variables of a file of ``format: raw``: what follows the first ``=`` is the value, quotes, dollars and all.

    Raises:
        Invalid: A line is no assignment.
    """
    found: dict[str, str | None] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals or not key.strip():
            raise Invalid(f"{name}, line {number}: this is no NAME=value", hint=f"Correct {name}.", path=name)
        found[key.strip()] = value
    return found


def _value(text: str, at: int, name: str, lookup: Callable[[str], str | None], unset: list[str]) -> tuple[str, int]:
    quote = text[at : at + 1]
    if quote not in ("'", '"'):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        value = re.split(r"[ \t]#", text[at:stop], maxsplit=1)[0].strip()
        return _replaced("" if value.startswith("#") else value, text, at, name, lookup, unset), stop
    parts, begun, at = [], at, at + 1
    while True:
        if at >= len(text):
            raise _bad(name, text, begun, f"the quote {quote} is never closed")
        letter = text[at]
        if letter == quote:
            break
        if letter == "\\" and at + 1 < len(text):
            following = text[at + 1]
            if quote == "'":
                parts.append(following if following == "'" else letter + following)
            else:
                parts.append(_ESCAPES.get(following, letter + following))
            at += 2
            continue
        parts.append(letter)
        at += 1
    rest = re.compile(r"[ \t]*(?:#[^\n]*)?(?=\n|$)").match(text, at + 1)
    if rest is None:
        raise _bad(name, text, at + 1, "nothing but a comment may follow the closing quote")
    value = "".join(parts)
    return value if quote == "'" else _replaced(value, text, begun, name, lookup, unset), rest.end()


def _replaced(value: str, text: str, at: int, name: str, lookup: Callable[[str], str | None], unset: list[str]) -> str:
    if "$" not in value:
        return value

    def met(use: Use) -> None:
        if not use.set and use.default is None:
            unset.append(use.name)

    try:
        return substitute(value, lookup, met)
    except BadSyntax as error:
        raise _bad(name, text, at, str(error)) from None
    except Missing as error:
        raise _bad(name, text, at, f"{error.name} has no value: {error.said}") from None


def _bad(name: str, text: str, at: int, reason: str) -> Invalid:
    line = text.count("\n", 0, at) + 1
    return Invalid(f"{name}, line {line}: {reason}", hint=f"Correct {name}.", path=name, line=line)
