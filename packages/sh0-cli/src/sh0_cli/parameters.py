"""Parameters of operations as words on a command line, and back.

A required parameter is positional, in the order of the signature; the others are options. Several values are given by
repeating the option, names with values as ``K=V``, an upload as the path of a file. A choice of sources becomes options
named after it: ``--git-url`` and ``--git-branch``, or ``--image``. What the values must look like is not known here:
they are read by `sh0.arguments_from_text`, and its errors are the core's own.
"""

import sys
import types
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Union, cast, get_args, get_origin

import attrs
import click

from sh0 import ByteSize
from sh0.frontend import Operation, Parameter, arguments_from_text


def click_parameters(operation: Operation) -> list[click.Parameter]:
    """The arguments and options of an operation's command."""
    return [made for parameter in operation.parameters for made in _declare(parameter)]


def _declare(parameter: Parameter) -> list[click.Parameter]:
    name, kind, help_text = parameter.name, bare(parameter.type), parameter.description
    if variants := _variants(kind):
        return [
            click.Option([f"--{option}", _key(name, option)], metavar=field.upper(), help=_said(cls, field))
            for cls in variants
            for field, option in _variant_options(cls).items()
        ]
    if parameter.required:
        if parameter.upload:
            return [click.Argument([name], metavar="FILE", help=f"{help_text} A path, or - for standard input.")]
        several = _is_mapping(kind) or _is_several(kind)
        metavar = "NAME=VALUE..." if _is_mapping(kind) else _metavar(kind, name.upper()) + ("..." if several else "")
        return [click.Argument([name], metavar=metavar, nargs=-1 if several else 1, required=True, help=help_text)]
    option = "--" + name.replace("_", "-")
    if parameter.default not in (None, "", ()) and not isinstance(parameter.default, bool):
        help_text += f" [default: {_plain(parameter.default)}]"
    if kind is bool:
        declaration = f"{option}/--no-{option[2:]}" if parameter.default is not False else option
        return [click.Option([declaration, name], is_flag=True, default=None, help=help_text)]
    if _is_mapping(kind):
        return [click.Option([option, name], multiple=True, metavar="NAME=VALUE", help=help_text)]
    if _is_several(kind):
        return [click.Option([option, name], multiple=True, metavar="VALUE", help=f"{help_text} May be repeated.")]
    return [click.Option([option, name], metavar=_metavar(kind, "TEXT"), help=help_text)]


def read(operation: Operation, given: Mapping[str, Any], opened: ExitStack) -> dict[str, object]:
    """The arguments of a call, out of what Click has read.

    Args:
        operation: What is called.
        given: Values by the names of `click_parameters`.
        opened: Closes the file of an upload.

    Raises:
        click.UsageError: A pair has no equals sign, or none or two of the sources are given.
        InvalidValue: A value does not fit.
    """
    arguments: dict[str, object] = {}
    for parameter in operation.parameters:
        kind = bare(parameter.type)
        if variants := _variants(kind):
            arguments[parameter.name] = _variant(variants, parameter.name, given)
            continue
        value = given[parameter.name]
        if value is None or value == ():
            continue
        if parameter.upload:
            value = _open(value, opened)
        elif _is_mapping(kind):
            value = dict(pair(text) for text in value)
        elif isinstance(value, tuple):
            value = list(value)
        arguments[parameter.name] = value
    return arguments_from_text(operation, arguments)


def pair(text: str) -> tuple[str, str]:
    """Name and value of ``NAME=VALUE``.

    Raises:
        click.UsageError: There is no equals sign.
    """
    name, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"{text!r} has no '='; it is given as NAME=VALUE")
    return name, value


def _open(path: str, opened: ExitStack) -> object:
    if path == "-":
        return sys.stdin.buffer
    try:
        return opened.enter_context(Path(path).open("rb"))
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror}") from None


def _variant(variants: Sequence[type], name: str, given: Mapping[str, Any]) -> dict[str, object]:
    chosen = []
    for cls in variants:
        fields = {field: given[_key(name, option)] for field, option in _variant_options(cls).items()}
        present = {field: value for field, value in fields.items() if value is not None}
        if present:
            chosen.append({"kind": cls.kind, **present})  # type: ignore[attr-defined]
    if len(chosen) != 1:
        options = " or ".join(f"--{next(iter(_variant_options(cls).values()))}" for cls in variants)
        raise click.UsageError(f"give {options}" + (", not several of them" if chosen else ""))
    return chosen[0]


def _variant_options(cls: type) -> dict[str, str]:
    kind: str = cls.kind  # type: ignore[attr-defined]
    return {f.name: kind if f.name == kind else f"{kind}-{f.name}".replace("_", "-") for f in attrs.fields(cls)}


def _key(name: str, option: str) -> str:
    return f"{name}__{option}".replace("-", "_")


def _variants(kind: object) -> tuple[type, ...]:
    members = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else ()
    several = len(members) > 1 and all(isinstance(m, type) and attrs.has(m) and hasattr(m, "kind") for m in members)
    return cast(tuple[type, ...], members) if several else ()


def bare(annotation: object) -> object:
    """A type without its rule and without None."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        if len(members) == 1:
            return bare(members[0])
    return annotation


def _is_mapping(kind: object) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _is_several(kind: object) -> bool:
    return get_origin(kind) in (tuple, list)


def _metavar(kind: object, fallback: str) -> str:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "[" + "|".join(str(member.value) for member in kind) + "]"
    if kind is ByteSize:
        return "SIZE"
    return "NUMBER" if kind in (int, float) and fallback == "TEXT" else fallback


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(_plain, value))
    return str(value.value if isinstance(value, Enum) else value)


def _said(cls: type, field: str) -> str:
    from sh0.frontend import Schemas

    schemas = Schemas()
    schemas.of(cls)
    properties = cast(Mapping[str, Mapping[str, str]], schemas.components[cls.__name__]["properties"])
    return properties[field].get("description", "")
