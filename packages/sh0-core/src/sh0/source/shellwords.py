"""A command line as words, in time linear in its length.

Quotes and backslashes mean what they mean to a POSIX shell; nothing is expanded. `shlex.split` says the same in time
that grows with the square of a word's length, which a project chooses.
"""

import re
from collections.abc import Iterator

__all__ = ["split"]

_SPACE = " \t\r\n"
_PIECE = re.compile(r"""[^\s'"\\]+|[^\S \t\r\n]+|'[^']*'|"[^"\\]*(?:\\.[^"\\]*)*"|\\.|[ \t\r\n]+""", re.DOTALL)
_QUOTED = re.compile(r'\\(["\\])')


def split(line: str) -> list[str]:
    """The words of a command line.

    Args:
        line: The line; breaks of lines separate words too.

    Raises:
        ValueError: A quote is never closed, or nothing follows a backslash.
    """
    return list(_words(line))


def _words(line: str) -> Iterator[str]:
    word: list[str] = []
    at = 0
    while at < len(line):
        piece = _PIECE.match(line, at)
        if piece is None:
            raise ValueError("no escaped character" if line[at] == "\\" else "no closing quotation")
        at, text = piece.end(), piece[0]
        if text[0] in _SPACE:
            if word:
                yield "".join(word)
            word = []
        elif text[0] == "'":
            word.append(text[1:-1])
        elif text[0] == '"':
            word.append(_QUOTED.sub(r"\1", text[1:-1]))
        else:
            word.append(text[1:] if text[0] == "\\" else text)
    if word:
        yield "".join(word)
