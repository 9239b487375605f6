"""Which ended commands are kept."""

import attrs

from sh0.commands.retention import superfluous
from sh0.records.command import CommandRun
from sh0.records.run import RunState
from tests.core.examples import RUN


def run(number: int, cron: str | None = None, state: RunState = RunState.DONE) -> CommandRun:
    return attrs.evolve(RUN, id=f"shop.run.{number}", number=number, cron=cron, state=state)


def test_the_newest_stay_of_each_job_and_of_all_others() -> None:
    runs = [run(1), run(2, "nightly"), run(3), run(4, "nightly"), run(5), run(6, "hourly")]
    assert {each.number for each in superfluous(runs, keep=1)} == {1, 2, 3}
    assert {each.number for each in superfluous(runs, keep=2)} == {1}


def test_what_runs_is_kept_and_uses_up_nothing() -> None:
    runs = [run(1), run(2), run(3, state=RunState.RUNNING)]
    assert [each.number for each in superfluous(runs, keep=1)] == [1]


def test_a_hundred_are_kept() -> None:
    assert [each.number for each in superfluous(map(run, range(1, 103)))] == [2, 1]
