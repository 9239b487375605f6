"""Commands that somebody is attached to: they begin with the session, and end with it."""

import pytest

from sh0.commands import attachments
from sh0.errors import EngineUnavailable, WrongState
from sh0.records.command import CommandEnd, CommandRun
from sh0.records.run import EventKind, RunState
from tests.core.shop import LIMIT, Shop
from tests.core.waiting import until

SLEEP = ("sh", "-c", "echo up; sleep 9")


@pytest.fixture
def live(shop: Shop) -> Shop:
    shop.deploy()
    return shop


def ended(shop: Shop, run: CommandRun) -> CommandRun:
    return until(lambda: found if (found := shop.platform.runs.get("shop", run.id)).state.ended else None, LIMIT)


def test_it_begins_when_somebody_attaches_and_its_output_is_kept_as_well(live: Shop) -> None:
    runs = live.platform.runs
    run = runs.start("shop", ("sh", "-c", "echo out; echo oh >&2; exit 3"), attached=True)
    assert run.container not in live.runtime.containers
    session = runs.attach("shop", run.id)
    shown = b"".join(iter(session.read, b""))
    assert shown == b"\x01\0\0\0\0\0\0\x04out\n\x02\0\0\0\0\0\0\x03oh\n"
    assert session.exit_code() == 3
    session.close()
    done = ended(live, run)
    assert (done.state, done.exit_code, done.end) == (RunState.FAILED, 3, CommandEnd.EXITED)
    assert [line.text for line in runs.follow("shop", run.id) if line.kind is EventKind.OUTPUT] == ["out", "oh"]


def test_it_has_a_terminal_of_the_size_of_the_window(live: Shop) -> None:
    run = live.platform.runs.start("shop", SLEEP, attached=True, terminal=True)
    session = live.platform.runs.attach("shop", run.id, columns=101, rows=31)
    assert session.read() == b"up\n"
    assert live.runtime.containers[run.container].workload.tty
    assert session._terminal.size == (101, 31)  # type: ignore[attr-defined]
    session.close()


def test_who_leaves_ends_it(live: Shop) -> None:
    run = live.platform.runs.start("shop", SLEEP, attached=True)
    session = live.platform.runs.attach("shop", run.id)
    session.close()
    assert (ended(live, run).state, ended(live, run).end) == (RunState.CANCELLED, CommandEnd.STOPPED)
    assert run.container not in live.runtime.containers


def test_one_that_nobody_attaches_to_is_over(live: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "PATIENCE", 0.1)
    run = ended(live, live.platform.runs.start("shop", SLEEP, attached=True))
    assert (run.state, run.end) == (RunState.FAILED, CommandEnd.NOT_STARTED)
    assert run.failure is not None
    assert run.failure.message == "nobody attached to shop.run.1 in 0.1 seconds"


def test_one_that_cannot_be_started_says_so_to_whoever_attaches(live: Shop) -> None:
    live.runtime.fail_next("apply", EngineUnavailable("the engine is away"))
    run = live.platform.runs.start("shop", SLEEP, attached=True)
    with pytest.raises(EngineUnavailable, match="the engine is away"):
        live.platform.runs.attach("shop", run.id)
    assert ended(live, run).end is CommandEnd.NOT_STARTED


def test_only_one_attaches_and_only_to_what_waits(live: Shop) -> None:
    runs = live.platform.runs
    detached = runs.start("shop", SLEEP)
    with pytest.raises(WrongState, match=r"shop\.run\.1 does not wait for anybody to attach"):
        runs.attach("shop", detached.id)
    run = runs.start("shop", SLEEP, attached=True)
    session = runs.attach("shop", run.id)
    with pytest.raises(WrongState, match=r"shop\.run\.2 does not wait for anybody to attach"):
        runs.attach("shop", run.id)
    session.close()
    runs.stop("shop", detached.id)
    ended(live, run), ended(live, detached)


def test_one_that_waits_can_be_stopped(live: Shop) -> None:
    run = live.platform.runs.start("shop", SLEEP, attached=True)
    live.platform.runs.stop("shop", run.id)
    assert ended(live, run).state is RunState.CANCELLED
