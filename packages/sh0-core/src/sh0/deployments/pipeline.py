"""One deployment from its turn to its end: eight steps, each timed, logged and able to be cancelled."""

import errno
import logging
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sh0.builds.engine import BuildEngine
from sh0.deployments import planner
from sh0.deployments.log import DeploymentLog, Logs, Redactor
from sh0.deployments.model import (
    Deployment,
    DeploymentState,
    Failure,
    Placement,
    RegistryImage,
    SameImage,
    Step,
    StepTiming,
    UploadedArchive,
)
from sh0.deployments.queue import DeploymentQueue
from sh0.deployments.rollout import Rollout
from sh0.deployments.sources import Sources
from sh0.errors import Cancelled, DiskFull, ImageUnavailable, Sh0Error, WrongState
from sh0.journal.journal import Journal
from sh0.ports.clock import Clock
from sh0.ports.runtime import Runtime
from sh0.records import Records

log = logging.getLogger("sh0.deployments")

_FREE_SPACE = 256 << 20  # bytes; below this a deployment would fail half way, and SQLite with it


class Interrupted(Exception):
    """The platform is closing."""


class Pipeline:
    """Runs deployments.

    Args:
        records: Where progress is kept.
        queue: Tells about cancellations.
        logs: Where progress is told.
        journal: Hears of ends.
        clock: Tells the time.
        sources: Fetches trees.
        builds: Builds images.
        runtime: Has images.
        rollout: Starts, checks, routes, drains.
        work: Folder for trees while they are built.
        closing: Whether the platform is closing.
    """

    def __init__(
        self,
        records: Records,
        queue: DeploymentQueue,
        logs: Logs,
        journal: Journal,
        clock: Clock,
        sources: Sources,
        builds: BuildEngine,
        runtime: Runtime,
        rollout: Rollout,
        work: Path,
        closing: Callable[[], bool],
    ) -> None:
        self._records, self._queue, self._logs, self._journal, self._clock = (
            records,
            queue,
            logs,
            journal,
            clock,
        )
        self._sources, self._builds, self._runtime, self._rollout = sources, builds, runtime, rollout
        self._work, self._closing = work, closing

    def run(self, deployment: Deployment) -> None:
        """Run one deployment to its end. Its failure is recorded, never raised."""
        run = _Run(self, deployment)
        try:
            run.steps()
            state, failure = DeploymentState.LIVE, None
        except Interrupted:
            state = DeploymentState.INTERRUPTED
            failure = _closed(deployment)
        except Sh0Error as error:
            state = DeploymentState.CANCELLED if isinstance(error, Cancelled) else DeploymentState.FAILED
            failure = _failure(error)
            if self._closing() and state is DeploymentState.CANCELLED:
                state, failure = DeploymentState.INTERRUPTED, _closed(deployment)
        except OSError as error:
            state, failure = DeploymentState.FAILED, _failure(_translated(error, self._work))
        except Exception as error:
            log.exception("%s met a fault in sh0", deployment.id)
            state = DeploymentState.FAILED
            failure = Failure("internal", f"a fault in sh0: {type(error).__name__}: {error}", "Please report it.")
        if failure is not None and self._records.apps.get(deployment.app).live == deployment.id:
            run.trouble(f"the reconciler clears the earlier version away: {failure.message}")
            state, failure = DeploymentState.LIVE, None
        run.end(state, failure)

    def finish(self, deployment: Deployment) -> None:
        """Do what is left of a deployment whose routes have moved: drain, clear away, say so."""
        run = _Run(self, deployment)
        try:
            run.after_route()
        except Sh0Error as error:
            run.trouble(f"the reconciler clears the earlier version away: {error.message}")
        run.end(DeploymentState.LIVE, None)

    def interrupt(self, deployment: Deployment, why: str) -> None:
        """End a deployment that was cut off, and clear away what it left."""
        _Run(self, deployment).end(DeploymentState.INTERRUPTED, Failure("interrupted", why, "Deploy it again."))

    def sweep(self, waiting: Iterable[Deployment]) -> None:
        """Remove from the working folder what no waiting deployment will unpack; nothing may run."""
        needed = {d.source.archive for d in waiting if isinstance(d.source, UploadedArchive)}
        for path in self._work.iterdir():
            if path.name not in needed:
                _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


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


