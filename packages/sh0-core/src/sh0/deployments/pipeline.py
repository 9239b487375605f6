"""Deployments from their turn to their end, whatever happens on the way."""

import errno
import logging
import time
from collections.abc import Iterable
from pathlib import Path

from sh0.deployments.model import Deployment, DeploymentState, Failure, UploadedArchive
from sh0.deployments.run import Interrupted, Run, Workbench, remove
from sh0.errors import Cancelled, DiskFull, Sh0Error

log = logging.getLogger("sh0.deployments")

_RETRY = 2.0  # seconds


class Pipeline:
    """Runs deployments, and turns every way in which one can end into its record.

    Args:
        bench: What they are carried out with.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def run(self, deployment: Deployment) -> None:
        """Run one deployment to its end. Its failure is recorded, never raised."""
        run = Run(self._bench, deployment)
        try:
            run.steps()
            state, failure = DeploymentState.LIVE, None
        except Interrupted:
            state = DeploymentState.INTERRUPTED
            failure = _closed(deployment)
        except Sh0Error as error:
            state = DeploymentState.CANCELLED if isinstance(error, Cancelled) else DeploymentState.FAILED
            failure = _failure(error)
            if self._bench.closing() and state is DeploymentState.CANCELLED:
                state, failure = DeploymentState.INTERRUPTED, _closed(deployment)
        except OSError as error:
            state, failure = DeploymentState.FAILED, _failure(_translated(error, self._bench.work))
        except Exception as error:
            if self._bench.closing():  # the database may be closed by now; the next start finishes or interrupts it
                raise
            log.exception("%s met a fault in sh0", deployment.id)
            state = DeploymentState.FAILED
            failure = Failure("internal", f"a fault in sh0: {type(error).__name__}: {error}", "Please report it.")
        if failure is not None and self._bench.records.apps.get(deployment.app).live == deployment.id:
            run.trouble(f"the reconciler clears the earlier version away: {failure.message}")
            state, failure = DeploymentState.LIVE, None
        self._end(run, state, failure)

    def _end(self, run: Run, state: DeploymentState, failure: Failure | None) -> None:
        """Record an end. A full disk is waited out: a deployment that never ends would block its app for good."""
        while True:
            try:
                return run.end(state, failure)
            except (DiskFull, OSError) as error:
                if self._bench.closing():
                    raise
                log.error("an end cannot be recorded yet: %s", error)
                time.sleep(_RETRY)

    def finish(self, deployment: Deployment) -> None:
        """Do what is left of a deployment whose routes have moved: drain, clear away, say so."""
        run = Run(self._bench, deployment)
        try:
            run.after_route()
        except Sh0Error as error:
            run.trouble(f"the reconciler clears the earlier version away: {error.message}")
        self._end(run, DeploymentState.LIVE, None)

    def interrupt(self, deployment: Deployment, why: str) -> None:
        """End a deployment that was cut off, and clear away what it left."""
        Run(self._bench, deployment).end(DeploymentState.INTERRUPTED, Failure("interrupted", why, "Deploy it again."))

    def sweep(self, waiting: Iterable[Deployment]) -> None:
        """Remove from the working folder what no waiting deployment will unpack; nothing may run."""
        needed = {d.source.archive for d in waiting if isinstance(d.source, UploadedArchive)}
        for path in self._bench.work.iterdir():
            if path.name not in needed:
                remove(path)


def _closed(deployment: Deployment) -> Failure:
    return Failure("interrupted", f"{deployment.id} was interrupted: the platform is closing", "Deploy it again.")


def _failure(error: Sh0Error) -> Failure:
    log = error.details.get("log")
    return Failure(error.code, error.message, error.hint, tuple(map(str, log)) if isinstance(log, list | tuple) else ())


def _translated(error: OSError, where: Path) -> Sh0Error:
    if error.errno == errno.ENOSPC:
        return DiskFull(
            f"the disk of {where} is full",
            hint="Free some space ('sh0 deployments clean' helps), then deploy again.",
        )
    return Sh0Error(f"{error.strerror}: {error.filename or where}")
