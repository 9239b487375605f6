"""What the engine has to know of a kind of work."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sh0.errors import Failed, Sh0Error
from sh0.jobs.log import Logs, RunLog
from sh0.records.event_payloads import Payload
from sh0.records.event_types import EventType
from sh0.records.run import Failure, RunRecord, RunState, RunStep, State
from sh0.store import TableSpec

if TYPE_CHECKING:
    from sh0.jobs.run import Run

R = TypeVar("R", bound=RunRecord)
Happened = tuple[EventType, Payload]


class Work(Generic[R]):
    """What one run does.

    Args:
        run: Its record, its log and its steps.
    """

    def __init__(self, run: "Run[R]") -> None:
        self.run = run

    def carry_out(self) -> None:
        """Do all of it. Whatever is raised ends the run."""
        raise NotImplementedError

    def finish(self) -> None:
        """Do what is left of a run whose result stands."""

    def resume(self) -> None:
        """Go on with what a stop of the platform has interrupted, of a kind whose runs outlast it."""
        raise NotImplementedError

    def settle(self, state: RunState, failure: Failure | None) -> Failure | None:
        """Clear away what is not needed any more, before the end is recorded. It may be called again.

        Args:
            state: How the run ends.
            failure: Why it did not end well.

        Returns:
            The failure, which may say more by now.
        """
        return failure

    def recover(self, failure: Failure, within: float) -> Failure | None:
        """At start: clear away what a crash has left of the run.

        Args:
            failure: Says that it was cut off.
            within: Seconds that may be waited until what it had stopped is healthy.
        """
        return self.settle(RunState.INTERRUPTED, failure)


class Kind(Generic[R]):
    """A kind of work. Those that are less simple override more.

    Args:
        logs: The logs of its runs.

    Attributes:
        name: In events and names of threads.
        table: Where its runs are kept.
        owner: The field that says whose a run is: the name of an app, of a stack. One at a time runs per owner, unless
            they run `side_by_side`.
        owners: The table of those; None for a kind whose owners have none.
        listing: The command that lists them; an owner follows.
        cancelling: The command that cancels one; an owner and an id follow.
        showing: The command that shows what is the case now; an owner follows.
        states: Its states; of those that `RunState` has as well the words are the same, but for `done`.
        done: The state of one that ended well.
        timing: Makes the record of a step, out of its name, seconds, and whether it was skipped.
        at_once: How many run side by side at most, each of another owner.
        side_by_side: Whether those of one owner run side by side as well.
        outlasting: Whether what they do goes on without the platform: a closing one lets go of them, and the next start
            takes them up again (`Work.resume`).
        error: Raised to those who wait for one that does not end well.
    """

    name: str
    table: TableSpec[R]
    owner: str
    owners: TableSpec[Any] | None = None
    listing = ""
    cancelling = ""
    showing = ""
    states: type[StrEnum] = RunState
    done: StrEnum = RunState.DONE
    timing: Callable[..., object] = RunStep
    at_once: int | None = None
    side_by_side = False
    outlasting = False
    error: type[Sh0Error] = Failed

    def __init__(self, logs: Logs[Any]) -> None:
        self.logs = logs

    def work(self, run: "Run[R]") -> Work[R]:
        """What a run does that has waited, or was found unfinished."""
        raise NotImplementedError

    def again(self, record: R) -> str:
        """What to do when it was cut off: a sentence with the command that asks for it again."""
        return "Ask for it again."

    def log(self, record: R) -> RunLog:
        """Its log, which keeps its secrets."""
        return self.logs.writer(record.id)

    def apps(self, record: R) -> Sequence[str]:
        """Apps that are locked from its first step to its end."""
        return ()

    def stands(self, record: R) -> bool:
        """Whether its result stands: whatever fails from then on, it ends well."""
        return False

    def succeeded(self, record: R) -> bool:
        """Whether it has ended well."""
        return record.state.value == self.done.value

    def waits(self, record: R) -> bool:
        """Whether one that waited when the platform stopped goes on waiting, or is over."""
        return True

    def superseded(self, waiting: Sequence[R], newcomer: R) -> Sequence[R]:
        """Those of its owner that wait, and that a newcomer makes pointless."""
        return ()

    def taking_over(self, newcomer: R, superseded: Sequence[R]) -> R:
        """A newcomer with what it takes over of those that it supersedes."""
        return newcomer

    def dropped(self, record: R) -> None:
        """Remove what had waited with one that will not run."""

    def result(self, record: R) -> str:
        """What its last line says, besides that it has ended well: where it is reached."""
        return ""

    def begun(self, record: R) -> Happened | None:
        """The event of a step that begins, which is in the record already."""
        return None

    def ended(self, record: R) -> Happened | None:
        """The event of its end, which is in the record already."""
        return None

    def whose(self, record: R) -> str:
        """Name of its owner."""
        return str(getattr(record, self.owner))

    def numbered(self, owner: str) -> int:
        """The highest number that others have given out under the name of an owner; 0 where that cannot be."""
        return 0

    def state(self, state: RunState) -> State:
        """A state in the words of the kind."""
        word: Any = self.done if state is RunState.DONE else self.states(state.value)
        return word  # type: ignore[no-any-return]
