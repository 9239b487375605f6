"""Whose turn it is: decided before anything is touched."""

from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.jobs.queue import next_in_line
from sh0.records.run import RunEvent, RunState
from tests.core.examples import NOON
from tests.core.jobs.toy import Copy, CopyKind

if TYPE_CHECKING:
    from sh0.jobs.log import Logs

KIND = CopyKind(cast("Logs[RunEvent]", None))


def run(number: int, volume: str = "data", hour: int = 12, state: RunState = RunState.QUEUED) -> Copy:
    asked = NOON.replace(hour=hour)
    return Copy(f"{volume}-{number}", volume, number, "asked", "me", state, None, (), None, asked)


def test_the_oldest_of_an_owner_that_is_not_busy_is_next() -> None:
    first, second = run(2), run(1, "logs", hour=13)
    assert next_in_line(KIND, [second, first], ()) == first
    assert next_in_line(KIND, [second, first], {"data"}) == second
    assert next_in_line(KIND, [second, first], {"data", "logs"}) is None
    assert next_in_line(KIND, [], ()) is None


@pytest.mark.parametrize(("busy", "next_one"), [((), "data-1"), (("a",), "data-1"), (("a", "b"), None)])
def test_nobody_is_next_while_as_many_run_as_may(busy: tuple[str, ...], next_one: str | None) -> None:
    class Two(CopyKind):
        at_once = 2

    found = next_in_line(Two(KIND.logs), [run(1)], busy)
    assert (found.id if found else None) == next_one


@given(st.permutations(range(1, 6)))
def test_runs_of_an_owner_go_in_the_order_of_their_numbers(order: list[int]) -> None:
    """Even when they came in the same instant."""
    waiting = [run(number) for number in order]
    taken = []
    while (found := next_in_line(KIND, waiting, ())) is not None:
        taken.append(found.number)
        waiting.remove(found)
    assert taken == [1, 2, 3, 4, 5]
