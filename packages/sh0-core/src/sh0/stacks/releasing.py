"""One release on its way, from its images to its end, whatever happens in between."""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import attrs

from sh0.deployments.queue import DeploymentQueue
from sh0.errors import Cancelled, DatabaseLocked, DiskFull, Sh0Error
from sh0.jobs.ends import demand_space, ended_by, is_internal
from sh0.jobs.log import Logs, RunLog
from sh0.jobs.sentences import end_of
from sh0.journal.journal import Journal
from sh0.locks import AppLocks
from sh0.ports.clock import Clock
from sh0.ports.confinement import Confinement
from sh0.records.app import APPS
from sh0.records.deployment import DeploymentEvent, DeploymentState, Step, StepTiming
from sh0.records.event_payloads import ReleasePayload, ReleaseStepPayload
from sh0.records.event_types import ENDED_RELEASES, EventType
from sh0.records.run import Failure
from sh0.records.stack import RELEASES, STACKS, Release, ReleasedService
from sh0.serving.own_names import own_names
from sh0.serving.rollout import Rollout
from sh0.serving.secrecy import secrets_among, secrets_of
from sh0.shutdown import Interrupted, Shutdown
from sh0.stacks import planner
from sh0.stacks.images import StackImages
from sh0.stacks.moves import Moves, forwards
from sh0.stacks.naming import app_name
from sh0.stacks.project_secrets import project_secrets
from sh0.stacks.request import Prepared
from sh0.stacks.rollforward import Rollforward
from sh0.stacks.survey import Survey
from sh0.store import Records
from sh0.work_folder import WorkFolder

log = logging.getLogger("sh0.stacks")

_RETRY = 2.0  # seconds

T = TypeVar("T")


@attrs.frozen
class ReleaseBench:
    """What releases are carried out with.

    Attributes:
        records: Where progress is kept.
        queue: Numbers deployments, and tells about cancellations.
        logs: Where progress is told.
        journal: Hears of ends.
        clock: Tells the time.
        images: Pulls and builds.
        confinement: Where files are looked at.
        rollout: Starts, checks, routes, drains.
        survey: Looks at what is there.
        locks: Held while the containers of an app change.
        work: Has the trees that images are built of, on the disk that must have room.
        shutdown: Whether the platform is closing.
    """

    records: Records
    queue: DeploymentQueue
    logs: Logs[DeploymentEvent]
    journal: Journal
    clock: Clock
    images: StackImages
    confinement: Confinement
    rollout: Rollout
    survey: Survey
    locks: AppLocks
    work: WorkFolder
    shutdown: Shutdown


