"""What a push changes, and what the pusher is told."""

from datetime import datetime
from typing import Annotated

import attrs

from sh0.printable import printable
from sh0.rule import Rule

RefName = Annotated[
    str,
    Rule(
        "a reference",
        "at most 1000 characters; which are accepted is decided by name",
        maximum=1000,
        several_lines=True,
    ),
]


@attrs.frozen
class RefUpdate:
    """A reference that a push would move.

    Attributes:
        old: Commit it stands at; forty zeros when it does not exist yet.
        new: Commit it would stand at; forty zeros when the push deletes it.
        ref: Full name, as in ``refs/heads/main``.
    """

    old: str
    new: str
    ref: RefName


RefUpdates = Annotated[
    tuple[RefUpdate, ...],
    Rule("what a push changes", "at most 20000 references", maximum=20_000),
]


PushOptions = Annotated[
    tuple[str, ...],
    Rule("push options", "what follows -o of git push, at most 1000 of them", internal=True),
]


@attrs.frozen
class Commit:
    """A commit in words.

    Attributes:
        id: Full id.
        author: Name of who wrote it.
        subject: First line of its message.
        time: When it was committed.
    """

    id: str
    author: str
    subject: str
    time: datetime


@attrs.frozen
class PushLine:
    """A line of the answer to a push.

    Attributes:
        text: What the pusher reads; whoever wrote it, nothing in it controls their terminal.
        done: Whether it is the last one.
        accepted: Whether the push goes through; counts in the last line only.
    """

    text: str = attrs.field(converter=printable)
    done: bool = False
    accepted: bool = False
