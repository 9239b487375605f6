"""A third kind of work, to see what one takes: its record, what it does, and what there is to know of it."""

import threading
from datetime import datetime
from enum import StrEnum

import attrs

from sh0.jobs.kind import Kind, Work
from sh0.jobs.run import Run
from sh0.records.run import Failure, RunState, RunStep
from sh0.store import TableSpec


class CopyStep(StrEnum):
    READ = "read"
    WRITE = "write"


@attrs.frozen
class Copy:
    id: str
    volume: str
    number: int
    reason: str
    requested_by: str
    state: RunState
    step: CopyStep | None
    steps: tuple[RunStep, ...]
    failure: Failure | None
    created: datetime
    started: datetime | None = None
    finished: datetime | None = None
    warnings: tuple[str, ...] = ()


COPIES = TableSpec("copies", Copy, ("id",), "copy")


class Copying(Work[Copy]):
    go = threading.Event()

    def carry_out(self) -> None:
        with self.run.step(CopyStep.READ):
            self.run.log.output(f"reading {self.run.record.volume}")
        with self.run.step(CopyStep.WRITE):
            while not self.go.wait(0.01):
                self.run.proceed()


class CopyKind(Kind[Copy]):
    name, table, owner = "copy", COPIES, "volume"

    def work(self, run: Run[Copy]) -> Copying:
        return Copying(run)
