"""Text from elsewhere, made harmless for whoever reads it on a terminal or in a file.

Programs, branches, labels and files of projects may hold what a terminal acts on: titles, the clipboard, links, cursor
movement, text that is shown in another order than it stands. None of it is printed. What a sequence says is removed
with the sequence, as a terminal would not show it either.
"""

import re
from typing import Final

__all__ = ["BIDIRECTIONAL", "escaped", "printable"]

BIDIRECTIONAL: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks, embeddings, overrides and isolates of the bidirectional algorithm (Unicode TR 9), as in a class of `re`."""

_INVISIBLE: Final = (
    f"{BIDIRECTIONAL}\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_ENDS_LINE: Final = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"

_SEQUENCE: Final = re.compile(
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"  # titles, links, clipboard
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # cursor, screen, colours
    r"|\x1b[ -/]*[0-~]?"  # character sets, reset
)
_COLOURS: Final = re.compile(r"\x1b\[[0-9;:]*m")
_REMOVED: Final = re.compile(f"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f{_INVISIBLE}]")
_LONE_ESCAPE: Final = re.compile(r"\x1b(?!\[[0-9;:]*m)")
_BREAKS: Final = re.compile(f"\r\n|[{_ENDS_LINE}]")
_OTHER_BREAKS: Final = re.compile(f"\r\n|[{_ENDS_LINE[1:]}]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_IN_DOCUMENT: Final = re.compile(f"[\x7f-\x9f\u2028\u2029\ud800-\udfff{_INVISIBLE}]")


def printable(text: str, *, several_lines: bool = False, colours: bool = False) -> str:
    """A text without what a terminal acts on, and without what does not show.

    Args:
        text: The text.
        several_lines: Whether its line breaks count; a space stands for each otherwise.
        colours: Whether sequences that only set colours stay; they then end with the text.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = _SEQUENCE.sub(_colour if colours else "", text.rstrip("\r\n") if not several_lines else text)
    kept = _OTHER_BREAKS.sub(_broken, kept) if several_lines else _BREAKS.sub(" ", kept)
    kept = _LONE_ESCAPE.sub("", _SURROGATES.sub("\ufffd", _REMOVED.sub("", kept)))
    return f"{kept}\x1b[0m" if colours and "\x1b" in kept else kept


def escaped(document: str) -> str:
    """A JSON document that says the same in characters that all show; JSON itself escapes C0 only."""
    return document if document.isascii() and "\x7f" not in document else _IN_DOCUMENT.sub(_escape, document)


def _colour(found: re.Match[str]) -> str:
    return found[0] if _COLOURS.fullmatch(found[0]) else ""


def _broken(found: re.Match[str]) -> str:
    return "\n" if found[0] == "\r\n" else " "


def _escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[at : at + 2], 'big'):04x}" for at in range(0, len(units), 2))
