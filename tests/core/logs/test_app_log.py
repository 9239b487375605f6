"""The kept log of an app: what is appended is found again, within its bounds, whatever ends the daemon."""

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sh0.logs.app_log import AppLog
from sh0.logs.levels import LogLevel
from sh0.logs.query import Query
from sh0.logs.reader import Reader
from sh0.logs.search import find
from sh0.ports.runtime import LogLine
from sh0.testing.confinement import FakeConfinement

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LARGEST = 1 << 20


def line(number: int, text: str = "", *, instance: str = "c-1", level: str = "") -> LogLine:
    time = NOON + timedelta(seconds=number)
    return LogLine(time, "stdout", text or f"line {number}", instance, False, "web", 1, "shop-1", level)


def texts(log: AppLog, query: Query) -> list[str]:
    return [each.text for each in find(log.state().parts, query, FakeConfinement(), lambda: None)]


def test_lines_are_read_as_they_were_appended(tmp_path: Path) -> None:
    log = AppLog(tmp_path / "shop")
    given = [line(1), line(2, "ünïcode # not a note", level="error"), LogLine(NOON, "stderr", "", "c-2", True, "x", 2)]
    log.append(given, LARGEST)
    assert Reader(log, log.begin).read() == given
    assert Reader(log, log.end).read() == []


def test_they_are_found_in_the_order_of_their_times_by_all_that_is_asked(tmp_path: Path) -> None:
    log = AppLog(tmp_path / "shop")
    log.append([line(3), line(1, level="error"), line(2, "# GET /a.b")], LARGEST)
    assert texts(log, Query()) == ["line 1", "# GET /a.b", "line 3"]
    assert texts(log, Query(2)) == ["# GET /a.b", "line 3"]
    assert texts(log, Query(0)) == []
    assert texts(log, Query(grep="a.b")) == ["# GET /a.b"]
    assert texts(log, Query(grep="aXb")) == []
    assert texts(log, Query(grep="^line [12]$", regex=True)) == ["line 1"]
    assert texts(log, Query(grep="GET .*b", regex=True)) == ["# GET /a.b"]
    assert texts(log, Query(level=LogLevel.WARNING)) == ["line 1"]
    assert texts(log, Query(since=NOON + timedelta(seconds=2))) == ["line 3"]
    assert texts(log, Query(until=NOON + timedelta(seconds=2))) == ["line 1"]
    assert texts(log, Query(process="web", replica=1, deployment="shop-1", grep="2026")) == []
    assert texts(log, Query(process="worker")) == []


def test_a_log_that_is_opened_again_knows_how_far_each_container_was_read(tmp_path: Path) -> None:
    log = AppLog(tmp_path / "shop")
    log.append([line(1), line(2), line(2), line(1, instance="c-2")], LARGEST)
    again = AppLog(tmp_path / "shop")
    assert again.cursors == log.cursors
    assert again.cursors["c-1"].lines == 2
    assert again.end == log.end


def test_what_is_not_whole_at_its_end_is_cut_off_and_read_again(tmp_path: Path) -> None:
    log = AppLog(tmp_path / "shop")
    log.append([line(1), line(2)], LARGEST)
    log.close()
    [file] = (tmp_path / "shop").iterdir()
    file.write_bytes(file.read_bytes()[:-3])
    again = AppLog(tmp_path / "shop")
    assert texts(again, Query()) == ["line 1"]
    assert again.cursors["c-1"].moment == NOON + timedelta(seconds=1)
    again.append([line(2)], LARGEST)
    assert texts(again, Query()) == ["line 1", "line 2"]


def test_it_never_has_more_than_its_size_and_the_oldest_lines_make_room(tmp_path: Path) -> None:
    log = AppLog(tmp_path / "shop")
    for number in range(0, 40_000, 100):
        log.append([line(each, f"{each} {'x' * 50}") for each in range(number, number + 100)], LARGEST)
        assert sum(path.stat().st_size for path in (tmp_path / "shop").iterdir()) <= LARGEST
    kept = texts(log, Query(100_000))
    numbers = [int(text.split()[0]) for text in kept]
    assert numbers == list(range(40_000 - len(numbers), 40_000))
    assert len(numbers) > 5_000
    reader = Reader(log, type(log.begin)(1, 0, 0))
    reader.read()
    assert reader.passed == log.begin.line
    assert AppLog(tmp_path / "shop").state() == log.state()


def test_lines_that_are_too_old_go_and_how_far_was_read_stays(tmp_path: Path) -> None:
    log = AppLog(tmp_path / "shop")
    log.append([line(1)], LARGEST)
    log.trim(NOON, LARGEST)
    assert texts(log, Query()) == ["line 1"]
    log.trim(NOON + timedelta(seconds=2), LARGEST)
    assert texts(log, Query()) == []
    assert AppLog(tmp_path / "shop").cursors == log.cursors != {}
    log.append([line(9)], LARGEST)
    assert texts(log, Query()) == ["line 9"]


def test_a_full_disk_keeps_nothing_of_what_was_being_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AppLog(tmp_path / "shop")
    log.append([line(1)], LARGEST)
    before, write = log.state(), os.write

    def full(file: int, data: bytes) -> int:
        if len(data) > 10:
            return write(file, bytes(data)[:10])
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("sh0.logs.app_log.os.write", full)
    with pytest.raises(OSError, match="no room"):
        log.append([line(2)], LARGEST)
    monkeypatch.undo()
    assert log.state() == before
    log.append([line(3)], LARGEST)
    assert texts(AppLog(tmp_path / "shop"), Query()) == ["line 1", "line 3"]
    assert texts(log, Query()) == ["line 1", "line 3"]


def test_what_was_removed_is_not_appended_to(tmp_path: Path) -> None:
    log = AppLog(tmp_path / "shop")
    log.append([line(1)], LARGEST)
    log.remove()
    log.append([line(2)], LARGEST)
    assert not (tmp_path / "shop").exists()


def test_many_segments_are_searched_newest_first_and_the_last_lines_are_the_right_ones(tmp_path: Path) -> None:
    log = AppLog(tmp_path / "shop")
    for number in range(0, 60_000, 1000):
        log.append([line(each, f"order {each} {'y' * 100}") for each in range(number, number + 1000)], 64 << 20)
    assert len(log.state().parts) > 2
    assert texts(log, Query(2, grep="order 1")) == [f"order {each} {'y' * 100}" for each in (19_998, 19_999)]
    assert texts(log, Query(grep="order 7 ")) == [f"order 7 {'y' * 100}"]
