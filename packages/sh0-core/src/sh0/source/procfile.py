"""Reading a Procfile."""

import re

from sh0.errors import Invalid
from sh0.source.lines import lines_of
from sh0.source.tree import Project

__all__ = ["parse", "read_procfile"]

_LINE = re.compile(r"([A-Za-z0-9_-]+)\s*:\s*(.+)")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_KNOWN = ("web", "release")


def read_procfile(project: Project) -> dict[str, str]:
    """The processes of a project's Procfile; none if it has no such file.

    Raises:
        Invalid: A line of it is broken.
    """
    return parse(project.text("Procfile") or "")


def parse(text: str) -> dict[str, str]:
    """Types of process and their shell commands, in order.

    Raises:
        Invalid: A line is neither ``type: command`` nor blank nor a comment, or a type stands twice.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, lines_of(text)), 1):
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise _broken(number, *_not_a_process(line))
        name = match[1]
        if name in found:
            raise _broken(number, f"there are two lines `{name}:`", "Remove one of them.")
        if name.lower() in _KNOWN and name.lower() != name:
            raise _broken(number, f"`{name}:` is not `{name.lower()}:`", f"Write {name.lower()} in small letters.")
        found[name] = match[2].strip()
    return found


def _not_a_process(line: str) -> tuple[str, str]:
    """What a line is instead, and what to do about it."""
    if line.startswith(_CONFLICT):
        return "this is the mark of a merge conflict", "Resolve the conflict."
    if _CONTROL.search(line):
        return "this is not text", "Save the file as text in UTF-8, with lines such as `web: python server.py`."
    return f"{line[:60]!r} is no line `type: command`", "Write `web: …`, or begin the line with # to leave it out."


def _broken(line: int, what: str, hint: str) -> Invalid:
    return Invalid(f"Procfile, line {line}: {what}", hint=hint, path="Procfile", line=line)
