"""What tells one set of rules from another: their ids, and the files that their code is in."""

import os
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from sh0.rules.model import Rule
from sh0.version import VERSION

__all__ = ["digest"]

_CORE = Path(__file__).parents[1]


def digest(rules: Iterable[Rule]) -> str:
    """A digest that changes with the rules: with their ids, and with any Python file in a folder that one comes from.

    Files count by their name, size and time; none is read.
    """
    rules = tuple(rules)
    folders = {_CORE, _CORE / "rules", _CORE / "builds"}
    for rule in rules:
        module = sys.modules.get(getattr(rule.check, "__module__", ""))
        if place := getattr(module, "__file__", None):
            folders.add(Path(place).parent)
    parts = [VERSION, sys.version, *sorted(rule.id for rule in rules)]
    for folder in sorted(folders):
        parts += sorted(_entries(folder))
    return sha256("\n".join(parts).encode(errors="surrogateescape")).hexdigest()


def _entries(folder: Path) -> Iterable[str]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    found = entry.stat()
                    yield f"{entry.path}:{found.st_size}:{found.st_mtime_ns}"
    except OSError:
        yield f"{folder}: none"
