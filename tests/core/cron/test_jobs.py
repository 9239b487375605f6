"""Which jobs an app has."""

import attrs

from sh0.cron.jobs import JobOrigin, KnownJob, jobs_of
from sh0.records.app import Declared
from sh0.records.cron import AddedJob, CronJob
from tests.core.examples import NOON, app

OURS, THEIRS, OTHER = (CronJob(name, "@daily", text) for name, text in [("a", "own"), ("a", "file"), ("b", "file")])


def test_of_two_jobs_of_one_name_that_of_the_operator_runs() -> None:
    shop = attrs.evolve(app(), declared=Declared(cron=(OTHER, THEIRS)))
    added = [AddedJob("shop", "a", OURS, NOON), AddedJob("blog", "c", OURS, NOON)]
    assert jobs_of(shop, added) == {
        "a": KnownJob("shop", OURS, JobOrigin.OPERATOR, hides=True),
        "b": KnownJob("shop", OTHER, JobOrigin.VERSION),
    }
    assert list(jobs_of(shop, added)) == ["a", "b"]
    assert jobs_of(app(), [AddedJob("shop", "a", OURS, NOON)])["a"].hides is False
