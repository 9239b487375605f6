"""How far a drain has come, as it is kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sh0.drains.progress import DrainProgress, ProgressFile
from sh0.logs.app_log import Position
from sh0.records.drain import DrainState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=5)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path / "drains" / "a.json")
    progress = DrainProgress((3, 700, 41), 40, 1, NOON, 2, "it is away", NOON, True)
    file.write(progress)
    assert file.read(LATER) == progress


def test_without_a_file_or_with_a_broken_one_nothing_counts_as_sent(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    assert ProgressFile(path).read(NOON) == DrainProgress(since=NOON)
    for text in ("", "{", '{"place": [1]}'):
        path.write_text(text)
        assert ProgressFile(path).read(NOON).position == Position(0, 0, 0)


def test_it_waits_sends_fails_and_recovers_since_the_moment_of_the_change() -> None:
    new = DrainProgress(since=NOON)
    assert new.state is DrainState.WAITING
    sending = new.succeeded(Position(1, 100, 2), 2, 0, LATER)
    assert (sending.state, sending.since, sending.sent) == (DrainState.SENDING, LATER, 2)
    later = LATER + timedelta(seconds=5)
    assert sending.succeeded(Position(1, 200, 4), 2, 0, later).since == LATER
    failing = sending.failed("away", later).failed("still away", later + timedelta(seconds=5))
    assert (failing.state, failing.since, failing.failures, failing.problem) == (
        DrainState.FAILING,
        later,
        2,
        "still away",
    )
    again = failing.succeeded(Position(2, 0, 9), 3, 2, later)
    assert (again.state, again.sent, again.dropped, again.failures, again.problem) == (
        DrainState.SENDING,
        5,
        2,
        0,
        None,
    )
