"""What the records of work that takes time have in common, whatever it does."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import attrs


class RunState(StrEnum):
    """queued → running → done, or one of four other ends.

    Attributes:
        QUEUED: It waits for its turn.
        RUNNING: It is in one of its steps.
        DONE: It ended well.
        FAILED: It failed; its failure says why.
        CANCELLED: Somebody ended it.
        SUPERSEDED: A newer one took its place in the queue.
        INTERRUPTED: The daemon ended while it ran.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (RunState.QUEUED, RunState.RUNNING)


class EventKind(StrEnum):
    """What a line of a log says.

    Attributes:
        STATE: The run has another state.
        STEP: A step begins; the text is its name.
        NOTE: A sentence of the platform.
        OUTPUT: A line that a build or a container printed.
    """

    STATE = "state"
    STEP = "step"
    NOTE = "note"
    OUTPUT = "output"


@attrs.frozen
class RunEvent:
    """One line of the log of a run.

    Attributes:
        time: When.
        kind: What it says.
        step: During which step.
        text: The line.
        state: The new state, in lines of kind ``state``.
    """

    time: datetime
    kind: EventKind
    step: str | None
    text: str
    state: RunState | None = None


@attrs.frozen
class RunStep:
    """How a step of a run went.

    Attributes:
        step: Which.
        seconds: How long it took.
        skipped: Whether there was nothing to do.
    """

    step: str
    seconds: float
    skipped: bool = False


@attrs.frozen
class Failure:
    """Why work did not end well.

    Attributes:
        code: Code of the error.
        message: What happened, where.
        hint: What to do.
        log: The last lines that explain it.
    """

    code: str
    message: str
    hint: str = ""
    log: tuple[str, ...] = ()


class State(Protocol):
    """A state of a run, in the words of its kind."""

    @property
    def value(self) -> str:
        """The word; of those that `RunState` has as well it is the same."""
        ...

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        ...


class RunRecord(Protocol):
    """The record of a run: fields that every kind of it has.

    Besides these there are ``step``, ``finished`` and ``warnings``, and ``started`` where runs wait in a queue.

    Attributes:
        id: The name of its owner, and its number.
        number: Counts up per owner.
        reason: Why.
        requested_by: Who asked.
        state: How far it is.
        steps: Steps that ended, with their times.
        failure: Why it did not end well.
        created: When it was asked for.
    """

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def requested_by(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def steps(self) -> Sequence[Any]: ...
    @property
    def failure(self) -> Failure | None: ...
    @property
    def created(self) -> datetime: ...
