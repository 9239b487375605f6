"""What follows from the end of a run: another attempt, and what is reported. Pure."""

from datetime import datetime, timedelta

import attrs

from sh0.records.command import CommandEnd, CommandRun
from sh0.records.cron import CronJob, JobProgress, Retry
from sh0.records.run import RunState

_LONGEST = timedelta(hours=1)  # between two attempts
_AGAIN = timedelta(hours=1)  # after which the same failure is reported once more
_CUT_OFF = 3  # attempts more for a time at which no container was started, as where the platform stopped before


@attrs.frozen
class Consequences:
    """What follows from the end of a run.

    Attributes:
        progress: How far its job has come by now.
        failed: What is reported as a failure, if anything.
        recovered: Whether it is reported that the job works again.
    """

    progress: JobProgress
    failed: str | None = None
    recovered: bool = False


def consequences(job: CronJob | None, progress: JobProgress, run: CommandRun, now: datetime) -> Consequences:
    """Draw the consequences of the end of a run.

    Args:
        job: Its job as it is now; None if there is none any more.
        progress: How far that had come.
        run: The run, which has ended.
        now: The time.
    """
    if run.state is RunState.DONE:
        recovered = progress.problem is not None
        done = attrs.evolve(progress, failures=0, problem=None, reported=None)
        return Consequences(done, recovered=recovered)
    if run.state is RunState.CANCELLED:
        return Consequences(progress)
    if job is not None and (retry := _retry(job, progress, run, now)) is not None:
        return Consequences(attrs.evolve(progress, retry=retry))
    said = run.failure.message if run.failure is not None else f"{run.id} did not end well"
    failed = attrs.evolve(progress, failures=progress.failures + 1, problem=said)
    if progress.reported is not None and now - progress.reported < _AGAIN:
        return Consequences(failed)
    return Consequences(attrs.evolve(failed, reported=now), failed=said)


def _retry(job: CronJob, progress: JobProgress, run: CommandRun, now: datetime) -> Retry | None:
    """The next attempt at the time of a run, if there is to be one."""
    instant, more = run.instant, _CUT_OFF if run.end is CommandEnd.NOT_STARTED else 0
    if instant is None or (progress.last is not None and progress.last > instant) or run.attempt > job.retries + more:
        return None
    pause = min(_LONGEST, timedelta(seconds=job.retry_delay * 2 ** (run.attempt - 1)))
    return Retry(instant, run.attempt + 1, now + pause)
