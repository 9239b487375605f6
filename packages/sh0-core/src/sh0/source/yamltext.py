"""YAML as plain values that know where they stand, read without trusting whoever wrote it.

Scalars follow the core schema of YAML 1.2, as Compose and most of today's tools do: ``yes`` is a text, and ``22:22`` is
no number. With one difference: digits that begin with a zero stay the text that they are, because half of the tools
read ``0440`` as octal and the other half do not. Anchors, aliases and merge keys (``<<``) are followed. What libyaml
parses is read event by event, so neither depth nor aliases can cost more than the limits below.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import attrs
import yaml
from yaml.reader import ReaderError

from sh0.errors import Invalid

__all__ = ["Document", "Mark", "Path", "load", "load_all"]

DEPTH_LIMIT: Final = 64
"""Levels that a document may be nested."""
DOCUMENTS_LIMIT: Final = 100
"""Documents of a file, where several are allowed."""
NODES_LIMIT: Final = 200_000
"""Values that a document may come to once its aliases are followed (a bomb of ten aliases of ten is 10¹⁰)."""
SIZE_LIMIT: Final = 4 << 20
"""Characters of a document."""

Path = tuple[str | int, ...]
"""Where a value is: keys and indices from the top, as in ``("services", "web", "ports", 0)``."""

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,3999})|0o[0-7]{1,4000}|0x[0-9a-fA-F]{1,4000}")
_BASES = {"0o": 8, "0x": 16}
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]{1,400}|(?:0|[1-9][0-9]{0,399})(?:\.[0-9]{0,400})?)(?:[eE][-+]?[0-9]{1,4})?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


@attrs.frozen
class Mark:
    """A place in a file: line and column, both from 1."""

    line: int
    column: int


@attrs.frozen
class Document:
    """A YAML document.

    Attributes:
        name: Name of the file, for messages.
        value: Its content: dict, list, str, int, float, bool and None. Keys are texts.
        marks: Where each value begins, by its path; a key's own place is under ``(*path, key)`` in `keys`.
        keys: Where each key stands, by the path of its value.
        tags: Tags of the file's own (``!reset``), by the path of the value they stand before.
        texts: What stands in the file for each number and truth value, by its path.
        typed_keys: Keys that are no texts as they are written (``1:``, ``true:``), by the path of their value.
    """

    name: str
    value: Any
    marks: Mapping[Path, Mark]
    keys: Mapping[Path, Mark]
    tags: Mapping[Path, str] = attrs.field(factory=dict)
    typed_keys: Mapping[Path, Mark] = attrs.field(factory=dict)
    texts: Mapping[Path, str] = attrs.field(factory=dict)

    def where(self, path: Path) -> Mark:
        """Where a value stands: its key if it has one, else itself, else the nearest value around it."""
        while True:
            found = self.keys.get(path) or self.marks.get(path)
            if found is not None:
                return found
            if not path:
                return Mark(1, 1)
            path = path[:-1]


@attrs.frozen
class _Node:
    """A parsed value: a scalar, or children in order; shared by all its aliases."""

    mark: Mark
    scalar: object = None
    items: "tuple[tuple[_Key | None, _Node], ...] | None" = None
    mapping: bool = False
    tag: str = ""
    text: str = ""


@attrs.frozen
class _Key:
    text: str
    mark: Mark
    typed: bool = False


@attrs.define
class _Open:
    """A collection whose end has not been read."""

    mark: Mark
    mapping: bool
    anchor: str | None
    tag: str
    children: list[tuple[_Key | None, _Node]] = attrs.field(factory=list)
    key: _Key | None = None


def load(text: str, name: str) -> Document:
    """Read the one document of a file; an empty file holds None.

    Args:
        text: The file's text.
        name: Its name, for messages.

    Raises:
        Invalid: It holds more than one document, or cannot be read by `load_all`.
    """
    found = load_all(text, name, most=1)
    return found[0] if found else Document(name, None, {}, {})


def load_all(text: str, name: str, *, most: int = DOCUMENTS_LIMIT) -> tuple[Document, ...]:
    """Read the documents of a file, in order; an empty file has none.

    Args:
        text: The file's text.
        name: Its name, for messages.
        most: How many documents it may hold.

    Raises:
        Invalid: It is no YAML, has a key twice or an alias of nothing, or is beyond a limit. The message says which,
            and where.
    """
    if len(text) > SIZE_LIMIT:
        raise Invalid(f"{name} is larger than {SIZE_LIMIT} characters", hint="Split it.", path=name)
    budget = _Budget(NODES_LIMIT)
    found = []
    for root in _parse(text, name, most):
        reader = _Expansion(name, budget)
        value = reader.expand(root, ())
        found.append(Document(name, value, reader.marks, reader.keys, reader.tags, reader.typed_keys, reader.texts))
    return tuple(found)


def _parse(text: str, name: str, most: int) -> list[_Node]:
    anchors: dict[str, _Node] = {}
    stack: list[_Open] = []
    roots: list[_Node] = []
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            anchor = None
            if isinstance(event, yaml.ScalarEvent):  # first, because nearly all of them are
                if "\0" in event.value:
                    raise _refusal(name, _mark(event), "a text with a NUL character, which nothing can take")
                node, anchor = _Node(_mark(event), _scalar(event), tag=_tag(event), text=event.value), event.anchor
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                if len(stack) >= DEPTH_LIMIT:
                    raise _refusal(name, _mark(event), f"it is nested more than {DEPTH_LIMIT} levels deep")
                mapping = isinstance(event, yaml.MappingStartEvent)
                stack.append(_Open(_mark(event), mapping, event.anchor, _tag(event)))
                continue
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                ended = stack.pop()
                node = _Node(ended.mark, None, tuple(ended.children), ended.mapping, ended.tag)
                anchor = ended.anchor
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in anchors:
                    raise _refusal(name, _mark(event), f"there is no anchor &{event.anchor} before this alias")
                node = attrs.evolve(anchors[event.anchor], mark=_mark(event))
            elif isinstance(event, yaml.DocumentStartEvent) and len(roots) >= most:
                said = "a second document begins here; one is expected"
                raise _refusal(name, _mark(event), said if most == 1 else f"it has more than {most} documents")
            elif isinstance(event, yaml.DocumentStartEvent):
                anchors = {}  # an anchor is one of its document
                continue
            else:
                continue
            if anchor is not None:
                anchors[anchor] = node
            if stack:
                _add(stack[-1], node, name)
            else:
                roots.append(node)
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        last = text.count("\n") + 1  # the end of a file without a newline is on the line after it, to libyaml
        mark = Mark(1, 1) if place is None else Mark(min(place.line + 1, last), place.column + 1)
        raise _refusal(name, mark, _reason(error)) from None
    except ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        mark = Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise _refusal(name, mark, error.reason) from None
    except (yaml.YAMLError, ValueError) as error:
        raise Invalid(f"{name} is not valid YAML: {error}", hint=f"Correct {name}.", path=name) from None
    return roots


def _add(parent: _Open, node: _Node, name: str) -> None:
    if not parent.mapping:
        parent.children.append((None, node))
    elif parent.key is None:
        if node.items is not None:
            raise _refusal(name, node.mark, "a key that is a list or a mapping")
        text = "null" if node.scalar is None else _text(node.scalar)
        parent.key = _Key(text, node.mark, typed=not isinstance(node.scalar, str))
    else:
        parent.children.append((parent.key, node))
        parent.key = None


@attrs.define
class _Budget:
    """Values that the documents of a file may still come to."""

    left: int


class _Expansion:
    """Turns shared nodes into values, each alias counted as often as it is used."""

    def __init__(self, name: str, budget: _Budget) -> None:
        self._name, self._budget = name, budget
        self.marks: dict[Path, Mark] = {}
        self.keys: dict[Path, Mark] = {}
        self.tags: dict[Path, str] = {}
        self.typed_keys: dict[Path, Mark] = {}
        self.texts: dict[Path, str] = {}

    def expand(self, node: _Node, path: Path) -> Any:
        self._budget.left -= 1
        if self._budget.left < 0:
            raise _refusal(self._name, node.mark, f"its aliases make more than {NODES_LIMIT} values of it")
        if len(path) > 2 * DEPTH_LIMIT:
            raise _refusal(self._name, node.mark, "its aliases nest too deeply")
        self.marks[path] = node.mark
        if node.tag:
            self.tags[path] = node.tag
        if node.items is None:
            if isinstance(node.scalar, int | float):
                self.texts[path] = node.text
            return node.scalar
        if not node.mapping:
            return [self.expand(child, (*path, index)) for index, (_, child) in enumerate(node.items)]
        found: dict[str, Any] = {}
        for key, child in node.items:
            assert key is not None
            if key.text == "<<":
                continue
            if key.text in found:
                raise _refusal(self._name, key.mark, f"the key {key.text} is here a second time")
            self._key(key, path)
            found[key.text] = self.expand(child, (*path, key.text))
        for key, child in node.items:
            if key is not None and key.text == "<<":
                self._merge(found, child, path)
        return found

    def _merge(self, found: dict[str, Any], node: _Node, path: Path) -> None:
        """Merge keys (https://yaml.org/type/merge.html): what is there already wins, as does the earlier of a list."""
        if node.items is not None and not node.mapping:
            for _, child in node.items:
                self._merge(found, child, path)
            return
        if node.items is None:
            raise _refusal(self._name, node.mark, "<< merges a mapping, or a list of mappings")
        for key, child in node.items:
            assert key is not None
            if key.text == "<<":
                self._merge(found, child, path)
            elif key.text not in found:
                self._key(key, path)
                found[key.text] = self.expand(child, (*path, key.text))

    def _key(self, key: _Key, path: Path) -> None:
        self.keys[(*path, key.text)] = key.mark
        if key.typed:
            self.typed_keys[(*path, key.text)] = key.mark


def _scalar(event: yaml.ScalarEvent) -> object:
    text: str = event.value
    tag = event.tag or ""
    if tag.endswith(":str") or tag == "!" or (event.style not in (None, "") and not tag):
        return text
    return _plain(text)


def _tag(event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> str:
    """A tag of the file's own; those of YAML itself are seen to in `_scalar`."""
    tag: str | None = event.tag
    if tag is None:
        return ""
    return tag if tag.startswith("!") and len(tag) > 1 else ""


def _plain(text: str) -> object:
    """The value of a plain scalar in the core schema (YAML 1.2.2, section 10.3.2)."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _INT.fullmatch(text):
        return int(text, _BASES.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def _text(scalar: object) -> str:
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    return str(scalar)


def _mark(event: yaml.Event) -> Mark:
    place = event.start_mark
    return Mark(1, 1) if place is None else Mark(place.line + 1, place.column + 1)


def _reason(error: yaml.MarkedYAMLError) -> str:
    return " ".join(part for part in (error.context, error.problem) if part)


def _refusal(name: str, mark: Mark, reason: str) -> Invalid:
    return Invalid(
        f"{name}, line {mark.line}, column {mark.column}: this is not valid YAML here: {reason}",
        hint=f"Correct {name}.",
        path=name,
        line=mark.line,
    )
