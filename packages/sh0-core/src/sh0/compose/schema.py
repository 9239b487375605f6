"""Files against the published JSON Schema of the Compose Specification; what is wrong is said in sentences."""

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Final

import attrs

from sh0.compose.tree import Node, dotted
from sh0.compose.unique import UNIQUE
from sh0.errors import Invalid
from sh0.source.yamltext import Path

if TYPE_CHECKING:
    from jsonschema import ValidationError

__all__ = ["compose_schema", "validate"]

SHOWN: Final = 8
"""Mistakes that one message tells of."""
SOUGHT: Final = 100
"""Mistakes after which nobody looks for more."""
_KEPT: Final = ("type", "enum", "pattern", "required", "minimum", "maximum", "uniqueItems", "additionalProperties")
_TYPES: Final = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "empty",
}


def validate(tree: Node, *, partial: bool = False) -> None:
    """Check the content of a project, or of a file that is a part of one.

    Args:
        tree: The content.
        partial: Whether more may come on top. What can never be right is refused: types, words, unknown keys. What is
            not there may still come, and a key without a value says nothing.

    Raises:
        Invalid: It is not what the specification allows; the message names up to eight places and what is wrong there.
    """
    value = tree.plain()
    if not isinstance(value, dict):
        raise Invalid(
            f"{tree.place}: a Compose file is a mapping with services in it, not {_kind(value)}",
            hint="Begin it with `services:`.",
            path=tree.place.path,
            line=tree.place.line,
        )
    found: dict[tuple[int, str], str] = {}
    mistakes = (each for error in _validator(partial=partial).iter_errors(value) for each in _reasons(error))
    for path, reason in islice(mistakes, SOUGHT):
        place = tree.at(path).place
        found.setdefault((place.line, f"{place}: {dotted(path) or 'the file'}"), reason)
    if found:
        lines = [f"{where} {reason}" for (_, where), reason in sorted(found.items())]
        rest = [f"… and {'at least ' * (len(lines) >= SOUGHT)}{len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        raise Invalid(
            "\n".join(lines[:SHOWN] + rest),
            hint="The Compose Specification says what each key takes: https://docs.docker.com/reference/compose-file/",
            path=tree.place.path,
            line=min(found)[0],
            problems=lines[: 4 * SHOWN],
        )


@cache
def compose_schema() -> Mapping[str, Any]:
    """The schema, as published.

    It is read from the package that ships it, whose own code is not loaded.
    """
    package = find_spec("check_jsonschema")
    assert package is not None, "a dependency"
    assert package.origin is not None, "a package on disk"
    file = FilePath(package.origin).parent / "builtin_schemas" / "vendor" / "compose-spec.json"
    schema: dict[str, Any] = json.loads(file.read_bytes())
    return schema


@cache
def _validator(*, partial: bool) -> Any:
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend

    def unique(_: object, wanted: bool, value: object, __: object) -> Iterator[ValidationError]:
        """Linear, where the library's own compares everything with everything."""
        if wanted and isinstance(value, list):
            seen: set[str] = set()
            for index, element in enumerate(value):
                text = json.dumps(element, sort_keys=True, default=str)
                if text in seen:
                    shown = element.partition("=")[0] if isinstance(element, str) else "the same entry"
                    yield ValidationError(f"is there twice: {shown:.80}", path=(index,))
                seen.add(text)

    def one_of(validator: Any, parts: list[dict[str, Any]], value: object, _: object) -> Iterator[ValidationError]:
        """Alternatives differ in their types: the one that fits is the one that was meant, and says what is wrong."""
        types = [[part["type"]] if isinstance(part["type"], str) else part["type"] for part in parts]
        fitting = next((n for n, each in enumerate(types) if any(validator.is_type(value, t) for t in each)), None)
        if fitting is not None:
            yield from validator.descend(value, parts[fitting], schema_path=fitting)
        else:
            yield ValidationError("", validator="type", validator_value=[t for each in types for t in each])

    def unless_empty(check: Any) -> Any:
        def checked(validator: Any, wanted: Any, value: object, schema: Any) -> Iterator[ValidationError]:
            if value is not None:
                yield from check(validator, wanted, value, schema) or ()

        return checked

    checks: dict[str, Any] = {"uniqueItems": unique, "oneOf": one_of}
    if partial:
        given = {**Draft202012Validator.VALIDATORS, **checks}
        checks |= {keyword: unless_empty(given[keyword]) for keyword in ("type", "enum", "oneOf", "anyOf")}
    schema = compose_schema()
    extended: Any = extend  # has no types
    return extended(Draft202012Validator, checks)(_Lean(schema, partial).part(schema, ()))


