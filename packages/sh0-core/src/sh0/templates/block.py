"""Reading a mapping key by key, where everything that is wrong is noted with its place and the reading goes on."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from sh0.source.yamltext import Document, Path
from sh0.templates.model import TemplateProblem

__all__ = ["Block", "Notes"]

T = TypeVar("T")


class Notes:
    """What is wrong with a document, collected.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems: list[TemplateProblem] = []

    def note(self, demand: str, path: Path, message: str, remedy: str) -> None:
        """Note a problem at a value."""
        mark = self._document.where(path)
        self.problems.append(TemplateProblem(demand, message, remedy, mark.line, mark.column))


class Block:
    """A mapping of the document.

    Args:
        value: The value that should be a mapping.
        path: Where it is.
        notes: Where problems go.
        keys: The keys that it may have; every other one is a problem.
    """

    def __init__(self, value: object, path: Path, notes: Notes, keys: Iterable[str]) -> None:
        self.path, self._notes = path, notes
        self.mapping: Mapping[str, Any] = {}
        known = tuple(keys)
        if not isinstance(value, dict):
            self.wrong("", f"expected a mapping with {', '.join(known)}")
            return
        self.mapping = value
        for key in value:
            if key not in known:
                self.wrong(key, f"there is no such key; known are {', '.join(known)}")

    def wrong(self, key: str | int, remedy: str, demand: str = "format") -> None:
        """Note that a key's value is wrong, or the block itself."""
        path = (*self.path, key) if key != "" else self.path
        name = ".".join(str(part) for part in path) or "the file"
        self._notes.note(demand, path, f"{name} is not as the format has it", f"{remedy[:1].upper()}{remedy[1:]}.")

    def take(
        self, key: str, kind: type[T], expected: str, default: T | None = None, *, needed: bool = False
    ) -> T | None:
        """A key's value, if it is of that kind."""
        value = self.mapping.get(key)
        if value is None:
            if needed:
                self._notes.note(
                    "format", self.path, f"{'.'.join(map(str, self.path))} has no {key}", f"Add {key}: {expected}."
                )
            return default
        if type(value) is not kind:
            self.wrong(key, f"expected {expected}")
            return default
        return value

    def text(self, key: str, expected: str, *, needed: bool = False) -> str:
        """A key's text, without space around it; empty if there is none."""
        return (self.take(key, str, expected, needed=needed) or "").strip()

    def texts(self, key: str, expected: str, *, needed: bool = False) -> tuple[str, ...]:
        """A key's list of texts."""
        values = self.take(key, list, expected, needed=needed) or []
        for index, value in enumerate(values):
            if not isinstance(value, str):
                self.wrong(key, f"item {index + 1} is no text; write it in quotes")
        return tuple(value for value in values if isinstance(value, str))
