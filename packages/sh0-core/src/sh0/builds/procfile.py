"""Reading a Procfile."""

import re

__all__ = ["parse"]

_LINE = re.compile(r"^([A-Za-z0-9_-]+)\s*:\s*(.+)$")


def parse(text: str) -> dict[str, str]:
    """Types of process and their shell commands, in order; lines that are neither are left out."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.match(line.strip())
        if match:
            found[match[1]] = match[2].strip()
    return found