class ReleaseRun:
    """A release while it runs.

    Args:
        bench: What it is carried out with.
        release: Which one.
        cancelled: Set when somebody cancels it.
    """

    def __init__(self, bench: ReleaseBench, release: Release, cancelled: threading.Event) -> None:
        self._bench, self._release, self._cancelled = bench, release, cancelled
        own = [release.stack, *own_names(bench.records, self._apps())]
        self._log: RunLog = bench.logs.writer(release.id, secrets_among(release.variables, release.marked), own)
        self._forward: Rollforward | None = None

    def up(self, prepared: Prepared) -> None:
        """Bring up what the files say. Failures are recorded, never raised."""
        self._log.hide(project_secrets(prepared.project))

        def moves() -> Callable[[], Moves]:
            images = self._get_images(prepared)

            def decide() -> Moves:
                survey = self._bench.survey
                now = survey.situation(prepared.request, prepared.project, prepared.declared, prepared.tree, images)
                now = attrs.evolve(now, real=prepared.situation.real)  # what was allowed is what is mounted
                wanted = planner.desired(prepared.project, now)
                return forwards(prepared.project, wanted, images, dict(now.existing))

            return decide

        self._run(moves, prepared.tree)

    def back(self, decide: Callable[[], Moves]) -> None:
        """Carry out the moves of a rollback, whose images are all there."""
        self._run(lambda: decide)

    def _run(self, moves: Callable[[], Callable[[], Moves]], tree: Path | None = None) -> None:
        # What failed is turned back under the same locks, so that nobody else starts or removes its containers.
        try:
            with ExitStack() as locks:
                try:
                    self._begin()
                    decide = moves()
                    for app in self._apps():
                        locks.enter_context(self._bench.locks.of(app))
                    self._carry_out(decide())
                except Exception as error:
                    self._fail(error)
        finally:
            if tree is not None:
                self._bench.work.remove(tree)

    def _begin(self) -> None:
        text = f"{self._release.id} begins: {self._release.reason.value} by {self._release.requested_by}"
        self._log.state(DeploymentState.RUNNING, text)
        demand_space(shutil.disk_usage(self._bench.work.path).free, self._bench.work.path)

    def _apps(self) -> list[str]:
        """All apps of the stack; they were made when the release was, so that their locks can be taken in order."""
        return [app.name for app in self._bench.records[APPS].where(stack=self._release.stack, order="name")]

    def _get_images(self, prepared: Prepared) -> dict[str, str]:
        bench = self._bench
        with self._step(Step.FETCH):
            images = bench.images.pull(prepared, self._log, self._proceed)
        with self._step(Step.ANALYSE), bench.confinement.open(self._proceed) as confined:
            plans = bench.images.plans(prepared, confined, self._proceed)
        with self._step(Step.BUILD, bool(plans)):
            for service, plan in plans.items():
                self._proceed()
                app = app_name(self._release.stack, service)
                images[service] = bench.images.build(app, service, plan, self._log, self._cancelled)
        return images

    def _carry_out(self, moves: Moves) -> None:
        bench = self._bench
        for move in moves.all:
            self._log.hide(secrets_of(move.snapshot))
        self._forward = forward = Rollforward(
            bench.records,
            bench.queue,
            bench.rollout,
            bench.logs,
            bench.clock,
            self._release,
            moves,
            self._log,
            self._proceed,
            bench.shutdown,
        )
        with self._step(Step.START):
            for move in moves.all:
                self._log.note(f"{move.service}: {move.action.value}")
            for service, _ in moves.removed:
                self._log.note(f"{service}: remove")
            forward.start_all()
        with self._step(Step.ROUTE):
            self._change(services=tuple(self._released(moves, forward.deployments)))
            forward.commit()
        try:
            with self._step(Step.DRAIN, stoppable=False):
                forward.drain()
            with self._step(Step.FINISH, stoppable=False):
                forward.remove_old()
        except Sh0Error as error:
            self._problem(f"the reconciler clears the earlier version away: {error.message}")
        self._insist(forward.ended_live)
        self._end(DeploymentState.LIVE, None)

    @staticmethod
    def _released(moves: Moves, deployments: dict[str, str]) -> Iterator[ReleasedService]:
        for move in moves.all:
            yield ReleasedService(move.service, move.app, move.action, deployments.get(move.service), move.reference)

    def _fail(self, error: Exception) -> None:
        bench = self._bench
        if is_internal(error):
            if bench.shutdown.begun:
                raise error
            log.exception("%s met an internal error", self._release.id, exc_info=error)
        end, failure = ended_by(error, self._release.id, closing=bench.shutdown.begun, where=bench.work.path)
        state = DeploymentState(end.value)
        if bench.records[STACKS].get(self._release.stack).live == self._release.id:
            self._problem(f"the reconciler clears the earlier version away: {failure.message}")
            if self._forward is not None:
                self._insist(self._forward.ended_live)
            return self._end(DeploymentState.LIVE, None)
        failure = self._log.redacted(failure)
        if (forward := self._forward) is not None:
            failure = self._insist(lambda: forward.turn_back(state, failure))
        self._end(state, failure)

    def _end(self, state: DeploymentState, failure: Failure | None) -> None:
        self._insist(lambda: self._record_end(state, failure))

    def _insist(self, record: Callable[[], T]) -> T:
        """Record an end. A full disk is waited out: a release that never ends would block its stack for good."""
        while True:
            try:
                return record()
            except (DiskFull, DatabaseLocked, OSError) as error:
                if self._bench.shutdown.begun:
                    raise
                log.error("an end cannot be recorded yet: %s", error)
                time.sleep(_RETRY)

    def _record_end(self, state: DeploymentState, failure: Failure | None) -> None:
        bench = self._bench
        if failure is not None:
            self._log.explain(failure.log)
        self._log.repeat_warnings()
        warnings = tuple(self._log.warnings)
        self._change(state=state, failure=failure, finished=bench.clock.now(), warnings=warnings)
        text = end_of(self._release.id, state, failure)
        if state is DeploymentState.LIVE:
            urls = [url for app in self._apps() for url in bench.rollout.urls(app)]
            text += " at " + " and ".join(urls) if urls else ""
        if failure is not None and failure.hint:
            text += f"\n{failure.hint}"
        self._log.state(state, text)
        payload = ReleasePayload(self._release.stack, self._release.id, failure.code if failure else None)
        bench.journal.emit(ENDED_RELEASES[state], payload, text.split("\n")[0])

    @contextmanager
    def _step(self, step: Step, wanted: bool = True, *, stoppable: bool = True) -> Iterator[None]:
        if stoppable:
            self._proceed()
        begun = time.monotonic()
        if wanted:
            self._change(step=step)
            self._log.begin(step)
            release = self._release
            payload = ReleaseStepPayload(release.stack, release.id, step)
            self._bench.journal.emit(EventType.RELEASE_STEP, payload, f"{release.id}: {step.value}")
        yield
        timing = StepTiming(step, round(time.monotonic() - begun, 4), skipped=not wanted)
        self._change(steps=(*self._release.steps, timing))

    def _proceed(self) -> None:
        cancelled = self._cancelled.is_set()
        if self._bench.shutdown.begun:
            raise Interrupted
        if cancelled:
            raise Cancelled(f"{self._release.id} was cancelled")

    def _change(self, **changes: object) -> None:
        self._release = self._bench.records[RELEASES].change(self._release.id, **changes)

    def _problem(self, text: str) -> None:
        with suppress(OSError):  # a full disk is no reason to lose the end
            self._log.quote(text)
