"""One run under way: its record, its log, its steps."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import StrEnum
from types import TracebackType
from typing import Generic, Self

from sh0.context import Context
from sh0.errors import Cancelled
from sh0.jobs.kind import Kind, R
from sh0.jobs.sentences import end_of
from sh0.records.run import Failure, RunState


class Run(Generic[R]):
    """One run under way. It holds the locks of its apps until it is left.

    Args:
        context: What it is carried out with.
        kind: Of which kind it is.
        record: Its record.
        cancelled: Set when somebody cancels it.
    """

    def __init__(self, context: Context, kind: Kind[R], record: R, cancelled: threading.Event) -> None:
        self.context, self.kind, self.record, self.cancelled = context, kind, record, cancelled
        self.log = kind.log(record)
        self._locks = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._locks.close()

    def hold(self, app: str) -> None:
        """Let nobody else change the containers of an app until the run is over."""
        self._locks.enter_context(self.context.locks.of(app))

    def proceed(self) -> None:
        """Go on, unless the run is to stop.

        Raises:
            Interrupted: The platform is closing.
            Cancelled: Somebody has cancelled it.
        """
        self.context.shutdown.proceed()
        if self.cancelled.is_set():
            raise Cancelled(f"{self.record.id} was cancelled")

    @contextmanager
    def step(self, step: StrEnum, wanted: bool = True, *, stoppable: bool = True) -> Iterator[None]:
        """Time a step, and log it.

        Args:
            step: Which.
            wanted: Whether there is anything to do.
            stoppable: Whether the run can still be stopped.
        """
        if stoppable:
            self.proceed()
        clock = self.context.clock
        begun = clock.monotonic()
        if wanted:
            self.change(step=step)
            self.log.begin(step)
            if happened := self.kind.begun(self.record):
                self.context.journal.emit(*happened, f"{self.record.id}: {step.value}")
        yield
        timing = self.kind.timing(step, round(clock.monotonic() - begun, 4), skipped=not wanted)
        self.change(steps=(*self.record.steps, timing))

    def change(self, **changes: object) -> None:
        """Change fields of the record."""
        self.record = self.context.records[self.kind.table].change(self.record.id, **changes)

    def problem(self, text: str) -> None:
        """Something went wrong that does not change how the run ends."""
        with suppress(OSError):  # a full disk is no reason to lose the end
            self.log.quote(text)

    def end(self, state: RunState, failure: Failure | None) -> None:
        """Record the end, and say so."""
        if failure is not None:
            self.log.explain(failure.log)
        self.log.repeat_warnings()
        now = self.kind.state(state)
        finished, warnings = self.context.clock.now(), tuple(self.log.warnings)
        self.change(state=now, failure=failure, finished=finished, warnings=warnings)
        text = end_of(self.record.id, now, failure)
        if state is RunState.DONE:
            text += self.kind.result(self.record)
        if failure is not None and failure.hint:
            text += f"\n{failure.hint}"
        self.log.state(now, text)
        if happened := self.kind.ended(self.record):
            self.context.journal.emit(*happened, text.split("\n")[0])
