"""A type in words, with links to the records of sh0."""

import types
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Literal, Union, get_args, get_origin

from public_names import link

import sh0
from sh0.rule import Rule

_PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", object: "anything"}


def in_words(annotation: object) -> str:
    """The type, as a reader names it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        rule = next((extra for extra in arguments[1:] if isinstance(extra, Rule)), None)
        return in_words(arguments[0]) if rule is None else rule.title
    if origin in (Union, types.UnionType):
        if set(arguments) == {str, sh0.Secret}:
            return "text or `Secret`"
        return " or ".join("nothing" if member is type(None) else in_words(member) for member in arguments)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin in (tuple, list, Sequence, Iterable, Iterator, Collection, frozenset, set):
        return f"list of {in_words(arguments[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"{in_words(arguments[1])} by {in_words(arguments[0])}"
    if (linked_name := link(annotation)) is not None:
        return linked_name
    if annotation in (None, type(None)):
        return "nothing"
    return _PLAIN.get(annotation, getattr(annotation, "__name__", str(annotation)))  # type: ignore[call-overload, no-any-return]


def linked(annotation: object) -> bool:
    """Whether a type, or a part of it, has an entry in the reference."""
    return link(annotation) is not None or any(linked(part) for part in get_args(annotation))
