"""The port that a program listens on, as far as its source says so."""

import re
from collections.abc import Sequence

from sh0.source.tree import Project

__all__ = ["FILES_LIMIT", "LENGTH_LIMIT", "sources", "stated_port"]

FILES_LIMIT = 200
"""Source files of a project that are looked into."""
LENGTH_LIMIT = 1 << 16
"""Characters of each: a program names its port early, and a push must not keep us reading."""
_TESTS = frozenset({"test", "tests", "spec"})


def sources(project: Project, *endings: str, folder: str = "") -> list[str]:
    """The beginnings of the source files, tests left out.

    Args:
        project: The project.
        endings: What their names end with.
        folder: Where they are, relative to the project.
    """
    prefix = f"{folder}/" if folder else ""
    names = [name for name in project.names if name.startswith(prefix) and name.endswith(endings)]
    chosen = [name for name in names if not _TESTS & set(name.split("/"))][:FILES_LIMIT]
    return [(project.text(name) or "")[:LENGTH_LIMIT] for name in chosen]


def stated_port(texts: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    """The first port that the source names; None if it names none, or reads PORT from its environment.

    Args:
        texts: The source.
        pattern: A call that listens; one of its groups is the port.
    """
    if any('"PORT"' in text or "{?PORT}" in text for text in texts):
        return None
    matches = (match for text in texts for match in pattern.finditer(text))
    ports = (int(group) for match in matches for group in match.groups() if group)
    return next((port for port in ports if 0 < port < 65536), None)
