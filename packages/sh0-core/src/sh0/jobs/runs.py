"""What everybody can do with the runs of a kind."""

from collections.abc import Iterator
from typing import Any, Generic

from sh0.context import Context
from sh0.errors import NotFound
from sh0.jobs.kind import Kind, R
from sh0.jobs.queue import Queue
from sh0.jobs.sentences import end_of
from sh0.records.run import Failure

_DIGITS = 19  # no number of a run has so many


class Runs(Generic[R]):
    """Lists the runs of a kind, looks at one, follows it, waits for it, cancels it.

    Args:
        context: Where they are kept.
        kind: Of which kind they are.
        queue: Where they wait.
    """

    def __init__(self, context: Context, kind: Kind[R], queue: Queue[R]) -> None:
        self._records, self.kind, self._queue = context.records, kind, queue

    def list(self, owner: str, limit: int | None = None) -> tuple[R, ...]:
        """The runs of an owner, newest first.

        Raises:
            NotFound: There is no such owner.
        """
        self._demand(owner)
        whose: Any = {self.kind.owner: owner}
        return tuple(self._records[self.kind.table].where(order="number desc", limit=limit, **whose))

    def get(self, owner: str, run: str) -> R:
        """One run, by its id or its number.

        Raises:
            NotFound: There is no such owner, or it has no such run.
        """
        kind, table = self.kind, self._records[self.kind.table]
        key: Any = {"number": int(run)} if run.isdecimal() and len(run) < _DIGITS else {"id": run}
        for found in table.where(limit=1, **{**key, kind.owner: owner}):
            return found
        self._demand(owner)
        hint = f"'{kind.listing} {owner}' shows those that it has." if kind.listing else ""
        raise NotFound(f"{owner} has no {kind.table.noun} {run}", hint=hint)

    def follow(self, owner: str, run: str, since: int = 0) -> Iterator[Any]:
        """The log of a run from its beginning, and on until it has ended; but for the first so many lines.

        Raises:
            NotFound: There is no such owner, or it has no such run.
        """
        table, id = self._records[self.kind.table], self.get(owner, run).id
        return self.kind.logs.follow(id, lambda: table.get(id).state.ended, since)

    def wait(self, owner: str, run: str, timeout: float | None = None) -> R:
        """Wait until a run has ended well.

        Raises:
            NotFound: There is no such owner, or it has no such run.
            Failed: It ended otherwise, or not in time; the kind has a class of its own for it.
        """
        kind = self.kind
        ended = self._queue.wait(self.get(owner, run).id, timeout)
        if kind.succeeded(ended):
            return ended
        failure = ended.failure or Failure("", "")
        details: Any = {kind.name: ended.id, "state": ended.state.value, "log": [*failure.log]}
        raise kind.error(end_of(ended.id, ended.state, failure), hint=failure.hint, **details)

    def cancel(self, owner: str, run: str) -> None:
        """Cancel a run that waits or is under way.

        Raises:
            NotFound: There is no such owner, or it has no such run.
            WrongState: It has ended.
        """
        self._queue.cancel(self.get(owner, run))

    def _demand(self, owner: str) -> None:
        if self.kind.owners is not None:
            self._records[self.kind.owners].get(owner)
