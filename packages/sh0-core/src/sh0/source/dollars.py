"""The ``${…}`` of Compose, found and rewritten in a text."""

import re
from collections.abc import Callable, Iterator
from typing import Final

import attrs

__all__ = ["REFERENCE", "Reference", "escape", "nesting", "references", "rewrite"]

REFERENCE: Final = re.compile(
    r"\$(?:(?P<escaped>\$)|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)|(?P<plain>[A-Za-z_][A-Za-z0-9_]*))"
)
"""Where a variable begins, or a dollar sign that is written twice."""
OPERATORS: Final = (":-", ":?", ":+", "-", "?", "+")


@attrs.frozen
class Reference:
    """A variable in a text.

    Attributes:
        name: Its name.
        operator: One of `OPERATORS`, or empty.
        operand: What follows the operator.
        start: Where it begins in the text.
        end: Where it ends.
    """

    name: str
    operator: str = ""
    operand: str = ""
    start: int = 0
    end: int = 0


def references(text: str) -> Iterator[Reference]:
    """Variables of a text, not those inside the operand of another. ``$$`` is a dollar sign."""
    at = 0
    while match := REFERENCE.search(text, at):
        at = match.end()
        if match["escaped"]:
            continue
        if match["plain"]:
            yield Reference(match["plain"], "", "", match.start(), at)
            continue
        end = _closing(text, at)
        inside = text[at : end - 1]
        operator = next((each for each in OPERATORS if inside.startswith(each)), "")
        yield Reference(match["braced"], operator, inside[len(operator) :], match.start(), end)
        at = end


def rewrite(text: str, change: Callable[[Reference], str | None]) -> str:
    """The text with each reference replaced by what `change` returns.

    None leaves a reference as it is, and goes on with those in its operand: ``${A:-$B}`` uses both.
    """
    parts, at = [], 0
    for reference in references(text):
        replaced = change(reference)
        if replaced is not None:
            parts += [text[at : reference.start], replaced]
            at = reference.end
        elif "$" in reference.operand:
            operand = reference.end - 1 - len(reference.operand)
            parts += [text[at:operand], rewrite(reference.operand, change)]
            at = reference.end - 1
    return "".join((*parts, text[at:]))


def nesting(text: str) -> int:
    """How deep ``${…}`` stand in each other in a text."""
    open_braces = deepest = at = 0
    while at < len(text):
        if text.startswith("${", at):
            open_braces, at = open_braces + 1, at + 1
            deepest = max(deepest, open_braces)
        elif text[at] == "}":
            open_braces = max(open_braces - 1, 0)
        at += 1
    return deepest


def escape(text: str) -> str:
    """A text in which no dollar sign means a variable."""
    return text.replace("$", "$$")


def _closing(text: str, at: int) -> int:
    """Where the brace closes that was opened before `at`; the text's end if it never does."""
    depth = 1
    while at < len(text):
        if text.startswith("${", at):
            depth, at = depth + 1, at + 1
        elif text[at] == "}":
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return len(text) + 1
