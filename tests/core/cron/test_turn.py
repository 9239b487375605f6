"""What becomes of a time of a job that has come."""

from datetime import timedelta

import attrs
import pytest

from sh0.cron.due import Due
from sh0.cron.turn import AT_ONCE, Begin, Skip, turn
from sh0.records.cron import Concurrency, CronJob
from sh0.records.schedule import Missed
from tests.core.cron.examples import command_run
from tests.core.examples import NOON, app

JOB = CronJob("sweep", "0 * * * *", "true")
DUE = Due(NOON, NOON)
LIVE = app(live="shop-1")
RUN = command_run()


@pytest.mark.parametrize("missed", Missed)
def test_a_time_that_was_missed_runs_only_where_that_is_wanted(missed: Missed) -> None:
    found = turn(DUE, attrs.evolve(JOB, missed=missed), LIVE, (), NOON + timedelta(hours=1))
    assert found == (Begin() if missed is Missed.ONCE else Skip("missed: nothing could run then"))


def test_an_app_that_does_not_serve_runs_no_jobs() -> None:
    assert turn(DUE, JOB, app(), (), NOON) == Skip("shop has never been live")
    assert turn(DUE, JOB, app(live="shop-1", stopped=True), (), NOON) == Skip("shop is stopped")


def test_a_run_that_goes_on_is_joined_forbids_or_is_replaced() -> None:
    def found(concurrency: Concurrency) -> Begin | Skip:
        return turn(DUE, attrs.evolve(JOB, concurrency=concurrency), LIVE, (RUN,), NOON)

    assert found(Concurrency.ALLOW) == Begin()
    assert found(Concurrency.FORBID) == Skip("shop.run.1 was still running")
    assert found(Concurrency.REPLACE) == Begin((RUN,))


def test_runs_that_are_allowed_have_a_bound() -> None:
    allowed = attrs.evolve(JOB, concurrency=Concurrency.ALLOW)
    assert turn(DUE, allowed, LIVE, (RUN,) * (AT_ONCE - 1), NOON) == Begin()
    assert turn(DUE, allowed, LIVE, (RUN,) * AT_ONCE, NOON) == Skip("10 runs were still running")
