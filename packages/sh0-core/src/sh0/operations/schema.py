"""JSON Schema of types, from the same annotations and rules that `sh0.codec` reads."""

import types
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import attrs
from docstring_parser import DocstringStyle, parse

from sh0.operations.descriptions import fields, summary
from sh0.operations.registry import Parameter
from sh0.rule import COLLECTION, TEXT, Rule
from sh0.values import SIZE, ByteSize, Secret

_PLAIN: Mapping[object, dict[str, object]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    None: {"type": "null"},
    object: {},
    Any: {},
    datetime: {"type": "string", "format": "date-time"},
    Secret: {"type": "string", "description": "Redacted."},
    ByteSize: {"type": "integer", "minimum": 0, "description": "Bytes."},
}
_GIVEN: Mapping[object, dict[str, object]] = {
    str: {"type": "string", "maxLength": TEXT.longest, "not": {"pattern": TEXT.harm}},
    Secret: {
        "type": "string",
        "writeOnly": True,
        "description": "Redacted in every answer.",
        "maxLength": (1 << 17) - 1,
        "not": {"pattern": r"\x00"},
    },
    ByteSize: {
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": (1 << 63) - 1},
            {"type": "string", "pattern": f"^{SIZE}$", "maxLength": 40},
        ],
        "description": "Bytes, or a text as in 512m.",
    },
}
"""Where arguments differ from answers."""


class Schemas:
    """Collects the schemas of classes while types are translated.

    Args:
        prefix: What a reference to a class begins with.
    """

    def __init__(self, prefix: str = "#/$defs/") -> None:
        self._prefix = prefix
        self.components: dict[str, dict[str, object]] = {}
        self._classes: dict[str, type] = {}

    def of(self, annotation: object, *, given: bool = False) -> dict[str, object]:
        """The schema of a type.

        Args:
            annotation: The type.
            given: Whether it is that of an argument, which the gate judges, rather than of a part of an answer.

        Raises:
            TypeError: Nothing is known of such a type; it must not appear in an operation.
        """
        if (isinstance(annotation, type | types.NoneType) and annotation in _PLAIN) or annotation is Any:
            return dict(_GIVEN.get(annotation, _PLAIN[annotation]) if given else _PLAIN[annotation])
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._ruled(arguments[0], arguments[1:], given)
        if origin in (Union, types.UnionType):
            members = [each for each in arguments if each is not str or Secret not in arguments]
            schemas = [self.of(member, given=given) for member in members]
            return {"anyOf": schemas} if len(schemas) > 1 else schemas[0]
        if origin is Literal:
            return {"enum": list(arguments)}
        if (origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis) or origin in (
            list,
            Sequence,
        ):
            bound = {"maxItems": COLLECTION.longest} if given else {}
            return {"type": "array", "items": self.of(arguments[0], given=given), **bound}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return self._mapping(*arguments, given=given)
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            said = {"description": text} if (text := summary(annotation)) else {}
            return {"type": "string", "enum": [member.value for member in annotation], **said}
        if isinstance(annotation, type) and attrs.has(annotation):
            return self._class(annotation, given)
        raise TypeError(f"there is no JSON Schema for {annotation!r}")

    def parameter(self, parameter: Parameter) -> dict[str, object]:
        """The schema of a parameter, with its default."""
        schema = self.of(parameter.type, given=True)
        if parameter.description:
            schema["description"] = _joined(parameter.description, parameter.type, schema)
        if not parameter.required and isinstance(parameter.default, str | int | float | bool):
            schema["default"] = parameter.default.value if isinstance(parameter.default, Enum) else parameter.default
        return schema

    def arguments(self, parameters: Iterable[Parameter]) -> dict[str, object]:
        """The schema of an object with a property per parameter."""
        parameters = list(parameters)
        return {
            "type": "object",
            "properties": {p.name: self.parameter(p) for p in parameters},
            "required": [p.name for p in parameters if p.required],
            "additionalProperties": False,
        }

    def _ruled(self, base: object, extras: Iterable[object], given: bool) -> dict[str, object]:
        schema = self.of(base, given=given)
        for extra in extras:
            if isinstance(extra, Rule) and given and extra.schema is not None:
                schema = {**extra.schema, **_words(extra)}
            elif isinstance(extra, Rule):
                schema = (
                    {**self.of(base), **_rule(extra, base, given)}
                    if base is str
                    else schema | _rule(extra, base, given)
                )
        return schema

    def _mapping(self, key: object, value: object, *, given: bool) -> dict[str, object]:
        schema: dict[str, object] = {"type": "object", "additionalProperties": self.of(value, given=given)}
        names = self.of(key, given=given)
        if given:
            schema["maxProperties"] = COLLECTION.longest
        return schema | ({"propertyNames": names} if given or "pattern" in names else {})

    def _class(self, cls: type, given: bool) -> dict[str, object]:
        name = cls.__name__ + ("Argument" if given else "")
        if self._classes.setdefault(name, cls) is not cls:
            raise TypeError(f"{cls.__module__} and {self._classes[name].__module__} both have a class {name}")
        if name not in self.components:
            self.components[name] = {}  # a class may contain itself
            doc = parse(cls.__doc__ or "", DocstringStyle.GOOGLE)
            said = fields(cls)
            hints = get_type_hints(cls, include_extras=True)
            properties: dict[str, dict[str, object]] = {}
            required = []
            kind = getattr(cls, "kind", None)
            if isinstance(kind, str):
                properties["kind"] = {"const": kind}
                required.append("kind")
            for field in attrs.fields(cast("type[Any]", cls)):
                properties[field.name] = self.of(hints[field.name], given=given)
                if field.name in said:
                    text = _joined(said[field.name], hints[field.name], properties[field.name])
                    properties[field.name] |= {"description": text}
                if field.default is attrs.NOTHING:
                    required.append(field.name)
            self.components[name] |= {"type": "object", "properties": properties, "required": required}
            if doc.short_description:
                self.components[name]["description"] = doc.short_description
        if given:
            self.components[name]["additionalProperties"] = False
        return {"$ref": self._prefix + name}


def _joined(said: str, annotation: object, schema: Mapping[str, object]) -> str:
    """The text of a field, with what the values of its enumeration mean."""
    if isinstance(annotation, type) and issubclass(annotation, Enum) and "description" in schema:
        return f"{said} {schema['description']}"
    return said


def _words(rule: Rule) -> dict[str, object]:
    examples = {} if rule.example is None else {"examples": [rule.example]}
    return {"description": f"{rule.title}: {rule.expects}", **examples}


def _rule(rule: Rule, base: object, given: bool) -> dict[str, object]:
    least, most = "minimum", "maximum"
    if base is str:
        least, most = "minLength", "maxLength"
    elif get_origin(base) is tuple:
        least, most = "minItems", "maxItems"
    elif get_origin(base) is not None:
        least, most = "minProperties", "maxProperties"
    schema = _words(rule)
    literal = rule.normalise is None or rule.respells
    if rule.pattern is not None and literal:
        schema["pattern"] = f"^(?:{rule.pattern})$"
    if base is str and literal:
        harm = rule.harm if given else None
        without = [pattern for pattern in (rule.forbids, harm) if pattern is not None]
        if without:
            schema["not"] = {"pattern": "|".join(without)}
    if rule.minimum is not None:
        schema[least] = rule.minimum
    if rule.maximum is not None:
        schema[most] = rule.maximum
    elif given and least != "minimum":
        schema[most] = rule.longest
    return schema
