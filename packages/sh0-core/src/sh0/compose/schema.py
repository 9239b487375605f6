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

from sh0.compose.tree import Node, dotted
from sh0.errors import Invalid
from sh0.yamltext import Path

if TYPE_CHECKING:
    from jsonschema import ValidationError

__all__ = ["compose_schema", "validate"]

SHOWN: Final = 8
"""Mistakes that one message tells of."""
SOUGHT: Final = 100
"""Mistakes after which nobody looks for more."""
_TYPES: Final = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "empty",
}


def validate(tree: Node) -> None:
    """Check the content of a file.

    Raises:
        Invalid: It is not what the specification allows; the message names up to eight places and what is wrong there.
    """
    value = tree.plain()
    if not isinstance(value, dict):
        raise Invalid(
            f"{tree.place}: a Compose file is a mapping with services in it, not {_kind(value)}",
            hint="Begin it with services:",
            path=tree.place.path,
            line=tree.place.line,
        )
    found: dict[tuple[int, str], str] = {}
    mistakes = (each for error in _validator().iter_errors(value) for each in _reasons(error, ()))
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
def _validator() -> Any:
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

    extended: Any = extend  # has no types
    return extended(Draft202012Validator, {"uniqueItems": unique})(_flat(compose_schema()))


def _flat(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with each ``allOf`` of objects made one object: the same documents pass, and mistakes are clearer."""
    definitions = dict(schema["$defs"])
    for name, definition in schema["$defs"].items():
        if "allOf" not in definition:
            continue
        properties: dict[str, Any] = {}
        patterns: dict[str, Any] = {}
        for part in (*(_follow(schema, each) for each in definition["allOf"]), definition):
            properties |= part.get("properties", {})
            patterns |= part.get("patternProperties", {})
        rest = {k: v for k, v in definition.items() if k not in ("allOf", "unevaluatedProperties", "properties")}
        definitions[name] = rest | {
            "type": "object",
            "properties": properties,
            "patternProperties": patterns,
            "additionalProperties": False,
        }
    return {**schema, "$defs": definitions}


def _follow(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in part:
        return part
    found: Mapping[str, Any] = schema["$defs"][part["$ref"].rpartition("/")[2]]
    return found


def _reasons(error: "ValidationError", around: Path) -> Iterator[tuple[Path, str]]:
    """Where a mistake is and what it is; alternatives are told by the one that comes nearest."""
    path = (*around, *error.path)
    keyword: Any = error.validator
    wanted: Any = error.validator_value
    schema: Any = error.schema
    value: Any = error.instance
    if keyword in ("oneOf", "anyOf"):
        yield from _alternative(error, path)
    elif keyword == "additionalProperties":
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


def _alternative(error: "ValidationError", path: Path) -> Iterator[tuple[Path, str]]:
    branches: dict[object, list[ValidationError]] = {}
    for each in error.context or ():
        branches.setdefault(each.schema_path[0], []).append(each)
    fitting = [errors for errors in branches.values() if not any(e.validator == "type" and not e.path for e in errors)]
    if fitting:
        nearest = min(fitting, key=lambda errors: (-max(len(e.path) for e in errors), len(errors)))
        for each in nearest:
            yield from _reasons(each, path)
        return
    if not branches:  # more than one of the alternatives fits, which the specification does not mean
        return
    wanted: list[str] = []
    for each in (each for errors in branches.values() for each in errors):
        if each.validator == "type" and not each.path:
            types: Any = each.validator_value
            wanted += [types] if isinstance(types, str) else types
    yield path, f"must be {_words(list(dict.fromkeys(wanted)))}, not {_kind(error.instance)}"


def _unknown(key: str, known: Iterable[str], patterns: Iterable[str]) -> str:
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
