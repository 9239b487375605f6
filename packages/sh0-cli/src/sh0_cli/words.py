"""Values in the words of a person."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum

import attrs

from sh0 import ByteSize
from sh0.frontend import unstructure

_UNITS = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago a moment was, or in how long it will be: ``3 minutes ago``."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    for size, unit in _UNITS:
        count = int(abs(seconds) // size)
        if count:
            words = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now" if seconds > -30 else "in a moment"


def seconds(value: float) -> str:
    """A duration: ``0.42 s``, ``12.3 s``, ``2 min 05 s``."""
    if value >= 60:
        return f"{int(value // 60)} min {int(value % 60):02d} s"
    return f"{value:.1f} s" if value >= 1 else f"{value:.2f} s"


def as_written(argv: Sequence[str]) -> str:
    """A command as somebody has written it: without the shell that runs its line."""
    if len(argv) == 3 and tuple(argv[:2]) == ("/bin/sh", "-c"):
        return argv[2].removeprefix("exec ")
    return " ".join(argv)


def word(value: object, *, human: bool) -> str:
    """A value as one cell of a table: for a person, or for a program that reads a pipe."""
    match value:
        case None:
            return "–" if human else ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return ago(value) if human else value.isoformat()
        case ByteSize():
            return value.words if human else str(value)
        case Enum():
            return str(value.value)
        case Mapping():
            return ", ".join(f"{name}={word(item, human=human)}" for name, item in value.items())
        case list() | tuple():
            return ", ".join(word(item, human=human) for item in value)
    if human and isinstance(said := getattr(value, "words", None), str):
        return said
    if attrs.has(type(value)):
        return ", ".join(f"{name}={word(item, human=human)}" for name, item in _fields(value) if _says(item))
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else str(value)
    return str(value if isinstance(value, str | int) else unstructure(value))


def _says(value: object) -> bool:
    """Whether a field says anything: empty ones are left out, zero and no are not."""
    return value is not None and not (isinstance(value, str | Mapping | tuple | list) and not value)


def _fields(value: object) -> list[tuple[str, object]]:
    return [(field.name, getattr(value, field.name)) for field in attrs.fields(type(value))]  # type: ignore[arg-type]
