"""The fields of a line that is a JSON object, by their names: those of an object in it are ``http.status``. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

__all__ = ["fields_of"]

_LONGEST: Final = 64 << 10  # characters of a line
_MOST: Final = 200
_DEEPEST: Final = 5


def fields_of(text: str) -> Mapping[str, str]:
    """The fields of a line; none of one that is no JSON object.

    Values are texts as they stand in the JSON, without the quotes; lists stay JSON.

    Args:
        text: The line.
    """
    if not text.startswith(("{", " {")) or len(text) > _LONGEST:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    fields: dict[str, str] = {}
    for name, value in _flat(found, "", 1):
        if len(fields) == _MOST:
            break
        fields.setdefault(name, value)
    return fields


def _flat(value: Mapping[str, object], prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    for name, each in value.items():
        if isinstance(each, dict) and depth < _DEEPEST:
            yield from _flat(each, f"{prefix}{name}.", depth + 1)
        else:
            yield prefix + name, each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)
