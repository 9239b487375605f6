"""Variables as the text of a ``.env`` file: what `dotenv.parse` reads it gives back as it was. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

__all__ = ["written"]

_NAMED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")
_ESCAPED: Final = {"\\": "\\\\", '"': '\\"', "$": "\\$", "\r": "\\r", "\f": "\\f", "\b": "\\b"}


def written(variables: Mapping[str, str]) -> str:
    """The text of a file that sets these variables; a comment for each whose name such a file cannot hold."""
    return "".join(f"{line}\n" for line in _lines(variables))


def _lines(variables: Mapping[str, str]) -> Iterator[str]:
    for name, value in variables.items():
        if _NAMED.fullmatch(name):
            yield f"{name}={_quoted(value)}"
        else:
            yield f"# {name} is left out: a file of variables cannot name it"


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    if not any(character in value for character in "'\\\r\f\b"):
        return f"'{value}'"
    return '"' + "".join(_ESCAPED.get(character, character) for character in value) + '"'
