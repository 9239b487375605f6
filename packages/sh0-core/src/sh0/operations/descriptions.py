"""What docstrings say of the fields of a record, and of the members of an enumeration."""

import inspect
from collections.abc import Mapping
from enum import Enum

from docstring_parser import DocstringStyle, parse

__all__ = ["fields", "meanings", "summary"]


def fields(cls: type) -> Mapping[str, str]:
    """What each field is, by its name; a field that is inherited, where it is defined.

    Args:
        cls: The class of a record.
    """
    found: dict[str, str] = {}
    for each in reversed(cls.__mro__):
        doc = parse(inspect.cleandoc(each.__doc__ or ""), DocstringStyle.GOOGLE)
        found |= {part.arg_name: " ".join((part.description or "").split()) for part in doc.params}
    return found


def meanings(enumeration: type[Enum]) -> Mapping[str, str]:
    """What each member means, by its name; kinds of events say when they happen.

    Args:
        enumeration: The class.
    """
    said = fields(enumeration)
    return {name: getattr(member, "when", said.get(name, "")) for name, member in enumeration.__members__.items()}


def summary(enumeration: type[Enum]) -> str:
    """What each value means, in one text; empty where the docstring does not say.

    Args:
        enumeration: The class.
    """
    said = meanings(enumeration)
    return " ".join(f"`{member.value}`: {said[member.name]}" for member in enumeration if said[member.name])
