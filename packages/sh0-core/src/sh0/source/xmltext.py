"""Reading XML that somebody else wrote: Maven's pom.xml, the project files of .NET."""

import xml.etree.ElementTree as ElementTree

from sh0.errors import Invalid
from sh0.source.tree import Project

__all__ = ["Element", "child", "children", "read_xml", "value"]

Element = ElementTree.Element
"""An element of a document that was read, as the standard library has it."""

_DEEPEST = 100
_ELEMENTS = 50_000
_PIECE = 1 << 14


class _Bounded(ElementTree.TreeBuilder):
    """Builds a tree that is no deeper and no larger than project files are."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def start(self, tag: str, attributes: dict[str, str], /) -> Element:
        self._depth, self._elements = self._depth + 1, self._elements + 1
        if self._depth > _DEEPEST:
            raise ValueError("it is nested too deeply")
        if self._elements > _ELEMENTS:
            raise ValueError("it has too many elements")
        return super().start(tag, attributes)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def read_xml(project: Project, path: str) -> Element | None:
    """The outermost element of a file, with the namespaces taken off the tags; None if the file is not there.

    A document that declares entities is refused: no project file needs them, and they can grow without bound.
    It is parsed piece by piece, so that other threads run between two of them.

    Raises:
        Invalid: The file is broken, larger or deeper than any project file, or declares entities.
    """
    text = project.text(path)
    if text is None:
        return None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Invalid(f"{path} declares a document type, which is not read", hint="Remove it.", path=path)
    try:
        parser, text = ElementTree.XMLParser(target=_Bounded()), text.lstrip()
        for at in range(0, len(text), _PIECE):
            parser.feed(text[at : at + _PIECE])
        root: Element = parser.close()
    except ElementTree.ParseError as error:
        line = error.position[0]
        raise Invalid(
            f"{path}, line {line}: this is not valid XML: {str(error).partition(':')[0]}",
            hint=f"Correct {path}.",
            path=path,
            line=line,
        ) from None
    except ValueError as error:  # A declaration of an encoding that a decoded text cannot have.
        raise Invalid(f"{path}: this is not valid XML: {error}", hint=f"Correct {path}.", path=path) from None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root


def child(element: Element | None, *names: str) -> Element | None:
    """The element at the end of a path of names, or None."""
    for name in names:
        if element is None:
            return None
        element = next((each for each in element if each.tag == name), None)
    return element


def children(element: Element | None, *names: str) -> list[Element]:
    """The elements of the last of the names, inside of the others."""
    parent = child(element, *names[:-1])
    return [] if parent is None else [each for each in parent if each.tag == names[-1]]


def value(element: Element | None, *names: str) -> str:
    """The text of the element at the end of a path, or nothing."""
    found = child(element, *names)
    return (found.text or "").strip() if found is not None else ""
