"""Durations, sizes, truths and numbers as Compose files write them."""

import re
from typing import Final

from sh0.source import shellwords
from sh0.values import ByteSize

__all__ = ["command", "count", "duration", "number", "permissions", "size", "truth"]

_TRUTHS: Final = {"true": True, "yes": True, "y": True, "on": True, "t": True, "1": True}
_LIES: Final = {"false": False, "no": False, "n": False, "off": False, "f": False, "0": False, "": False}
_SECONDS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_LONGER: Final = {"d": 86_400.0, "w": 604_800.0}
_PART = re.compile(r"(\d{1,12}(?:\.\d{0,9})?|\.\d{1,9})(ns|us|µs|ms|s|m|h|d|w)")


def truth(value: object) -> bool:
    """True or false, also as a text.

    Raises:
        ValueError: It is neither.
    """
    if isinstance(value, bool):
        return value
    known = _TRUTHS | _LIES
    if str(value).lower() not in known:
        raise ValueError(f"must be true or false, not {value!r:.60}")
    return known[str(value).lower()]


def number(value: object) -> float:
    """A number, also as a text.

    Raises:
        ValueError: It is none, or none that is finite and not negative.
    """
    try:
        found = float(str(value))
    except ValueError:
        raise ValueError(f"must be a number, not {value!r:.60}") from None
    if not 0 <= found < 1e15:
        raise ValueError(f"must be a number from 0 on, not {value!r:.60}")
    return found


def count(value: object) -> int:
    """A whole number from 0 on, also as a text.

    Raises:
        ValueError: It is none.
    """
    found = number(value)
    if found != int(found):
        raise ValueError(f"must be a whole number, not {value!r:.60}")
    return int(found)


def duration(value: object) -> float:
    """Seconds, of ``1h30m``, ``10s``, ``1.5s`` or ``500ms``.

    Raises:
        ValueError: It is no duration.
    """
    text, at, total = str(value).strip(), 0, 0.0
    while part := _PART.match(text, at):
        total += float(part[1]) * (_SECONDS | _LONGER)[part[2]]
        at = part.end()
    if text == "0":
        return 0.0
    if at != len(text) or not text or total > 1e10:
        raise ValueError(f"must be a duration such as 30s or 1m30s, not {value!r:.60}")
    return total


def size(value: object) -> ByteSize:
    """Bytes, of ``512m``, ``1.5gb`` or a number.

    Raises:
        ValueError: It is no size.
    """
    try:
        return ByteSize.parse(value if isinstance(value, int) and not isinstance(value, bool) else str(value))
    except (ValueError, OverflowError):
        raise ValueError(f"must be a size such as 512m or 1.5gb, not {value!r:.60}") from None


def permissions(value: object) -> int:
    """Permission bits, of an octal text (YAML keeps ``0440`` one) or the number itself.

    Raises:
        ValueError: It is neither.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value & 0o7777
    text = str(value).lower().removeprefix("0o")
    if not re.fullmatch(r"[0-7]{1,5}", text):
        raise ValueError(f"must be permission bits such as 0440, not {value!r:.60}")
    return int(text, 8) & 0o7777


def command(value: object) -> tuple[str, ...]:
    """Arguments, of a list or of a text that is split as a shell would; no shell runs it.

    Raises:
        ValueError: A quote is never closed.
    """
    if isinstance(value, list):
        return tuple(str(part) for part in value)
    try:
        return tuple(shellwords.split(str(value)))
    except ValueError as error:
        raise ValueError(f"cannot be split into arguments: {str(error).lower()}") from None
