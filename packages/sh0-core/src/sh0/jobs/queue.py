"""The queue of a kind of runs. It is the table itself: what waits there waits through any crash."""

import threading
from collections.abc import Callable, Collection, Sequence
from typing import Any, Generic

from sh0.context import Context
from sh0.errors import WrongState
from sh0.jobs.kind import Kind, R
from sh0.jobs.sentences import stands
from sh0.operations import current_caller
from sh0.records.run import RunState


class Queue(Generic[R]):
    """Takes runs in and hands them out, one at a time per owner, in order of arrival; cancels them, and waits for them.

    Args:
        context: Where they are kept, and who is told.
        kind: Of which kind they are.
    """

    def __init__(self, context: Context, kind: Kind[R]) -> None:
        self._context, self._kind = context, kind
        self._table = context.records[kind.table]
        self._news = threading.Condition()
        self._cancelled: dict[str, threading.Event] = {}

    def add(self, owner: str, make: Callable[[int], R]) -> R:
        """Let a run wait for its turn; waiting ones that it makes pointless are superseded.

        Args:
            owner: Whose it is.
            make: Makes its record, out of its number.
        """
        kind = self._kind
        with self._context.records.transaction():
            newcomer = make(self.next_number(owner))
            older = kind.superseded(self.waiting(owner), newcomer)
            pointless = [over for each in older if (over := self._claim(each, RunState.SUPERSEDED))]
            newcomer = self._table.insert(kind.taking_over(newcomer, pointless))
        kind.logs.writer(newcomer.id).state(newcomer.state, stands(newcomer.id, newcomer.state))
        for over in pointless:
            self._drop(over, newcomer.id)
        self.wake()
        return newcomer

    def next_number(self, owner: str) -> int:
        """The number of an owner's next run. Call it inside a transaction."""
        kind = self._kind
        sql = f"select coalesce(max(number), 0) as last from {kind.table.name} where {kind.owner} = :owner"
        own = int(self._context.records.database.query(sql, {"owner": owner})[0]["last"])
        return max(own, kind.numbered(owner)) + 1

    def waiting(self, owner: str | None = None) -> list[R]:
        """Runs that wait, of one owner or of all, in order of arrival."""
        return self._those(RunState.QUEUED, owner)

    def running(self, owner: str | None = None) -> list[R]:
        """Runs that are under way, of one owner or of all."""
        return self._those(RunState.RUNNING, owner)

    def take(self, busy: Callable[[], Collection[str]]) -> R | None:
        """Wait for the next run whose turn it is, and mark it as running; None once the platform closes.

        Args:
            busy: Names of owners that have one running.
        """
        with self._news:
            while not self._context.shutdown.begun:
                found = next_in_line(self._kind, self.waiting(), busy())
                if found is None:
                    self._news.wait()
                elif taken := self._claim(found, RunState.RUNNING):
                    return taken
        return None

    def cancellation(self, run: str) -> threading.Event:
        """Set when somebody cancels this run."""
        return self._cancelled.setdefault(run, threading.Event())

    def cancel(self, run: R) -> None:
        """Cancel a run that waits or is under way.

        Raises:
            WrongState: It has ended.
        """
        if run.state.ended:
            shown = self._kind.showing
            hint = f"What serves now: {shown} {self._kind.whose(run)}" if shown else ""
            raise WrongState(f"{stands(run.id, run.state)}: there is nothing to cancel", hint=hint)
        if cancelled := self._claim(run, RunState.CANCELLED):
            self._drop(cancelled, str(current_caller()))
        else:
            self.cancellation(run.id).set()

    def wait(self, run: str, timeout: float | None = None) -> R:
        """Wait until a run has ended; returns it as it is then, or at the end of the time."""
        with self._news:
            self._news.wait_for(lambda: self._table.get(run).state.ended, timeout)
        return self._table.get(run)

    def ended(self, run: str) -> None:
        """A run has ended: nobody can cancel it any more, and its owner is no longer busy."""
        self._cancelled.pop(run, None)
        self.wake()

    def wake(self) -> None:
        """Let those who wait look again."""
        with self._news:
            self._news.notify_all()

    def close(self) -> None:
        """Ask what runs to stop where it still can. The platform is closing, so nothing more is handed out."""
        for cancellation in list(self._cancelled.values()):
            cancellation.set()
        self.wake()

    def _those(self, state: RunState, owner: str | None) -> list[R]:
        whose = f"{self._kind.owner} = :owner" if owner is not None else ""
        return self._table.where(whose, order="created, number", values={"owner": owner}, state=state.value)

    def _claim(self, run: R, state: RunState) -> R | None:
        """Give a run that still waits a new state; None if somebody was quicker."""
        with self._context.records.transaction():
            now = self._table.find(run.id)
            if now is None or now.state.value != RunState.QUEUED:
                return None
            time: Any = {"finished" if state.ended else "started": self._context.clock.now()}
            return self._table.change(run.id, state=self._kind.state(state), **time)

    def _drop(self, run: R, by: str) -> None:
        """Say that a run will not have its turn."""
        kind = self._kind
        text = f"{stands(run.id, run.state)} by {by}"
        kind.logs.writer(run.id).state(run.state, text)
        kind.dropped(run)
        if happened := kind.ended(run):
            self._context.journal.emit(*happened, text)
        self.wake()


def next_in_line(kind: Kind[R], waiting: Sequence[R], busy: Collection[str]) -> R | None:
    """The run whose turn it is: the oldest of an owner that has none running. Pure."""
    if kind.at_once is not None and len(busy) >= kind.at_once:
        return None
    ready = (run for run in waiting if kind.whose(run) not in busy)
    return min(ready, key=lambda run: (run.created, run.number), default=None)
