"""A kind of work gets its life from the engine: log, cancel, wait, recovery, whatever it does."""

import errno
import shutil
import threading
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from sh0.errors import DiskFull, Failed, NotFound, WrongState
from sh0.jobs import retry
from sh0.jobs.engine import Engine
from sh0.jobs.log import Logs, RunLog
from sh0.jobs.queue import Queue
from sh0.jobs.run import Run
from sh0.records.run import Failure, RunEvent, RunState
from sh0.store import Records
from sh0.testing.clock import FakeClock
from tests.core.contexts import context_of
from tests.core.jobs.toy import COPIES, Copy, Copying, CopyKind, CopyStep
from tests.core.waiting import until


class Desk:
    """An engine for copies of volumes, and short ways to use it."""

    def __init__(self, records: Records, clock: FakeClock, folder: Path, kind: type[CopyKind] = CopyKind) -> None:
        self.records, self.clock, self.folder = records, clock, folder
        self.context = context_of(records, clock, folder)
        self.logs = Logs(folder, clock, RunEvent)
        self.kind = kind(self.logs)
        self.queue = Queue(self.context, self.kind)
        self.engine = Engine(self.context, self.kind, self.queue)
        self.runs = self.engine.runs

    def new(self, volume: str, number: int, state: RunState = RunState.QUEUED) -> Copy:
        now = self.clock.now()
        return Copy(f"{volume}-{number}", volume, number, "asked", "me", state, None, (), None, now)

    def ask(self, volume: str = "data") -> Copy:
        return self.queue.add(volume, lambda number: self.new(volume, number))

    def begin(self, volume: str = "data") -> Copy:
        return self.engine.begin(volume, lambda number: self.new(volume, number, RunState.RUNNING), self.kind.work)

    def ended(self, run: Copy) -> Copy:
        ended = self.queue.wait(run.id, 20)
        assert ended.state.ended
        return ended

    def states(self) -> dict[str, RunState]:
        return {run.id: run.state for run in self.records[COPIES].where(order="id")}

    def log(self, run: Copy) -> list[str]:
        return [line.text for line in self.runs.follow(run.volume, run.id)]

    def close(self) -> None:
        self.context.shutdown.begin()
        self.engine.close(20)


