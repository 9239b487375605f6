"""What is in every line that has a field with a value: a pattern that finds such lines without reading any. Pure."""

import re

__all__ = ["field_pattern"]

_PLAIN = re.compile(r"[A-Za-z0-9_ -]")
_SHORT = {'"': '"', "\\": "\\", "/": "/", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}  # RFC 8259, section 7


def field_pattern(wanted: str) -> str:
    """A regular expression (RE2) that finds every line that has a field, and perhaps others.

    Args:
        wanted: The field, as ``name=value``.
    """
    name, _, value = wanted.partition("=")
    *outer, last = name.split(".")
    key = ""
    for part in outer:  # of what lies in an object, the beginning of the name stands elsewhere
        key = rf"(?:{key}{_written(part)}\.)?"
    return rf'"{key}{_written(last)}"\s*:\s*{_value(value)}'


def _value(value: str) -> str:
    if value.startswith(("[", "{")):
        return rf'(?:[\[{{]|"{_written(value)}")'
    return rf'(?:"{_written(value)}"|{re.escape(value)}\s*[,}}])' if value else '""'


def _written(text: str) -> str:
    return "".join(map(_character, text))


def _character(character: str) -> str:
    """All the ways in which a character may be written in a text of JSON."""
    if _PLAIN.fullmatch(character):
        return character
    units = character.encode("utf-16-be", errors="surrogatepass")
    numbers = "".join(rf"\\u(?i:{units[at : at + 2].hex()})" for at in range(0, len(units), 2))
    ways = [numbers]
    if character in _SHORT:
        ways.append(re.escape("\\" + _SHORT[character]))
    if character not in '"\\' and character >= " ":
        ways.append(re.escape(character))
    return f"(?:{'|'.join(ways)})"
