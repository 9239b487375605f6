"""Deployments from their turn to their end, whatever happens on the way."""

import logging
import time
from collections.abc import Iterable

from sh0.deployments import restoring
from sh0.deployments.run import Run, Workbench, remove
from sh0.errors import DatabaseLocked, DiskFull, Sh0Error
from sh0.jobs import ends
from sh0.records.app import APPS
from sh0.records.deployment import Deployment, DeploymentState, UploadedArchive
from sh0.records.run import Failure

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
            state: DeploymentState = DeploymentState.LIVE
            failure: Failure | None = None
        except Exception as error:
            closing = self._bench.closing()
            if ends.is_internal(error):
                if closing:  # the database may be closed by now; the next start finishes or interrupts it
                    raise
                log.exception("%s met an internal error", deployment.id)
            end, failure = ends.ended_by(error, deployment.id, closing=closing, where=self._bench.work)
            state = DeploymentState(end.value)
        if failure is not None and self._bench.records[APPS].get(deployment.app).live == deployment.id:
            run.problem(f"the reconciler clears the earlier version away: {failure.message}")
            state, failure = DeploymentState.LIVE, None
        self._end(run, state, failure)

    def _end(self, run: Run, state: DeploymentState, failure: Failure | None) -> None:
        """Record an end. A full disk is waited out: a deployment that never ends would block its app for good."""
        while True:
            try:
                return run.end(state, failure)
            except (DiskFull, DatabaseLocked, OSError) as error:
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
            run.problem(f"the reconciler clears the earlier version away: {error.message}")
        self._end(run, DeploymentState.LIVE, None)

    def interrupt(self, deployment: Deployment, why: str, restored_within: float = restoring.AT_START) -> None:
        """End a deployment that was cut off, and clear away what it left.

        Args:
            deployment: Which one.
            why: What has cut it off.
            restored_within: Seconds to wait until what was stopped for it is healthy again.
        """
        failure = Failure("interrupted", why, "Deploy it again.")
        Run(self._bench, deployment).end(DeploymentState.INTERRUPTED, failure, restored_within)

    def sweep(self, waiting: Iterable[Deployment]) -> None:
        """Remove from the working folder what no waiting deployment will unpack; nothing may run."""
        needed = {d.source.archive for d in waiting if isinstance(d.source, UploadedArchive)}
        for path in self._bench.work.iterdir():
            if path.name not in needed:
                remove(path)
