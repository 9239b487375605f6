"""The rules of the engine itself: about files that cannot be read, and about ignoring findings."""

from collections.abc import Iterator
from typing import Final

from sh0.rules.model import Category, Hit, Rule, Severity, Subject
from sh0.rules.subjects import ProjectTree, TextFile
from sh0.rules.suppression import TRIGGER, unreasoned

__all__ = ["BROKEN_FILE", "RULES"]


def _nothing(tree: ProjectTree) -> Iterator[Hit]:
    """The engine reports this one when another rule trips over the file."""
    yield from ()


def _unreasoned(file: TextFile) -> Iterator[Hit]:
    for number, text in enumerate(file.lines, 1):
        missing = unreasoned(text)
        if missing == "reason":
            yield Hit("This says to ignore a finding, but not why; it is ignored itself.", number)
        elif missing == "rule":
            yield Hit("This says to ignore something, but not which rule; it is ignored itself.", number)


BROKEN_FILE: Final = Rule(
    id="SH0-FI001",
    category=Category.RELIABILITY,
    severity=Severity.WARNING,
    title="A file cannot be read as what it is",
    why="Whatever reads it in production will fail on it as well, and nothing else could be looked for in it.",
    remedy="Correct it at the place that the message names.",
    link="https://yaml.org/spec/1.2.2/",
    subject=Subject.PROJECT,
    check=_nothing,
)
_UNREASONED: Final = Rule(
    id="SH0-FI002",
    category=Category.RELIABILITY,
    severity=Severity.HINT,
    title="A finding is ignored without a reason",
    why="Whoever reads it next cannot tell whether it still holds, so nobody will ever dare to remove it.",
    remedy="Write `sh0: ignore[ID]` followed by the reason, in the same comment.",
    link="https://eslint-community.github.io/eslint-plugin-eslint-comments/rules/require-description.html",
    subject=Subject.FILE,
    check=_unreasoned,
    trigger=TRIGGER,
)
RULES: Final = (BROKEN_FILE, _UNREASONED)
