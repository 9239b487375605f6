"""JSON Schema of types, from the same annotations and rules that `sh0.codec` reads."""

import types
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import attrs
from docstring_parser import DocstringStyle, parse

from sh0.operations.registry import Parameter
from sh0.rule import Rule
from sh0.values import ByteSize, Secret

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
    Secret: {"type": "string", "writeOnly": True, "description": "Redacted in every answer."},
    ByteSize: {"type": ["integer", "string"], "description": "Bytes, or a text as in 512m."},
}


class Schemas:
    """Collects the schemas of classes while types are translated.

    Args:
        prefix: What a reference to a class begins with.
    """

    def __init__(self, prefix: str = "#/$defs/") -> None:
        self._prefix = prefix
        self.components: dict[str, dict[str, object]] = {}

    def of(self, annotation: object) -> dict[str, object]:
        """The schema of a type.

        Raises:
            TypeError: Nothing is known of such a type; it must not appear in an operation.
        """
        if (isinstance(annotation, type | types.NoneType) and annotation in _PLAIN) or annotation is Any:
            return dict(_PLAIN[annotation])
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            schema = self.of(arguments[0])
            for extra in arguments[1:]:
                if isinstance(extra, Rule):
                    schema |= _rule(extra, arguments[0])
            return schema
        if origin in (Union, types.UnionType):
            if set(arguments) == {str, Secret}:
                return self.of(Secret)
            return {"anyOf": [self.of(member) for member in arguments]}
        if origin is Literal:
            return {"enum": list(arguments)}
        if (origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis) or origin in (
            list,
            Sequence,
        ):
            return {"type": "array", "items": self.of(arguments[0])}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            schema = {"type": "object", "additionalProperties": self.of(arguments[1])}
            key = self.of(arguments[0])
            return schema | ({"propertyNames": key} if "pattern" in key else {})
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return {"type": "string", "enum": [member.value for member in annotation]}
        if isinstance(annotation, type) and attrs.has(annotation):
            return self._class(annotation)
        raise TypeError(f"there is no JSON Schema for {annotation!r}")

    def parameter(self, parameter: Parameter) -> dict[str, object]:
        """The schema of a parameter, with its default."""
        schema = self.of(parameter.type)
        if parameter.description:
            schema["description"] = parameter.description
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

    def _class(self, cls: type) -> dict[str, object]:
        name = cls.__name__
        if name not in self.components:
            self.components[name] = {}  # a class may contain itself
            doc = parse(cls.__doc__ or "", DocstringStyle.GOOGLE)
            said = {p.arg_name: (p.description or "").replace("\n", " ") for p in doc.params}
            hints = get_type_hints(cls, include_extras=True)
            properties: dict[str, dict[str, object]] = {}
            required = []
            kind = getattr(cls, "kind", None)
            if isinstance(kind, str):
                properties["kind"] = {"const": kind}
                required.append("kind")
            for field in attrs.fields(cast("type[Any]", cls)):
                properties[field.name] = self.of(hints[field.name])
                if field.name in said:
                    properties[field.name] |= {"description": said[field.name]}
                if field.default is attrs.NOTHING:
                    required.append(field.name)
            self.components[name] |= {"type": "object", "properties": properties, "required": required}
            if doc.short_description:
                self.components[name]["description"] = doc.short_description
        return {"$ref": self._prefix + name}


def _rule(rule: Rule, base: object) -> dict[str, object]:
    least, most = "minimum", "maximum"
    if base is str:
        least, most = "minLength", "maxLength"
    elif get_origin(base) is tuple:
        least, most = "minItems", "maxItems"
    elif get_origin(base) is not None:
        least, most = "minProperties", "maxProperties"
    schema: dict[str, object] = {"description": f"{rule.title}: {rule.expects}"}
    if rule.pattern is not None and rule.normalise is None:
        schema["pattern"] = f"^(?:{rule.pattern})$"
    if rule.forbids is not None and rule.normalise is None:
        schema["not"] = {"pattern": rule.forbids}
    if rule.minimum is not None:
        schema[least] = rule.minimum
    if rule.maximum is not None:
        schema[most] = rule.maximum
    if rule.example is not None:
        schema["examples"] = [rule.example]
    return schema
