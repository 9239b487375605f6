"""What the contract of confined work calls in another process."""

import os
import re
import signal
import sys
from pathlib import Path

import attrs

from sh0.errors import UnsupportedProject
from sh0.values import Secret


@attrs.frozen
class Thing:
    """One of each kind of value.

    Attributes:
        name: A text.
        sizes: Numbers by name.
        path: A path.
        secret: A secret.
        names: Texts without an order.
        anything: What nobody knows the type of.
    """

    name: str
    sizes: dict[str, int]
    path: Path | None = None
    secret: Secret | None = None
    names: frozenset[str] = frozenset()
    anything: object = None


def same(thing: Thing, again: int = 1) -> tuple[Thing, ...]:
    """A thing several times."""
    return (thing,) * again


def process() -> int:
    """The process that this is called in."""
    return os.getpid()


def refuse(reason: str) -> None:
    """Refuse a project."""
    raise UnsupportedProject(f"nothing builds it: {reason}", hint="Add a Dockerfile.", stack="odd", lines=["a", "b"])


def fail() -> None:
    """Fail as nobody foresaw."""
    raise ZeroDivisionError("by nothing")


def say(text: str) -> str:
    """Print on both streams, and return the text."""
    print(text)
    print(text, file=sys.stderr)
    return text


def hang() -> None:
    """Hold the interpreter without end."""
    re.match("(a+)+$", "a" * 64 + "b")


def eat() -> int:
    """Take more memory than there may be."""
    return len(bytearray(8 << 30))


def die() -> None:
    """End at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def nested(levels: int) -> object:
    """A list in a list, again and again."""
    found: object = 1
    for _ in range(levels):
        found = [found]
    return found


def long(count: int) -> str:
    """A long text."""
    return "x" * count