class _Run:
    """The state of one deployment while it runs."""

    def __init__(self, pipeline: Pipeline, deployment: Deployment) -> None:
        self._p, self._deployment = pipeline, deployment
        self._redact = Redactor(deployment.snapshot.environment.values())
        self._log: DeploymentLog = pipeline._logs.writer(deployment.id, self._redact)
        self._cancelled = pipeline._queue.cancellation(deployment.id)
        self._tree = pipeline._work / deployment.id
        self._placements: list[Placement] = []

    def steps(self) -> None:
        p, deployment = self._p, self._deployment
        app = p._records.apps.get(deployment.app)
        wanted = planner.steps(deployment)
        self._log.state(
            DeploymentState.RUNNING,
            f"{deployment.id} begins: {deployment.reason.value} by {deployment.requested_by}",
        )
        self._demand_space()
        plan = None
        with self._step(Step.FETCH, Step.FETCH in wanted):
            if isinstance(deployment.source, RegistryImage):
                self._change(image=self._pull(deployment.source.image))
            elif Step.FETCH in wanted:
                self._tree.mkdir(parents=True)
                revision = p._sources.fetch(deployment, self._tree, self._log.note)
                self._change(revision=revision)
            else:
                self._take_over_image()
        with self._step(Step.ANALYSE, Step.ANALYSE in wanted):
            if Step.ANALYSE in wanted:
                plan = p._builds.analyse(app, self._tree)
                self._log.note(f"{plan.stack}" + (f", port {plan.port}" if plan.port else ""))
                for warning in plan.warnings:
                    self._log.note(f"warning: {warning}")
        with self._step(Step.BUILD, plan is not None and plan.reusable is None):
            if plan is not None and plan.reusable is not None:
                self._log.note(f"nothing changed: the image of {plan.reusable.created:%Y-%m-%d %H:%M} is used again")
                self._change(image=plan.reusable.image)
            elif plan is not None:
                self._change(image=p._builds.build(app, plan, self._log.output, self._cancelled).image)
        shutil.rmtree(self._tree, ignore_errors=True)
        with self._step(Step.START):
            self._placements = p._rollout.start(app, self._deployment)
            first = self._placements[0]
            self._log.note(f"{len(self._placements)} container(s) at {first.address}, port {first.port}")
        with self._step(Step.CHECK):
            p._rollout.check(self._deployment, self._placements, self._proceed)
        with self._step(Step.ROUTE):
            p._rollout.switch(self._deployment)
        self.after_route()

    def after_route(self) -> None:
        p, deployment = self._p, self._deployment
        with self._step(Step.DRAIN, stoppable=False):
            cut = p._rollout.drain(deployment.app)
            if cut:
                self._log.note(f"{cut} connection(s) to the earlier version were still open and were closed")
        with self._step(Step.FINISH, stoppable=False):
            p._rollout.remove_others(deployment.app, frozenset({deployment.id}))

    def trouble(self, text: str) -> None:
        """Something went wrong that does not change how the deployment ends."""
        self._log.note(text)

    def end(self, state: DeploymentState, failure: Failure | None) -> None:
        p, deployment = self._p, self._deployment
        _remove(self._tree)
        if isinstance(deployment.source, UploadedArchive):
            _remove(p._work / deployment.source.archive)
        if failure is not None:
            failure = Failure(
                failure.code, self._redact(failure.message), failure.hint, tuple(map(self._redact, failure.log))
            )
        if state is not DeploymentState.LIVE:
            try:
                p._rollout.remove(deployment.id)
            except Sh0Error as error:
                self._log.note(f"clearing away is left for later: {error.message}")
        self._change(state=state, failure=failure, finished=p._clock.now())
        text = f"{deployment.id} is {state.value}"
        if state is DeploymentState.LIVE:
            text += " at " + " and ".join(p._rollout.urls(deployment.app))
        if failure is not None:
            for line in failure.log:
                self._log.output(line)
            text += f": {failure.message}" + (f"\n{failure.hint}" if failure.hint else "")
        self._log.state(state, text)
        p._queue.forget(deployment.id)
        p._journal.note(f"deployment.{state.value}", f"app/{deployment.app}", text.split("\n")[0])
        p._queue.wake()

    @contextmanager
    def _step(self, step: Step, wanted: bool = True, *, stoppable: bool = True) -> Iterator[None]:
        if stoppable:
            self._proceed()
        begun = time.monotonic()
        if wanted:
            self._change(step=step)
            self._log.begin(step)
        yield
        self._change(
            steps=(
                *self._deployment.steps,
                StepTiming(step, round(time.monotonic() - begun, 4), skipped=not wanted),
            )
        )

    def _proceed(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled(f"{self._deployment.id} was cancelled")
        if self._p._closing():
            raise Interrupted

    def _change(self, **changes: object) -> None:
        self._deployment = self._p._records.deployments.change(self._deployment.id, **changes)

    def _take_over_image(self) -> None:
        source, records = self._deployment.source, self._p._records
        if not isinstance(source, SameImage):
            raise TypeError(f"a deployment of kind {source.kind} fetches")
        origin = source.deployment or records.apps.get(self._deployment.app).live
        if origin is None:
            raise WrongState(f"{self._deployment.app} has no version yet", hint="Push or upload one first.")
        before = records.deployments.get(origin)
        if self._p._runtime.image(before.image or "") is None:
            raise ImageUnavailable(
                f"the image of {origin} is no longer on the server", hint="Deploy that revision anew."
            )
        self._change(image=before.image, revision=before.revision)

    def _pull(self, reference: str) -> str:
        runtime = self._p._runtime
        try:
            return runtime.pull(reference).id
        except ImageUnavailable as error:
            local = runtime.image(reference)
            if local is None:
                raise
            self._log.note(f"{error.message}; the copy on this server is used")
            return local.id

    def _demand_space(self) -> None:
        free = shutil.disk_usage(self._p._work).free
        if free < _FREE_SPACE:
            raise DiskFull(
                f"only {free >> 20} MiB are free on the disk of {self._p._work}",
                hint="Free some space ('sh0 deployments clean' helps), then deploy again.",
            )
