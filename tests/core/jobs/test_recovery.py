"""What becomes of runs that a crash cut off: decided before anything is touched."""

from typing import TYPE_CHECKING, cast

import pytest

from sh0.jobs.recovery import Unfinished, unfinished
from sh0.records.run import RunEvent, RunState
from tests.core.examples import NOON
from tests.core.jobs.toy import Copy, CopyKind

if TYPE_CHECKING:
    from sh0.jobs.log import Logs


class Some(CopyKind):
    """The result of the first stands, and the second does not go on waiting."""

    def stands(self, record: Copy) -> bool:
        return record.number == 1

    def waits(self, record: Copy) -> bool:
        return record.number != 2


KIND = Some(cast("Logs[RunEvent]", None))


def run(number: int, state: RunState) -> Copy:
    return Copy(f"data-{number}", "data", number, "asked", "me", state, None, (), None, NOON)


@pytest.mark.parametrize(
    ("number", "state", "becomes"),
    [
        (1, RunState.RUNNING, "standing"),
        (1, RunState.QUEUED, "standing"),
        (2, RunState.QUEUED, "cut_off"),
        (3, RunState.QUEUED, "waiting"),
        (3, RunState.RUNNING, "cut_off"),
    ],
)
def test_a_run_stands_waits_on_or_is_over(number: int, state: RunState, becomes: str) -> None:
    found = run(number, state)
    assert unfinished(KIND, [found]) == Unfinished(**{becomes: (found,)})


def test_every_run_is_decided_about_in_its_order() -> None:
    one, two, three, four = (
        run(1, RunState.RUNNING),
        run(2, RunState.RUNNING),
        *(run(n, RunState.QUEUED) for n in (3, 4)),
    )
    assert unfinished(KIND, [four, two, one, three]) == Unfinished((one,), (four, three), (two,))
    assert unfinished(KIND, []) == Unfinished()
