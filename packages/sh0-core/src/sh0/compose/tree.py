"""The content of Compose files as a tree whose every value knows where it was written."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from sh0.compose.interpolation import BadSyntax, Missing, Use, substitute
from sh0.errors import Invalid
from sh0.place import Place
from sh0.source.yamltext import Document, Path

__all__ = ["Interpolation", "Node", "bad", "dotted", "grow", "walk"]

GROWTH_LIMIT: Final = 8 << 20
"""Characters that a project's values may come to once variables are replaced."""


@attrs.frozen(eq=False)
class Node:
    """A value of a file.

    Attributes:
        value: A scalar, or nodes in a dict or a list.
        place: Where it is written: its key if it has one.
        tag: ``!reset``, ``!override`` or nothing.
    """

    value: Any
    place: Place
    tag: str = ""

    def holding(self, value: Any) -> "Node":
        """The same place with another value."""
        return Node(value, self.place, self.tag)

    @property
    def items(self) -> "Mapping[str, Node]":
        """The entries of a mapping; none for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def elements(self) -> "list[Node]":
        """The elements of a list; none for anything else."""
        return self.value if isinstance(self.value, list) else []

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def at(self, path: Path) -> "Node":
        """The node at a path, or the nearest one around it."""
        node = self
        for step in path:
            child: Node | None = None
            if isinstance(node.value, dict):
                child = node.value.get(step)
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                child = node.value[step]
            if child is None:
                break
            node = child
        return node


def grow(document: Document) -> Node:
    """The tree of a document."""

    def build(value: Any, path: Path) -> Node:
        mark = document.where(path)
        place, tag = Place(document.name, mark.line, mark.column), document.tags.get(path, "")
        if isinstance(value, dict):
            return Node({key: build(child, (*path, key)) for key, child in value.items()}, place, tag)
        if isinstance(value, list):
            return Node([build(child, (*path, index)) for index, child in enumerate(value)], place, tag)
        return Node(value, place, tag)

    return build(document.value, ())


def bad(place: Place, path: str, reason: str, hint: str = "", **details: object) -> Invalid:
    """The error that something is wrong at a place."""
    where = f"{place}: {path}" if path else str(place)
    return Invalid(
        f"{where}: {reason}", hint=hint or f"Correct {place.path}.", path=place.path, line=place.line, **details
    )


@attrs.define
class Interpolation:
    """Replaces variables in trees, and remembers which there were.

    Attributes:
        lookup: The value of a variable, or None.
        used: Every variable met and where first.
        missing: Variables that had to have a value: what the file says, and where.
    """

    lookup: Callable[[str], str | None]
    used: dict[str, tuple[Use, Place]] = attrs.field(factory=dict)
    missing: dict[str, tuple[str, Place]] = attrs.field(factory=dict)
    _grown: int = 0

    def apply(self, node: Node, path: Path = ()) -> Node:
        """The tree with its variables replaced; keys stay as they are.

        Raises:
            Invalid: A variable is not written as Compose would have it, or the result is too large.
        """
        if isinstance(node.value, dict):
            return node.holding({k: self.apply(child, (*path, k)) for k, child in node.value.items()})
        if isinstance(node.value, list):
            return node.holding([self.apply(c, (*path, n)) for n, c in enumerate(node.value)])
        if not isinstance(node.value, str) or "$" not in node.value:
            return node

        def met(use: Use) -> None:
            self.used.setdefault(use.name, (use, node.place))

        try:
            text = substitute(node.value, self.lookup, met)
        except BadSyntax as error:
            raise bad(node.place, dotted(path), str(error), "A $ that is no variable is written $$.") from None
        except Missing as error:
            self.missing.setdefault(error.name, (error.said, node.place))
            text = ""
        if "\0" in text:
            raise bad(node.place, dotted(path), "a variable brings a NUL character, which nothing can take")
        self._grown += len(text)
        if self._grown > GROWTH_LIMIT:
            raise bad(node.place, dotted(path), f"variables make more than {GROWTH_LIMIT >> 20} MiB of the project")
        return node.holding(typed(text, path))


_BOOLEANS: Final = (("services", "*", "depends_on", "*", "required"), ("services", "*", "use_api_socket"))
_BOOLEANS_DEEPER: Final = ("services", "*", "develop", "watch", "*", "initial_sync")
_INTEGERS: Final = (("models", "*", "context_size"),)
_PRIORITIES: Final = (("services", "*", "networks", "*", "priority"), ("services", "*", "networks", "*", "gw_priority"))


def typed(text: str, path: Path) -> object:
    """A text that came out of variables, as what the schema wants there: few places take no text at all."""
    if _is(path, *_BOOLEANS, _BOOLEANS_DEEPER) and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if _is(path, *_INTEGERS, *_PRIORITIES) and text.isdecimal() and len(text) < 20:
        return int(text)
    return text


def _is(path: Path, *patterns: tuple[str, ...]) -> bool:
    return any(
        len(path) == len(pattern) and all(want in ("*", step) for want, step in zip(pattern, path, strict=True))
        for pattern in patterns
    )


def dotted(path: Path) -> str:
    """A path in words: ``services.web.ports[0]``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node of a tree and its path, from the top."""
    yield path, node
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from walk(child, (*path, key))
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from walk(child, (*path, index))
