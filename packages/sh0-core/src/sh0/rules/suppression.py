"""Comments that say to ignore a finding: ``# sh0: ignore[SH0-DF003] the base is pinned by our mirror``."""

import re
from collections.abc import Sequence

__all__ = ["TRIGGER", "reason_to_ignore", "unreasoned"]

TRIGGER = r"sh0:\s*ignore\b"
"""What a file has to hold for a comment to be in it, in the syntax of RE2."""

_COMMENT = re.compile(
    r"(?:\#|//|<!--|--|/\*|;)\s*sh0:\s*ignore\b\s*(?:\[(?P<rules>[^\]]*)\])?\s*(?P<reason>.*?)\s*(?:-->|\*/)?\s*$"
)
_WHOLE_FILE = 3
"""Lines at the top of a file in which a comment speaks for the file as a whole."""


def reason_to_ignore(rule: str, line: int, lines: Sequence[str]) -> str | None:
    """Why a finding is ignored, in the words of a comment on its line or alone on the line above; None if it is not.

    A comment without a reason ignores nothing.

    Args:
        rule: Id of the rule.
        line: Where it was found, from 1; 0 for the file as a whole, which the first three lines speak for.
        lines: The lines of the file.
    """
    if line <= 0:
        return next((reason for text in lines[:_WHOLE_FILE] if (reason := _said(text, rule, alone=True))), None)
    here = lines[line - 1] if line <= len(lines) else ""
    above = lines[line - 2] if 2 <= line <= len(lines) + 1 else ""
    return _said(here, rule) or _said(above, rule, alone=True)


def _said(text: str, rule: str, *, alone: bool = False) -> str | None:
    found = _COMMENT.search(text) if "sh0:" in text else None
    if found is None or (alone and text[: found.start()].strip()):
        return None
    named = {name.strip() for name in (found["rules"] or "").split(",")}
    return found["reason"] if rule in named and found["reason"] else None


def unreasoned(text: str) -> str | None:
    """What is missing in a line that says to ignore something: "rule" or "reason"; None if nothing is."""
    found = _COMMENT.search(text) if "sh0:" in text else None
    if found is None:
        return None
    if not (found["rules"] or "").strip():
        return "rule"
    return None if found["reason"] else "reason"
