"""Runs from their turn to their end, whatever happens on the way."""

import logging
import shutil
from collections.abc import Callable
from functools import partial

from sh0.jobs import ends
from sh0.jobs.kind import R, Work
from sh0.jobs.retry import insist
from sh0.jobs.run import Run
from sh0.records.run import Failure, RunState

log = logging.getLogger("sh0.jobs")


def carry_out(work: Work[R]) -> None:
    """Carry out a run to its end. Its failure is recorded, never raised."""
    run, folder = work.run, work.run.context.work.path

    def begin() -> None:
        text = f"{run.record.id} begins: {run.record.reason} by {run.record.requested_by}"
        run.log.state(run.kind.state(RunState.RUNNING), text)
        ends.demand_space(shutil.disk_usage(folder).free, folder)
        work.carry_out()

    _end(work, *_outcome(run, begin))


def resume(work: Work[R]) -> None:
    """Go on with a run that has outlasted the platform, to its end."""
    _end(work, *_outcome(work.run, work.resume))


def finish(work: Work[R]) -> None:
    """Do what is left of a run whose result stands."""
    _end(work, *_outcome(work.run, work.finish))


def interrupt(work: Work[R], within: float) -> None:
    """End a run that was cut off, and clear away what it left.

    Args:
        work: What it did.
        within: Seconds to wait until what was stopped for it is healthy again.
    """
    text = f"{work.run.record.id} was cut off when the platform stopped"
    failure = Failure("interrupted", text, work.run.kind.again(work.run.record))
    _record(work, RunState.INTERRUPTED, lambda: work.recover(failure, within))


def _outcome(run: Run[R], course: Callable[[], None]) -> tuple[RunState, Failure | None]:
    """How a run ends: as its course does, unless its result stands already."""
    try:
        course()
    except Exception as error:
        closing = run.context.shutdown.begun
        if closing and run.kind.outlasting:  # the next start takes it up again
            raise
        if ends.is_internal(error):
            if closing:  # the database may be closed by now; the next start finishes or interrupts it
                raise
            log.exception("%s met an internal error", run.record.id)
        again, where = run.kind.again(run.record), run.context.work.path
        state, failure = ends.ended_by(error, run.record.id, again, closing=closing, where=where)
        if not insist(run.context.shutdown, f"asking how {run.record.id} is", lambda: run.kind.stands(run.record)):
            return state, run.log.redacted(failure)
        run.problem(f"the reconciler clears the earlier version away: {failure.message}")
    return RunState.DONE, None


def _end(work: Work[R], state: RunState, failure: Failure | None) -> None:
    _record(work, state, lambda: work.settle(state, failure))


def _record(work: Work[R], state: RunState, settle: Callable[[], Failure | None]) -> None:
    """Settle and record an end. A full disk is waited out: a run that never ends would block its owner for good."""
    run = work.run
    what = f"recording the end of {run.record.id}"
    failure = insist(run.context.shutdown, what, settle)
    insist(run.context.shutdown, what, partial(run.end, state, failure))
