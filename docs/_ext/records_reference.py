"""``{records}``: every record and every set of words that operations take and answer; ``{library}``: what is called."""

import inspect
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args, get_type_hints

import attrs
from docstring_parser import DocstringStyle, parse
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from type_words import in_words

import sh0
import sh0.frontend

FUNCTIONS = (
    "open",
    "connect",
    "pack",
    "pack_app",
    "pack_compose",
    "plan_compose",
    "detect_folder",
    "check_folder",
    "read_manifest",
)
CLASSES = ("Secret", "ByteSize", "Platform", "Terminal", "PackedBuild")


def reachable() -> list[type]:
    """The classes in the signatures of operations, by name."""
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
    return sorted(found, key=lambda cls: cls.__name__)


class _Listing(SphinxDirective):
    def entries(self) -> Iterator[str]:
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        container = nodes.section()
        container.document = self.state.document
        self.state.nested_parse(StringList(list(self.entries()), "sh0"), 0, container, match_titles=True)
        return container.children


class Records(_Listing):
    """Write an entry per record."""

    def entries(self) -> Iterator[str]:
        for cls in reachable():
            doc = parse(inspect.getdoc(cls) or "", DocstringStyle.GOOGLE)
            said = {p.arg_name: " ".join((p.description or "").split()) for p in doc.params}
            yield from (f"(record-{cls.__name__})=", f"## {cls.__name__}", "", doc.short_description or "", "")
            yield from filter(None, [doc.long_description, ""])
            yield ""
            if issubclass(cls, Enum):
                yield "One of " + ", ".join(f"`{member.value}`" for member in cls) + "."
            if attrs.has(cls):
                hints = get_type_hints(cls, include_extras=True)
                for field in attrs.fields(cls):
                    yield f"- `{field.name}` ({in_words(hints[field.name])}): {said.get(field.name, '')}"
            yield ""


class Library(_Listing):
    """Write an entry per function and class that programs begin with."""

    def entries(self) -> Iterator[str]:
        for name in (*FUNCTIONS, *CLASSES):
            thing: Any = getattr(sh0, name)
            doc = parse(inspect.getdoc(thing) or "", DocstringStyle.GOOGLE)
            yield from (f"(library-{name})=", f"## sh0.{name}", "", doc.short_description or "", "")
            yield from ((doc.long_description or "").split("\n") if doc.long_description else ())
            yield ""
            if name in FUNCTIONS:
                yield from ("```python", f"sh0.{name}{_signature(thing)}", "```", "")
            yield from (f"- `{p.arg_name}`: {' '.join((p.description or '').split())}" for p in doc.params)
            yield ""
            yield from (
                f"- raises [`{r.type_name}`](#error-{r.type_name}): {' '.join((r.description or '').split())}"
                for r in doc.raises
            )
            yield ""


def _signature(thing: Any) -> str:
    shown = []
    for parameter in inspect.signature(thing).parameters.values():
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in shown:
            shown.append("*")
        shown.append(f"{parameter.name}: {inspect.formatannotation(parameter.annotation)}{default}")
    return f"({', '.join(shown)})".replace("sh0.", "").replace("pathlib.", "").replace("collections.abc.", "")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("records", Records)
    app.add_directive("library", Library)
    return {"parallel_read_safe": True}
