"""``{events}``: every kind of event, read off the enumeration."""

import inspect
from collections.abc import Iterable, Iterator
from typing import get_type_hints

import attrs
from docstring_parser import DocstringStyle, parse
from generated import Generated
from sphinx.application import Sphinx
from type_words import in_words

import sh0


def entries() -> Iterator[str]:
    """The lines of the reference, an entry for each kind."""
    for kind in sh0.EventType:
        yield from (f"(event-{kind.value})=", f"## {kind.value}", "", kind.when, "")
        yield f"To read it takes `{kind.scope.value}:read` or `audit:read`. Its payload is [`{kind.payload.__name__}`]"
        yield from (f"(#record-{kind.payload.__name__}):", "")
        doc = parse(inspect.getdoc(kind.payload) or "", DocstringStyle.GOOGLE)
        said = {p.arg_name: " ".join((p.description or "").split()) for p in doc.params}
        hints = get_type_hints(kind.payload, include_extras=True)
        for field in attrs.fields(kind.payload):
            yield f"- `{field.name}` ({in_words(hints[field.name])}): {said[field.name]}"
        yield ""


class Events(Generated):
    """Write an entry per kind of event."""

    def lines(self) -> Iterable[str]:
        return entries()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("events", Events)
    return {"parallel_read_safe": True}