@attrs.frozen
class _Lean:
    """The schema in the form that is checked fastest and tells mistakes best; the same documents pass.

    References are replaced by what they lead to, objects that are the sum of others become one, and descriptions go.
    Lists that are made unique by key need no check for repeated entries.

    Attributes:
        schema: The schema as published.
        partial: Whether nothing is required.
    """

    schema: Mapping[str, Any]
    partial: bool

    def part(self, part: Any, path: tuple[str, ...]) -> dict[str, Any]:
        """A part of the schema; names that users choose are ``*`` in its path."""
        if "$ref" in part:
            return self.part(self.schema["$defs"][part["$ref"].rpartition("/")[2]], path)
        found: dict[str, Any] = {key: part[key] for key in _KEPT if key in part}
        if self.partial:
            found.pop("required", None)
        if path in UNIQUE:
            found.pop("uniqueItems", None)
        if "properties" in part:
            found["properties"] = {name: self.part(below, (*path, name)) for name, below in part["properties"].items()}
        if "patternProperties" in part:
            below = part["patternProperties"].items()
            found["patternProperties"] = {pattern: self.part(each, (*path, "*")) for pattern, each in below}
        for key in ("oneOf", "anyOf"):
            if key in part:
                found[key] = [self.part(each, path) for each in part[key]]
        if "items" in part:
            found["items"] = self.part(part["items"], (*path, "*"))
        for each in part.get("allOf", ()):
            whole = self.part(each, path)
            for key in ("properties", "patternProperties"):
                found[key] = {**whole.get(key, {}), **found.get(key, {})}
            found |= {"type": whole["type"], "additionalProperties": False}
        return found


def _reasons(error: "ValidationError") -> Iterator[tuple[Path, str]]:
    """Where a mistake is and what it is, a sentence for each."""
    path = tuple(error.path)
    keyword: Any = error.validator
    wanted: Any = error.validator_value
    schema: Any = error.schema
    value: Any = error.instance
    if keyword == "additionalProperties":
        known = schema.get("properties", {})
        patterns = schema.get("patternProperties", {})
        for key in value:
            if key not in known and not any(_matches(pattern, key) for pattern in patterns):
                yield (*path, key), _unknown(key, known, patterns)
    elif keyword == "type":
        yield path, f"must be {_words(wanted)}, not {_kind(value)}"
    elif keyword == "required":
        missing = [name for name in wanted if name not in value]
        yield path, f"needs {' and '.join(missing)}"
    elif keyword == "enum":
        near = difflib.get_close_matches(str(value), [str(each) for each in wanted], 1)
        guess = f"; did you mean {near[0]}?" if near else ""
        yield path, f"must be one of {', '.join(map(str, wanted))}, not {value!r:.60}{guess}"
    elif keyword == "pattern":
        yield path, f"does not have the form {wanted}: {value!r:.60}"
    elif keyword == "minimum":
        yield path, f"must be at least {wanted}, not {value!r:.60}"
    elif keyword == "maximum":
        yield path, f"must be at most {wanted}, not {value!r:.60}"
    else:
        yield path, error.message[:200]


def _matches(pattern: str, key: str) -> bool:
    return re.search(pattern, key) is not None


def _unknown(key: str, known: Iterable[str], patterns: Iterable[str]) -> str:
    if not key:
        return "has an entry without a name"
    if not known and patterns:
        return "has a name that is not allowed here: letters, digits, dots, hyphens and underscores are"
    near = difflib.get_close_matches(key[:60], list(known), 1)
    return "is no key that Compose has here" + (f"; did you mean {near[0]}?" if near else "")


def _words(types: str | list[str]) -> str:
    names = [_TYPES.get(each, each) for each in ([types] if isinstance(types, str) else types)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _kind(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value!r:.40}"
    if isinstance(value, str):
        return f"the text {value!r:.60}"
    return "a list" if isinstance(value, list) else "a mapping"
