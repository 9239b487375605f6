"""Which lines are asked for."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from sh0.errors import InvalidValue
from sh0.logs.levels import LogLevel
from sh0.logs.query import Query, expression
from sh0.logs.stored import Origin
from sh0.ports.runtime import LogLine

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LINE = LogLine(NOON, "stdout", "GET /a.b 200", "c", False, "web", 2, "shop-1", "error")
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(), True),
        (Query(process="web", replica=2, deployment="shop-1"), True),
        (Query(process="worker"), False),
        (Query(replica=1), False),
        (Query(deployment="shop-2"), False),
        (Query(since=NOON), False),
        (Query(since=NOON - SECOND), True),
        (Query(until=NOON), False),
        (Query(until=NOON + SECOND), True),
        (Query(grep="/a.b"), True),
        (Query(grep="/aXb"), False),
        (Query(grep="a.b 2[0-9]+$", regex=True), True),
        (Query(grep="^a", regex=True), False),
        (Query(level=LogLevel.WARNING), True),
        (Query(level=LogLevel.ERROR), True),
        (Query(level=LogLevel.FATAL), False),
    ],
    ids=str,
)
def test_a_line_matches_all_that_is_asked(query: Query, found: bool) -> None:
    assert query.matcher()(LINE) is found


def test_a_line_without_a_level_is_not_severe() -> None:
    assert not Query(level=LogLevel.TRACE).matcher()(attrs.evolve(LINE, level=""))


def test_levels_are_the_one_that_is_asked_for_and_those_above() -> None:
    assert Query().levels == ()
    assert Query(level=LogLevel.ERROR).levels == ("error", "fatal")


def test_an_origin_is_wanted_by_process_replica_and_deployment() -> None:
    origin = Origin("c", "web", 1, "shop-1")
    assert Query(process="web").wants(origin)
    assert not Query(replica=2).wants(origin)


@pytest.mark.parametrize("pattern", ["(", "[a", "(?=x)", "\\1"])
def test_what_is_no_expression_is_refused_with_what_to_do(pattern: str) -> None:
    with pytest.raises(InvalidValue, match="is no regular expression") as refused:
        expression(pattern, bytes_=True)
    assert "regex" in refused.value.hint
    with pytest.raises(InvalidValue):
        Query(grep=pattern, regex=True).matcher()
