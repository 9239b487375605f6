"""What becomes of a time of a job that has come. Pure."""

from collections.abc import Sequence
from datetime import datetime

import attrs

from sh0.cron.due import Due, is_late
from sh0.records.app import App
from sh0.records.command import CommandRun
from sh0.records.cron import Concurrency, CronJob
from sh0.records.schedule import Missed

AT_ONCE = 10
"""Runs of one job that go on at the same time at most."""


@attrs.frozen
class Begin:
    """A run begins.

    Attributes:
        stopping: Runs that are stopped before.
    """

    stopping: tuple[CommandRun, ...] = ()


@attrs.frozen
class Skip:
    """Nothing runs.

    Attributes:
        reason: Why.
    """

    reason: str


def turn(due: Due, job: CronJob, app: App, running: Sequence[CommandRun], now: datetime) -> Begin | Skip:
    """Decide what becomes of a time.

    Args:
        due: The time.
        job: The job.
        app: The app.
        running: Runs of the job that go on.
        now: The time that it is.
    """
    if is_late(due, now) and job.missed is Missed.SKIP:
        return Skip("missed: nothing could run then")
    if app.live is None:
        return Skip(f"{app.name} has never been live")
    if app.stopped:
        return Skip(f"{app.name} is stopped")
    if running and job.concurrency is Concurrency.FORBID:
        return Skip(f"{running[0].id} was still running")
    if job.concurrency is Concurrency.REPLACE:
        return Begin(tuple(running))
    if len(running) >= AT_ONCE:
        return Skip(f"{len(running)} runs were still running")
    return Begin()
