"""A template as the checks see it: what was read of it, and the file as written with the place of everything."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from sh0.source.yamltext import Document, Path
from sh0.templates.block import Notes
from sh0.templates.model import Template

__all__ = ["Subject", "texts"]


@attrs.frozen
class Subject:
    """What is checked.

    Attributes:
        document: The file as written; variables are not replaced.
        template: What was read of it.
        notes: Where problems go.
    """

    document: Document
    template: Template
    notes: Notes

    @property
    def top(self) -> Mapping[str, Any]:
        """The file's content."""
        return self.document.value if isinstance(self.document.value, dict) else {}

    def services(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """Services that are mappings, and where they are."""
        return self.entries("services")

    def entries(self, section: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """Mappings of a section such as ``volumes``, and where they are; what is empty there counts as a mapping."""
        found = self.top.get(section)
        for name, value in found.items() if isinstance(found, dict) else ():
            if isinstance(value, dict) or value is None:
                yield (section, name), value or {}

    def note(self, demand: str, path: Path, message: str, remedy: str) -> None:
        """Note a problem."""
        self.notes.note(demand, path, message, remedy)


def texts(value: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text in a value, and where it is."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts(inner, (*path, index))
