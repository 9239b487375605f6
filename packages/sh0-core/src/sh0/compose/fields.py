"""Typed access to the entries of a mapping: what does not fit is said with its place."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from sh0.compose import scalars
from sh0.compose.tree import Node, bad
from sh0.place import Place

__all__ = ["Fields", "text_of"]

T = TypeVar("T")


def text_of(value: object) -> str:
    """A scalar as the text that Compose hands on."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


@attrs.frozen
class Fields:
    """A mapping of a file.

    Attributes:
        node: The mapping; anything else counts as an empty one.
        path: Where it is, in words.
    """

    node: Node
    path: str

    def has(self, key: str) -> bool:
        """Whether there is such an entry, and it is not empty."""
        child = self.node.items.get(key)
        return child is not None and child.value is not None

    def below(self, key: str) -> "Fields":
        """The mapping at a key."""
        child = self.node.items.get(key) or Node({}, self.node.place)
        return Fields(child, f"{self.path}.{key}".lstrip("."))

    def place(self, key: str) -> Place:
        """Where an entry is written."""
        child = self.node.items.get(key)
        return self.node.place if child is None else child.place

    def each(self, key: str) -> "list[Fields]":
        """The elements of a list."""
        child = self.node.items.get(key)
        elements = child.elements if child is not None else []
        return [Fields(element, f"{self.path}.{key}[{index}]") for index, element in enumerate(elements)]

    def read(self, key: str, convert: Callable[[Any], T], default: T) -> T:
        """An entry, converted; a ValueError of `convert` becomes the reason why the file is refused."""
        if not self.has(key):
            return default
        child = self.node.items[key]
        if child.value == "":  # a variable without a value
            return default
        return self._converted(key, child, convert)

    def _converted(self, key: str, child: Node, convert: Callable[[Any], T]) -> T:
        try:
            return convert(child.plain())
        except ValueError as error:
            raise bad(child.place, f"{self.path}.{key}", str(error)) from None

    def command(self, key: str) -> tuple[str, ...] | None:
        """Arguments; None keeps the image's, and an empty text or list means none."""
        return self._converted(key, self.node.items[key], scalars.command) if self.has(key) else None

    def optional(self, key: str, convert: Callable[[Any], T]) -> T | None:
        """An entry, converted, or None."""
        return self.read(key, lambda value: convert(value), None)

    def text(self, key: str) -> str:
        """A text; empty if there is none."""
        return self.read(key, text_of, "")

    def truth(self, key: str, default: bool = False) -> bool:
        """True or false."""
        return self.read(key, scalars.truth, default)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return self.read(key, lambda found: tuple(text_of(each) for each in found), ())

    def mapping(self, key: str) -> Mapping[str, str]:
        """A mapping of texts."""
        return self.read(key, lambda found: {name: text_of(value) for name, value in found.items()}, {})

    def extensions(self) -> Mapping[str, object]:
        """The ``x-`` entries, plain."""
        return {key: child.plain() for key, child in self.node.items.items() if key.startswith("x-")}
