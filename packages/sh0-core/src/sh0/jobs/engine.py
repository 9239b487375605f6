"""The threads that carry out the runs of a kind, and what becomes of those that a crash cut off."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic

import attrs

from sh0.context import Context
from sh0.errors import Sh0Error, WrongState
from sh0.jobs import pipeline, recovery
from sh0.jobs.kind import Kind, R, Work
from sh0.jobs.queue import Queue
from sh0.jobs.retry import insist
from sh0.jobs.run import Run
from sh0.jobs.runs import Runs
from sh0.records.run import Failure, RunState

AT_START = 30.0
"""Seconds that what had been stopped has until it is healthy again, while the platform starts after a crash.

The routes are served by then, its API is not.
"""

_MOMENT = 5.0  # seconds to record an end

_ANY = (Sh0Error, OSError)

log = logging.getLogger("sh0.jobs")


@attrs.frozen
class _Launched:
    """A run on its thread.

    Attributes:
        begun: Set when it has begun, and holds the locks of its apps.
        ended: Set when it has ended.
    """

    begun: threading.Event = attrs.field(factory=threading.Event)
    ended: threading.Event = attrs.field(factory=threading.Event)


class Engine(Generic[R]):
    """Carries out runs of one kind, those of different owners side by side, each on a thread of its own.

    Args:
        context: What they are carried out with.
        kind: Of which kind they are.
        queue: Where they wait, if the kind has one of its own.

    Attributes:
        runs: What everybody can do with them.
    """

    def __init__(self, context: Context, kind: Kind[R], queue: Queue[R] | None = None) -> None:
        self._context, self._kind, self._queue = context, kind, queue or Queue(context, kind)
        self.runs = Runs(context, kind, self._queue)
        self._beginning = threading.Lock()
        self._held: set[str] = set()
        self._running: dict[str, str] = {}  # owners, by run
        self._threads: dict[str, threading.Thread] = {}

    def start(self) -> None:
        """Begin to take what waits."""
        self._spawn("dispatcher", self._dispatch)

    def busy(self) -> frozenset[str]:
        """Owners that have a run under way."""
        return frozenset(self._running.copy().values())

    def run(self, record: R) -> Run[R]:
        """A run, to be carried out."""
        return Run(self._context, self._kind, record, self._queue.cancellation(record.id))

    def begin(self, owner: str, make: Callable[[int], R], work: Callable[[Run[R]], Work[R]]) -> R:
        """Begin a run at once, without waiting.

        Args:
            owner: Whose it is.
            make: Makes its record, out of its number.
            work: What it does.

        Raises:
            WrongState: One of that owner is under way, and the kind has one at a time.
        """
        with self._beginning, self._context.records.transaction():
            demand = self._demand_kept if self._kind.side_by_side else self._demand_idle
            demand(owner)
            record = self._context.records[self._kind.table].insert(make(self._queue.next_number(owner)))
        self._launch(record, lambda run: pipeline.carry_out(work(run)))
        return record

    def part(self, owner: str, make: Callable[[int], R]) -> Run[R]:
        """A run that another one carries out, step by step, and ends (`end_part`).

        Args:
            owner: Whose it is.
            make: Makes its record, out of its number.
        """
        with self._context.records.transaction():
            record = self._context.records[self._kind.table].insert(make(self._queue.next_number(owner)))
        return self.run(record)

    def end_part(self, run: Run[R], state: RunState, failure: Failure | None) -> None:
        """End a run that another one has carried out."""
        run.end(state, failure)
        self._queue.ended(run.record.id)

    @contextmanager
    def held(self, owner: str) -> Iterator[None]:
        """Let no run of an owner begin.

        Raises:
            WrongState: One is under way.
        """
        with self._beginning:
            self._demand_idle(owner)
            self._held.add(owner)
        try:
            yield
        finally:
            self._held.discard(owner)

    def _demand_kept(self, owner: str) -> None:
        if owner in self._held:
            raise WrongState(
                f"the {self._kind.owner} {owner} is being deleted or renamed", hint="Wait until that is done."
            )

    def _demand_idle(self, owner: str) -> None:
        kind = self._kind
        self._demand_kept(owner)
        for run in self._queue.running(owner):
            how = f": {kind.cancelling} {owner} {run.id}" if kind.cancelling else "."
            raise WrongState(f"the {kind.table.noun} {run.id} is running", hint=f"Wait for it, or cancel it{how}")

    def unfinished(self) -> recovery.Unfinished[R]:
        """At start: what is to be done with each run that had not ended."""
        return recovery.unfinished(self._kind, (*self._queue.running(), *self._queue.waiting()))

    def recover(self, found: recovery.Unfinished[R]) -> None:
        """At start: end what had not ended. What takes time goes on meanwhile."""
        for record in found.standing:
            self._finish(record).ended.wait(_MOMENT)
        self.interrupt(found)

    def finish(self, record: R) -> None:
        """Finish, beside everything else, a run whose result stands; its apps are locked when this returns."""
        self._finish(record).begun.wait()

    def _finish(self, record: R) -> _Launched:
        return self._launch(record, lambda run: pipeline.finish(self._kind.work(run)))

    def resume(self, record: R) -> None:
        """At start: go on with a run that has outlasted the platform."""
        self._launch(record, lambda run: pipeline.resume(self._kind.work(run)))

    def interrupt(self, found: recovery.Unfinished[R]) -> None:
        """End what was cut off. What a full disk keeps from being recorded is recorded later."""
        deadline = self._context.clock.monotonic() + AT_START

        def interrupt(run: Run[R]) -> None:
            pipeline.interrupt(self._kind.work(run), self._until(deadline))

        for record in found.cut_off:
            self._launch(record, interrupt, locked=False).ended.wait(self._until(deadline) + _MOMENT)

    def close(self, grace: float) -> None:
        """Take no more, and wait for those that run; the platform is closing, which they notice.

        Args:
            grace: Seconds to wait at most.
        """
        self._queue.close()
        deadline = self._context.clock.monotonic() + grace
        for thread in list(self._threads.values()):
            thread.join(self._until(deadline))

    def _until(self, deadline: float) -> float:
        return max(0.0, deadline - self._context.clock.monotonic())

    def _dispatch(self) -> None:
        while (record := self._next()) is not None:
            self._launch(record, lambda run: pipeline.carry_out(self._kind.work(run)))

    def _next(self) -> R | None:
        """The next run, as soon as it can be marked: what waits goes on waiting. None once the platform closes."""
        with suppress(*_ANY):
            return insist(self._context.shutdown, "the next run", lambda: self._queue.take(self.busy), _ANY)
        return None

    def _launch(self, record: R, course: Callable[[Run[R]], None], *, locked: bool = True) -> _Launched:
        launched = _Launched()

        def carry() -> None:
            try:
                with insist(self._context.shutdown, f"beginning {record.id}", lambda: self.run(record)) as run:
                    for app in self._kind.apps(record) if locked else ():
                        run.hold(app)
                    launched.begun.set()
                    course(run)
            except Exception:
                if not self._context.shutdown.begun:  # what a closing platform cuts off is ended at the next start
                    log.exception("the end of %s could not be recorded", record.id)
            finally:
                del self._running[record.id], self._threads[record.id]
                self._queue.ended(record.id)
                launched.begun.set()
                launched.ended.set()

        self._running[record.id] = self._kind.whose(record)
        self._spawn(record.id, carry)
        return launched

    def _spawn(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=f"sh0-{self._kind.name}-{name}", daemon=True)
        self._threads[name] = thread
        thread.start()
