"""The fields of a line that is a JSON object, by their names: those of an object in it are ``http.status``. Pure."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from sh0.ports.runtime import LogLine

__all__ = ["fields_of", "has_fields", "with_fields"]

_LONGEST: Final = 64 << 10  # characters of a line
_MOST: Final = 200
_DEEPEST: Final = 5


class _Number(str):
    """A number as it is written."""


def fields_of(text: str) -> Mapping[str, str]:
    """The fields of a line; none of one that is no JSON object.

    Values are texts as they stand in the JSON, without the quotes; lists stay JSON.

    Args:
        text: The line.
    """
    if not text.startswith(("{", " {")) or len(text) > _LONGEST:
        return {}
    fields: dict[str, str] = {}
    try:
        found = json.loads(text, parse_int=_Number, parse_float=_Number)
        for name, value in itertools.islice(_flat(found, "", 1), _MOST):
            fields.setdefault(name, value)
    except (ValueError, RecursionError):
        return {}
    return fields


def _flat(value: Mapping[str, object], prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    for name, each in value.items():
        if isinstance(each, dict) and depth < _DEEPEST:
            yield from _flat(each, f"{prefix}{name}.", depth + 1)
        else:
            yield prefix + name, str(each) if isinstance(each, str) else json.dumps(_plain(each), ensure_ascii=False)


def _plain(value: object) -> object:
    """A value whose numbers are numbers again."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return json.loads(value) if isinstance(value, _Number) else value


def has_fields(text: str, wanted: Iterable[str]) -> bool:
    """Whether a line has fields with certain values.

    Args:
        text: The line.
        wanted: Each as ``name=value``.
    """
    fields = fields_of(text)
    parts = (each.partition("=") for each in wanted)
    return bool(fields) and all(fields.get(name) == value for name, _, value in parts)


def with_fields(line: LogLine) -> LogLine:
    """A line with its fields, if it has any."""
    fields = fields_of(line.text)
    return attrs.evolve(line, fields=fields) if fields else line