@pytest.fixture
def desks(records: Records, clock: FakeClock, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes engines over one database, as one process after the other has them."""
    columns = ", ".join(f"{field} text" for field in attrs.fields_dict(Copy) if field not in ("id", "number"))
    records.database.execute(f"create table copies (id text primary key, number integer, {columns})")
    made: list[Desk] = []

    def make(kind: type[CopyKind] = CopyKind) -> Desk:
        made.append(Desk(records, clock, tmp_path, kind))
        return made[-1]

    Copying.go.clear()
    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(desks: Callable[..., Desk]) -> Desk:
    return desks()


def test_what_waits_has_its_turn_and_is_logged_step_by_step(desk: Desk) -> None:
    run = desk.ask()
    Copying.go.set()
    desk.engine.start()
    ended = desk.ended(run)
    assert (ended.state, ended.failure) == (RunState.DONE, None)
    assert [step.step for step in ended.steps] == ["read", "write"]
    assert ended.started is not None
    assert desk.log(run) == [
        "data-1 waits for its turn",
        "data-1 begins: asked by me",
        *("read", "reading data", "write"),
        "data-1 is done",
    ]


def test_one_at_a_time_runs_per_owner_and_owners_run_side_by_side(desk: Desk) -> None:
    for volume in ("data", "data", "logs"):
        desk.ask(volume)
    desk.engine.start()
    until(lambda: desk.engine.busy() == {"data", "logs"})
    assert desk.states() == {"data-1": RunState.RUNNING, "data-2": RunState.QUEUED, "logs-1": RunState.RUNNING}
    Copying.go.set()
    until(lambda: set(desk.states().values()) == {RunState.DONE})


def test_no_more_run_side_by_side_than_the_kind_allows(desks: Callable[..., Desk]) -> None:
    class Few(CopyKind):
        at_once = 2

    desk = desks(Few)
    for volume in ("a", "b", "c"):
        desk.ask(volume)
    desk.engine.start()
    until(lambda: desk.engine.busy() == {"a", "b"})
    assert desk.states()["c-1"] is RunState.QUEUED
    Copying.go.set()
    until(lambda: set(desk.states().values()) == {RunState.DONE})


def test_what_is_under_way_is_cancelled(desk: Desk) -> None:
    run = desk.begin()
    desk.queue.cancel(run)
    ended = desk.ended(run)
    assert ended.state is RunState.CANCELLED
    assert ended.failure == Failure("cancelled", "data-1 was cancelled")
    assert desk.log(run)[-1] == "data-1 was cancelled"


def test_runs_are_listed_and_found_by_their_owner(desk: Desk) -> None:
    for volume in ("data", "data", "logs"):
        desk.ask(volume)
    assert [run.id for run in desk.runs.list("data")] == ["data-2", "data-1"]
    assert [run.id for run in desk.runs.list("data", 1)] == ["data-2"]
    assert desk.runs.get("data", "1") == desk.runs.get("data", "data-1")
    for volume, run in (("data", "logs-1"), ("data", "3"), ("nobody", "data-1"), ("data", "9" * 30), ("data", "")):
        with pytest.raises(NotFound, match=f"{volume} has no copy"):
            desk.runs.get(volume, run)


def test_whoever_waits_gets_what_has_ended_well_and_else_an_error_that_says_why(desk: Desk) -> None:
    good = desk.begin("data")
    with pytest.raises(Failed, match="data-1 is running"):
        desk.runs.wait("data", good.id, 0.01)
    bad = desk.begin("logs")
    desk.runs.cancel("logs", bad.id)
    with pytest.raises(Failed, match="logs-1 was cancelled") as caught:
        desk.runs.wait("logs", "1", 20)
    assert caught.value.details == {"copy": "logs-1", "state": "cancelled", "log": []}
    Copying.go.set()
    assert desk.runs.wait("data", good.id, 20).state is RunState.DONE
    for over in (good, bad):
        with pytest.raises(WrongState, match="there is nothing to cancel"):
            desk.runs.cancel(over.volume, over.id)


def test_a_log_is_followed_while_it_grows_and_from_where_it_was_left(desk: Desk) -> None:
    run = desk.begin()
    lines = desk.runs.follow("data", run.id)
    assert [next(lines).text for _ in range(4)] == ["data-1 begins: asked by me", "read", "reading data", "write"]
    Copying.go.set()
    assert [line.text for line in lines] == ["data-1 is done"]
    assert [line.text for line in desk.runs.follow("data", run.id, 4)] == ["data-1 is done"]


def test_a_part_of_another_run_is_ended_by_it(desk: Desk) -> None:
    part = desk.engine.part("data", lambda number: desk.new("data", number, RunState.RUNNING))
    desk.runs.cancel("data", "data-1")
    assert part.cancelled.is_set()
    with part.step(CopyStep.READ, stoppable=False):
        assert desk.records[COPIES].get("data-1").step is CopyStep.READ
    desk.engine.end_part(part, RunState.FAILED, Failure("failed", "the whole failed"))
    assert desk.log(part.record)[-1] == "data-1 failed: the whole failed"


def test_what_begins_at_once_is_refused_while_one_of_its_owner_runs(desk: Desk) -> None:
    desk.begin()
    with pytest.raises(WrongState, match="the copy data-1 is running"):
        desk.begin()
    with pytest.raises(WrongState, match="the copy data-1 is running"), desk.engine.held("data"):
        pytest.fail("it is not held")
    with desk.engine.held("logs"), pytest.raises(WrongState, match="the volume logs is being deleted"):
        desk.begin("logs")
    assert desk.states() == {"data-1": RunState.RUNNING}


def test_a_closing_platform_interrupts_what_runs_and_lets_wait_what_waits(desk: Desk) -> None:
    desk.engine.start()
    desk.ask()
    until(lambda: desk.engine.busy() == {"data"})
    desk.ask()
    desk.close()
    assert desk.states() == {"data-1": RunState.INTERRUPTED, "data-2": RunState.QUEUED}


def test_what_a_crash_cut_off_is_interrupted_at_the_next_start_and_what_waits_waits(desks: Callable[..., Desk]) -> None:
    before = desks()
    before.records[COPIES].insert(before.new("data", 1, RunState.RUNNING))
    before.ask()
    after = desks()
    after.engine.recover(after.engine.unfinished())
    assert after.states() == {"data-1": RunState.INTERRUPTED, "data-2": RunState.QUEUED}
    failure = after.records[COPIES].get("data-1").failure
    assert failure == Failure("interrupted", "data-1 was cut off when the platform stopped", "Ask for it again.")


def test_what_stands_already_is_finished_at_the_next_start(desks: Callable[..., Desk]) -> None:
    class Standing(CopyKind):
        def stands(self, record: Copy) -> bool:
            return record.id == "data-1"

    desk = desks(Standing)
    desk.records[COPIES].insert(desk.new("data", 1, RunState.RUNNING))
    desk.engine.recover(desk.engine.unfinished())
    assert desk.ended(desk.new("data", 1)).state is RunState.DONE


def test_a_push_that_does_not_wait_through_a_stop_is_interrupted(desks: Callable[..., Desk]) -> None:
    class Impatient(CopyKind):
        def waits(self, record: Copy) -> bool:
            return False

    desk = desks(Impatient)
    desk.ask()
    found = desk.engine.unfinished()
    assert [run.id for run in found.cut_off] == ["data-1"]
    assert (found.waiting, found.standing) == ((), ())


def test_a_full_disk_is_noticed_before_anything_begins(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100, 99, 1 << 20))
    ended = desk.ended(desk.begin())
    assert ended.failure is not None
    assert (ended.state, ended.failure.code, ended.steps) == (RunState.FAILED, "disk-full", ())


@pytest.mark.parametrize("error", [DiskFull("no room"), OSError(errno.ENOSPC, "No space left on device")], ids=repr)
@pytest.mark.parametrize("where", ["settle", "end"])
def test_an_end_that_a_full_disk_keeps_from_being_recorded_is_recorded_later(
    desks: Callable[..., Desk], where: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "INTERVAL", 0.01)
    full = [error, error, error]

    def filled() -> None:
        if full:
            raise full.pop()

    class Filled(Copying):
        def settle(self, state: RunState, failure: Failure | None) -> Failure | None:
            if where == "settle":
                filled()
            return failure

    class Filling(CopyKind):
        def work(self, run: Run[Copy]) -> Copying:
            return Filled(run)

        def result(self, record: Copy) -> str:
            if where == "end":
                filled()
            return " at last"

    desk = desks(Filling)
    Copying.go.set()
    run = desk.begin()
    until(lambda: desk.engine.busy() == frozenset())
    assert full == []
    assert desk.ended(run).state is RunState.DONE
    assert desk.log(run)[-1] == "data-1 is done at last"


def test_what_is_cut_off_twice_by_a_full_disk_does_not_keep_a_platform_from_starting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "INTERVAL", 0.01)
    monkeypatch.setattr("sh0.jobs.engine.AT_START", 0.05)
    monkeypatch.setattr("sh0.jobs.engine._MOMENT", 0.05)
    desk.records[COPIES].insert(desk.new("data", 1, RunState.RUNNING))
    kept, full = RunLog.state, threading.Event()
    full.set()

    def state(log: RunLog, now: RunState, text: str) -> None:
        if full.is_set():
            raise OSError(errno.ENOSPC, "No space left on device")
        kept(log, now, text)

    monkeypatch.setattr(RunLog, "state", state)
    desk.engine.recover(desk.engine.unfinished())
    assert desk.engine.busy() == {"data"}
    full.clear()
    until(lambda: desk.engine.busy() == frozenset())
    assert desk.states() == {"data-1": RunState.INTERRUPTED}


@pytest.mark.parametrize("at", ["running", "standing"])
def test_what_nobody_foresaw_is_an_internal_error_unless_the_result_stands(
    desks: Callable[..., Desk], at: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Copying):
        def carry_out(self) -> None:
            raise ZeroDivisionError("oh")

    class Failed(CopyKind):
        def work(self, run: Run[Copy]) -> Copying:
            return Failing(run)

        def stands(self, record: Copy) -> bool:
            return at == "standing"

    desk = desks(Failed)
    ended = desk.ended(desk.begin())
    if at == "standing":
        assert (ended.state, ended.failure) == (RunState.DONE, None)
    else:
        assert ended.failure is not None
        assert (ended.state, ended.failure.code) == (RunState.FAILED, "internal")
    assert "data-1 met an internal error" in caplog.text
