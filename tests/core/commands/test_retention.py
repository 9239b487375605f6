"""Which ended commands are kept."""

import attrs

from sh0.commands.retention import superfluous
from sh0.records.command import COMMAND_RUNS
from sh0.records.run import RunState
from sh0.store import Records
from tests.core.examples import RUN


def keep(records: Records, number: int, cron: str | None = None, state: RunState = RunState.DONE) -> None:
    run = attrs.evolve(RUN, id=f"shop.run.{number}", number=number, cron=cron, instant=None, state=state)
    records[COMMAND_RUNS].insert(run)


def test_the_newest_stay_of_each_job_and_of_all_others(records: Records) -> None:
    for number, cron in enumerate((None, "nightly", None, "nightly", None, "hourly"), 1):
        keep(records, number, cron)
    records[COMMAND_RUNS].insert(attrs.evolve(RUN, id="blog.run.1", app="blog", instant=None))
    assert sorted(superfluous(records, "shop", 1)) == ["shop.run.1", "shop.run.2", "shop.run.3"]
    assert superfluous(records, "shop", 2) == ("shop.run.1",)


def test_what_runs_is_kept_and_uses_up_nothing(records: Records) -> None:
    for number, state in enumerate((RunState.DONE, RunState.FAILED, RunState.RUNNING), 1):
        keep(records, number, state=state)
    assert superfluous(records, "shop", 1) == ("shop.run.1",)


def test_a_hundred_are_kept(records: Records) -> None:
    for number in range(1, 103):
        keep(records, number)
    assert sorted(superfluous(records, "shop")) == ["shop.run.1", "shop.run.2"]
