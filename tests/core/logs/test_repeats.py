"""Lines that an engine sends again are not kept twice."""

from datetime import UTC, datetime, timedelta

from sh0.logs.repeats import Repeats
from sh0.logs.segment import Cursor
from sh0.logs.stored import stamp
from sh0.ports.runtime import LogLine

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


def line(second: float, text: str = "", stream: str = "stdout") -> LogLine:
    return LogLine(NOON + timedelta(seconds=second), stream, text)


def new(repeats: Repeats, *lines: LogLine, now: datetime = LATER) -> list[str]:
    return [each.text for each in lines if repeats.is_new(each, now)]


def test_a_container_is_read_on_after_the_lines_of_its_last_moment() -> None:
    repeats = Repeats(Cursor(stamp(NOON), 2))
    assert new(repeats, line(0, "a"), line(0, "b"), line(0, "c"), line(1, "d")) == ["c", "d"]


def test_without_that_moment_every_line_is_new() -> None:
    assert new(Repeats(Cursor(stamp(NOON), 2)), line(1, "a"), line(1, "b")) == ["a", "b"]
    assert new(Repeats(None), line(0, "a"), line(0, "b")) == ["a", "b"]


def test_what_an_engine_sends_again_while_it_is_followed_is_left_out() -> None:
    first = [line(0, "a"), line(1, "b"), line(2, "c"), line(2, "d")]
    assert new(Repeats(None), *first, *first[1:], line(2, "e"), line(3, "f")) == ["a", "b", "c", "d", "e", "f"]


def test_the_streams_of_a_container_need_not_be_in_order_of_each_other() -> None:
    assert new(Repeats(None), line(1, "a"), line(0, "b", "stderr"), line(2, "c")) == ["a", "b", "c"]


def test_a_clock_that_was_set_back_makes_no_line_an_old_one() -> None:
    repeats = Repeats(None)
    assert new(repeats, line(3600, "a"), now=NOON + timedelta(hours=1)) == ["a"]
    assert new(repeats, line(1, "b"), line(2, "c")) == ["b", "c"]
