"""What a build prints, from pieces to lines of a bounded length."""

import re
from collections.abc import Iterator
from typing import Final

from sh0.ports.builder import LONGEST_LINE

__all__ = ["OutputLines", "clean"]

ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])"
)  # ECMA-48: CSI, OSC, others
_KEPT: Final = 2 * LONGEST_LINE  # colours take room that does not show
_LEFT_OUT = f"… (a line of more than {LONGEST_LINE} characters)"


def clean(line: str) -> str:
    """A line as it looks in the end: without escape codes, and what a carriage return was to overwrite."""
    visible = [part for part in ESCAPES.sub("", line).split("\r") if part.strip()]
    return "".join(char for char in (visible[-1] if visible else "") if char >= " " or char == "\t").rstrip()


class OutputLines:
    """Joins pieces of what a program prints to lines of at most `LONGEST_LINE` characters, as they look in the end.

    A program may print for ever without ending a line: of that no more is kept than is shown.
    """

    def __init__(self) -> None:
        self._begin()

    def add(self, piece: str) -> Iterator[str]:
        """The lines that a piece ends."""
        *whole, rest = piece.split("\n")
        for text in whole:
            self._keep(text)
            yield self.rest()
        self._keep(rest)

    def rest(self) -> str:
        """The line that has begun, as one that ends here."""
        text, cut = clean("".join(self._kept)), self._cut
        self._begin()
        if len(text) < LONGEST_LINE and cut:
            return _LEFT_OUT  # it was cut where nobody sees it, and perhaps within a secret
        return text[:LONGEST_LINE]

    def _begin(self) -> None:
        self._kept: list[str] = []
        self._room, self._cut, self._overwritten = _KEPT, False, False

    def _keep(self, text: str) -> None:
        for number, part in enumerate(text.split("\r")):
            self._overwritten = self._overwritten or number > 0
            if self._overwritten and ESCAPES.sub("", part).strip():  # a bar of progress begins its line anew
                self._begin()
            if part and self._room:
                self._kept.append(part[: self._room])
            self._cut = self._cut or len(part) > self._room
            self._room -= min(self._room, len(part))
