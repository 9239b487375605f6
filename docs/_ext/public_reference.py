"""``{public} sh0.plugin``: an entry for every name of a public module, read off its docstring."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from itertools import pairwise
from pathlib import Path
from typing import Any, get_type_hints

import attrs
from docstring_parser import Docstring, DocstringStyle, parse
from generated import Generated
from public_names import MODULES, anchor
from records_reference import members
from sphinx.application import Sphinx
from type_words import in_words, linked

from sh0.errors import error_types
from sh0.exports import frontend, places, platform, plugin
from sh0.operations.descriptions import fields

_PLACES = {"sh0": platform.PLACES, "sh0.plugin": plugin.PLACES, "sh0.frontend": frontend.PLACES}
_TITLES = {"functions": "Functions", "classes": "Classes", "constants": "Values", "records": "Records"}


class Public(Generated):
    """Write the entries of a module."""

    required_arguments = 1

    def lines(self) -> Iterable[str]:
        return entries(self.arguments[0])


def entries(module: str) -> Iterator[str]:
    """The page of a module: what is described elsewhere is linked, everything else has an entry."""
    own, elsewhere = _sorted(module)
    for kind, title in _TITLES.items():
        names = own.get(kind, ())
        if names:
            yield from (f"## {title}", "")
        for name in names:
            yield from (f"({anchor(module, name)})=", f"### {name}", "", *_entry(module, name), "")
    for kind, names in elsewhere.items():
        yield from (f"## {kind}", "", ", ".join(f"[`{name}`](#{anchor(module, name)})" for name in names), "")


def _sorted(module: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    own: dict[str, list[str]] = {}
    elsewhere: dict[str, list[str]] = {}
    for name in importlib.import_module(module).__all__:
        prefix = anchor(module, name).partition("-")[0]
        if prefix == MODULES[module]:
            own.setdefault(_kind(_thing(module, name)), []).append(name)
        else:
            place = next((each for each, its in MODULES.items() if its == prefix), None)
            title = f"As in {place}" if place else {"error": "Errors", "record": "Records of operations"}[prefix]
            elsewhere.setdefault(title, []).append(name)
    return own, elsewhere


def _thing(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def _kind(thing: object) -> str:
    if isinstance(thing, type):
        return "records" if attrs.has(thing) or issubclass(thing, Enum) else "classes"
    return "functions" if inspect.isroutine(thing) else "constants"


def _entry(module: str, name: str) -> Iterator[str]:
    thing = _thing(module, name)
    kind = _kind(thing)
    if kind == "constants":
        yield from (said_of(module, name), "", f"A value of type `{type(thing).__name__}`.")
        return
    doc = parse(inspect.getdoc(thing) or said_of(module, name), DocstringStyle.GOOGLE)
    if kind == "functions" or (kind == "classes" and not getattr(thing, "_is_protocol", False)):
        yield from ("```python", f"{module}.{name}{signature(thing)}", "```", "")
    yield from (doc.short_description or "", "", *(doc.long_description or "").split("\n"), "")
    yield from (_fields(thing) if kind == "records" else _parameters(thing, doc))
    if isinstance(thing, type):
        yield from _members(thing)
    yield from ("", *_returns(thing), *_raises(doc))


def _fields(cls: Any) -> Iterator[str]:
    said = fields(cls)
    if issubclass(cls, Enum):
        yield from members(cls)
        return
    hints = _hints(cls)
    for field in attrs.fields(cls):
        if not field.name.startswith("_"):
            shown = in_words(hints[field.name]) if field.name in hints else f"`{_plain(field.type)}`"
            yield f"- `{field.name}` ({shown}): {said.get(field.name, '')}"
    yield ""


def _parameters(thing: Any, doc: Docstring) -> Iterator[str]:
    hints = _hints(vars(thing).get("__init__") if isinstance(thing, type) else thing)
    for each in doc.params:
        kind = f" ({in_words(hints[each.arg_name])})" if each.arg_name in hints else ""
        yield f"- `{each.arg_name}`{kind}: {' '.join((each.description or '').split())}"
    yield ""


def _returns(thing: Any) -> Iterator[str]:
    returned = None if isinstance(thing, type) else _hints(thing).get("return")
    if returned is not None and linked(returned):
        yield from (f"Answers {in_words(returned)}.", "")


def _hints(thing: Any) -> Mapping[str, object]:
    try:
        return get_type_hints(thing, include_extras=True)
    except (NameError, TypeError):  # of a type that is imported for type checkers only, or no function of Python's
        return {}


def _raises(doc: Docstring) -> Iterator[str]:
    errors = {cls.__name__ for cls in error_types()}
    for each in doc.raises:
        named = f"[`{each.type_name}`](#error-{each.type_name})" if each.type_name in errors else f"`{each.type_name}`"
        yield f"- raises {named}: {' '.join((each.description or '').split())}"


def _members(cls: type) -> Iterator[str]:
    for name, member in vars(cls).items():
        called = getattr(member, "__func__", getattr(member, "fget", getattr(member, "func", member)))
        if name.startswith("_") or not inspect.isfunction(called) or issubclass(cls, Enum):
            continue
        doc = parse(inspect.getdoc(called) or "", DocstringStyle.GOOGLE)
        shown = name if called is not member and not isinstance(member, classmethod) else f"{name}{signature(called)}"
        shown = re.sub(r"\((?:self|cls)(?:, )?", "(", shown)
        raised = ", ".join(f"`{each.type_name}`" for each in doc.raises)
        yield f"- `{shown}`: {doc.short_description or ''}" + (f" Raises {raised}." if raised else "")
    yield ""


def signature(thing: Any) -> str:
    """The signature of a function or class, without the modules of its types."""
    shown = []
    try:
        found = inspect.signature(thing)
    except ValueError:  # a class made of one of Python's own
        return "(...)"
    for parameter in found.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in shown:
            shown.append("*")
        default = "" if parameter.default is parameter.empty else f" = {_default(parameter.default)}"
        kind = "" if parameter.annotation is parameter.empty else f": {_plain(parameter.annotation)}"
        stars = "*" if parameter.kind is parameter.VAR_POSITIONAL else ""
        shown.append(f"{stars}{parameter.name}{kind}{default}")
    returns = "" if isinstance(thing, type) or found.return_annotation is found.empty else found.return_annotation
    return f"({', '.join(shown)})" + ("" if returns == "" else f" -> {_plain(returns)}")


def _default(value: object) -> str:
    if inspect.isroutine(value):
        return "..."  # where it is in memory tells nobody anything
    return f"{type(value).__name__}.{value.name}" if isinstance(value, Enum) else repr(value)


def _plain(annotation: object) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"(?<![\w.])(?:\w+\.)+(?=\w)", "", text)


def said_of(module: str, name: str) -> str:
    """What is written below a value where it is made."""
    if name == "__version__":
        return "The version of sh0: one for all packages."
    place, there = places(_PLACES[module])[name]
    body = ast.parse(Path(str(importlib.import_module(place).__file__)).read_text()).body
    for statement, following in pairwise(body):
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == there for target in targets):
            value = following.value if isinstance(following, ast.Expr) else None
            return inspect.cleandoc(str(value.value)) if isinstance(value, ast.Constant) else ""
    return ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("public", Public)
    return {"parallel_read_safe": True}
