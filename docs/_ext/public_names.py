"""Where each public name of the library is described."""

import importlib
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Final, get_args, get_type_hints

import attrs

import sh0
import sh0.frontend
import sh0.plugin

MODULES: Final[Mapping[str, str]] = {"sh0": "library", "sh0.plugin": "plugin", "sh0.frontend": "frontend"}
"""The public modules, each with what the anchors of its own names begin with."""


@cache
def reachable() -> tuple[type, ...]:
    """The records and sets of words in the signatures of operations, by name."""
    found: set[type] = set()

    def walk(annotation: object) -> None:
        if isinstance(annotation, type) and annotation.__name__ in sh0.__all__ and annotation not in found:
            if attrs.has(annotation) or issubclass(annotation, Enum):
                found.add(annotation)
            if attrs.has(annotation):
                for inner in get_type_hints(annotation, include_extras=True).values():
                    walk(inner)
        for inner in get_args(annotation):
            walk(inner)

    for operation in sh0.frontend.registry:
        for annotation in (operation.returns, *(parameter.type for parameter in operation.parameters)):
            walk(annotation)
    walk(sh0.Event)
    return tuple(sorted(found, key=lambda cls: cls.__name__))


def anchor(module: str, name: str) -> str:
    """The anchor of a public name: among the errors, the records, or the names of the first module that has it."""
    thing = getattr(importlib.import_module(module), name)
    if isinstance(thing, type) and issubclass(thing, sh0.Sh0Error):
        return f"error-{name}"
    if thing in reachable():
        return f"record-{name}"
    first = next(each for each in MODULES if name in importlib.import_module(each).__all__)
    kind = "" if callable(thing) else "value-"  # anchors know no capitals: `registry` is not `Registry`
    return f"{MODULES[first]}-{kind}{name}"


def link(thing: object) -> str | None:
    """A link to a class, or None if it is not public."""
    name = getattr(thing, "__name__", "")
    for module in MODULES:
        found = importlib.import_module(module)
        if isinstance(thing, type) and name in found.__all__ and getattr(found, name) is thing:
            return f"[`{name}`](#{anchor(module, name)})"
    return None
