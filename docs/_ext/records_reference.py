"""``{records}``: every record and every set of words that operations take and answer."""

import inspect
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import get_args, get_type_hints

import attrs
from docstring_parser import DocstringStyle, parse
from generated import Generated
from public_names import reachable
from sphinx.application import Sphinx
from type_words import in_words

import sh0.frontend
from sh0.operations.descriptions import fields, meanings


class Records(Generated):
    """Write an entry per record."""

    def lines(self) -> Iterable[str]:
        return entries()


def entries() -> Iterator[str]:
    """The text of the page."""
    users = _users()
    for cls in reachable():
        doc = parse(inspect.getdoc(cls) or "", DocstringStyle.GOOGLE)
        said = fields(cls)
        yield from (f"(record-{cls.__name__})=", f"## {cls.__name__}", "", doc.short_description or "", "")
        yield from filter(None, [doc.long_description, ""])
        yield ""
        if issubclass(cls, Enum):
            yield from members(cls)
        if attrs.has(cls):
            hints = get_type_hints(cls, include_extras=True)
            for field in attrs.fields(cls):
                yield f"- `{field.name}` ({in_words(hints[field.name])}): {said.get(field.name, '')}"
        if cls in users:
            yield from ("", "Used by " + ", ".join(f"[`{name}`](#operation-{name})" for name in users[cls]) + ".")
        yield ""


def members(cls: type[Enum]) -> Iterator[str]:
    """What each value of an enumeration means."""
    said = meanings(cls)
    for name, member in cls.__members__.items():
        yield f"- `{member.value}` (`{cls.__name__}.{name}`): {said[name]}"
    yield ""


def _users() -> dict[object, list[str]]:
    """The operations that take or answer each record, by name."""
    found: dict[object, list[str]] = {}

    def walk(annotation: object, name: str) -> None:
        if name not in found.setdefault(annotation, []):
            found[annotation].append(name)
        for inner in get_args(annotation):
            walk(inner, name)

    for operation in sh0.frontend.registry:
        for annotation in (operation.returns, *(parameter.type for parameter in operation.parameters)):
            walk(annotation, operation.name)
    return found


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("records", Records)
    return {"parallel_read_safe": True}
