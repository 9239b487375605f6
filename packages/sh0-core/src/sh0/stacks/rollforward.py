"""The second half of a release: start and check in the order of dependencies, move everything at once, clear away."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial

import attrs

from sh0.deployments.queue import DeploymentQueue
from sh0.deployments.restoring import restore, with_problems
from sh0.errors import Cancelled, Sh0Error
from sh0.jobs.log import Logs, RunLog
from sh0.jobs.sentences import end_of
from sh0.ports.clock import Clock
from sh0.records.app import APPS, AppPort, counted, said_memory
from sh0.records.deployment import (
    DEPLOYMENTS,
    ComposeService,
    Deployment,
    DeploymentEvent,
    DeploymentState,
    Placement,
    Reason,
    Step,
    StepTiming,
)
from sh0.records.domain import HOST_NAMES
from sh0.records.run import Failure
from sh0.records.stack import RELEASES, STACKS, Action, Release, ReleaseReason
from sh0.serving.rollout import Rollout
from sh0.serving.routing import free_slot
from sh0.serving.takeover import adopt_hosts, adopt_settings, adopt_variables
from sh0.shutdown import Shutdown
from sh0.stacks.moves import Move, Moves
from sh0.store import Records

_AT_ONCE = 8  # services that drain, or end, side by side


@attrs.define
class Launched:
    """A service whose new containers were started."""

    move: Move
    deployment: Deployment
    placements: list[Placement] = attrs.field(factory=list)
    begun: float = attrs.field(factory=time.monotonic)


class Rollforward:
    """Carries out the moves of one release. Until `commit` returns, `turn_back` brings everything back as it was.

    Args:
        records: Where it is kept.
        queue: Numbers deployments, and hears of cancellations.
        rollout: Starts, checks, routes, drains.
        logs: Logs of the deployments.
        clock: Tells the time.
        release: Which release.
        moves: What it does.
        log: Its log.
        proceed: Called between tries; raises to stop.
        shutdown: Whether the platform is closing.
    """

    def __init__(
        self,
        records: Records,
        queue: DeploymentQueue,
        rollout: Rollout,
        logs: Logs[DeploymentEvent],
        clock: Clock,
        release: Release,
        moves: Moves,
        log: RunLog,
        proceed: Callable[[], None],
        shutdown: Shutdown,
    ) -> None:
        self._shutdown = shutdown
        self._records, self._queue, self._rollout, self._logs = records, queue, rollout, logs
        self._clock, self._release, self._moves, self._log = clock, release, moves, log
        self._launched: list[Launched] = []
        self._displaced: list[str] = []
        self._stop_if_asked = proceed

    def _proceed(self) -> None:
        self._stop_if_asked()
        for each in self._launched:
            if self._queue.cancellation(each.deployment.id).is_set():
                raise Cancelled(f"{each.deployment.id} was cancelled, and with it the release {self._release.id}")

    @property
    def deployments(self) -> dict[str, str]:
        """Id of the deployment that each service is after the release, by name."""
        kept = {move.service: move.live for move in self._moves.all if move.live is not None}
        return {**kept, **{each.move.service: each.deployment.id for each in self._launched}}

    def start_all(self) -> None:
        """Start and check group after group.

        Raises:
            NotReady: A service was not healthy in time.
        """
        for group in self._moves.groups:
            begun = [self._start(move) for move in group if move.action is not Action.UNCHANGED]
            for move in group:
                if move.action is Action.UNCHANGED:
                    self._see_to(move)
            for each in begun:
                self._check(each)

    def _start(self, move: Move) -> Launched:
        self._proceed()
        launched = Launched(move, self._record(move))
        self._launched.append(launched)
        if move.action is Action.RECREATE:
            self._log.note(f"{move.service}: the old container is stopped first")
        for other in move.displaces:
            self._log.note(f"{move.service}: {other} is stopped first, whose volume or port it takes over")
            self._displaced.append(other)
            self._rollout.stop_serving(other)
        app = self._records[APPS].get(move.app)
        with self._timed(launched, Step.START):
            launched.placements = self._rollout.start(app, launched.deployment)
            launched.begun = time.monotonic()
        where = ", ".join(placement.address for placement in launched.placements)
        limit = said_memory(launched.deployment.snapshot.memory)
        count = counted(len(launched.placements), "container")
        started = f"{count} started at {where}; memory limit: {limit}"
        self._log.note(f"{move.service}: {started}")
        return launched

    def _record(self, move: Move) -> Deployment:
        now = self._clock.now()
        with self._records.transaction():
            number = self._queue.next_number(move.app)
            deployment = self._records[DEPLOYMENTS].insert(
                Deployment(
                    id=f"{move.app}-{number}",
                    app=move.app,
                    number=number,
                    reason=Reason.COMPOSE,
                    source=ComposeService(self._release.id, move.service),
                    revision=move.reference,
                    image=move.image,
                    snapshot=move.snapshot,
                    requested_by=self._release.requested_by,
                    state=DeploymentState.RUNNING,
                    step=None,
                    steps=(),
                    failure=None,
                    created=now,
                    started=now,
                    finished=None,
                )
            )
        text = f"{deployment.id} begins as a part of the release {self._release.id}"
        self._logs.writer(deployment.id).state(DeploymentState.RUNNING, text)
        return deployment

    def _check(self, launched: Launched) -> None:
        with self._timed(launched, Step.CHECK):
            self._rollout.check(launched.deployment, launched.placements, self._proceed, launched.begun)
        done = "ended" if launched.move.snapshot.job else "is healthy"
        self._log.note(f"{launched.move.service}: {done} after {time.monotonic() - launched.begun:.1f} s")

    def _see_to(self, move: Move) -> None:
        """An unchanged service is not touched; one that does not run is started as it was, for those that need it."""
        if not self._rollout.healthy(move.app):
            self._log.note(f"{move.service}: is unchanged and does not run; it is started again")
            for wrong in restore(self._rollout, [move.app], self._shutdown):
                self._log.warn(wrong)
        else:
            self._log.note(f"{move.service}: unchanged")

    @contextmanager
    def _timed(self, launched: Launched, step: Step) -> Iterator[None]:
        begun = time.monotonic()
        self._change(launched, step=step)
        yield
        timing = StepTiming(step, round(time.monotonic() - begun, 4))
        self._change(launched, steps=(*launched.deployment.steps, timing))

    def _change(self, launched: Launched, **changes: object) -> None:
        launched.deployment = self._records[DEPLOYMENTS].change(launched.deployment.id, **changes)

    def commit(self) -> None:
        """The one commit point: one transaction makes the release live with all its services, then the routes move.

        Raises:
            ProxyUnavailable: The proxy refused; everything is as before.
        """
        records = self._records
        stack = records[STACKS].get(self._release.stack)

        def undo() -> None:
            records[STACKS].save(stack)
            if stack.live is not None:
                records[RELEASES].change(stack.live, state=DeploymentState.LIVE)

        self._rollout.move(self._moves.apps, self._make_live, undo)

    def _make_live(self) -> None:
        records, now = self._records, self._clock.now()
        rollback = self._release.reason is ReleaseReason.ROLLBACK
        for each in self._launched:
            deployment = each.deployment
            app = records[APPS].get(deployment.app)
            known = {each.port for each in app.ports}
            ports, others = list(app.ports), records[APPS].where(server=app.server)
            for port in sorted({*deployment.snapshot.host_ports.values()} - known):
                ports.append(AppPort(port, free_slot(others, [each.slot for each in ports])))
            records[APPS].change(app.name, live=deployment.id, stopped=False, ports=tuple(ports))
            adopt_settings(records, deployment)
            if rollback:
                adopt_variables(records, deployment, now)
        for _, removed in self._moves.removed:
            records[APPS].change(removed, live=None, stopped=True)
            for domain in records[HOST_NAMES].where(app=removed):
                records[HOST_NAMES].delete(domain.host)
        adopt_hosts(records, [each.deployment for each in self._launched], now, generated=True)
        if (before := records[STACKS].get(self._release.stack).live) is not None:
            records[RELEASES].change(before, state=DeploymentState.REPLACED)
        records[STACKS].change(
            self._release.stack,
            live=self._release.id,
            template=self._release.template,
            permissions=self._release.permissions,
        )

    def drain(self) -> None:
        """Let requests to the old containers end."""
        self._side_by_side(self._drain)

    def remove_old(self) -> None:
        """Remove the old containers."""
        self._side_by_side(self._rollout.remove_others)

    def _side_by_side(self, work: Callable[[str, frozenset[str]], None]) -> None:
        """Do something for every app that has changed, with what is kept of it: a slow end holds up no other."""
        kept = {each.move.app: frozenset({each.deployment.id}) for each in self._launched}
        kept |= {app: frozenset() for _, app in self._moves.removed}
        with ThreadPoolExecutor(_AT_ONCE, f"sh0-release-{self._release.id}") as pool:
            for done in [pool.submit(work, app, keep) for app, keep in kept.items()]:
                done.result()

    def _drain(self, app: str, _: frozenset[str]) -> None:
        if cut := self._rollout.drain(app):
            self._log.note(f"{cut} connection(s) to the earlier version of {app} were still open and were closed")

    def turn_back(self, state: DeploymentState, failure: Failure) -> Failure:
        """Remove what was started, and then start again what was stopped for it: never both at once.

        Returns:
            The failure, which says as well what has been brought back and is not healthy.
        """
        for each in reversed(self._launched):
            self._attempt(each.move.service, partial(self._rollout.remove, each.deployment.id))
        stopped = [each.move.app for each in self._launched if each.move.action is Action.RECREATE]
        back = list(dict.fromkeys([*stopped, *self._displaced]))
        wrong = restore(self._rollout, back, self._shutdown)
        for app in back:
            if not any(text.startswith(f"{app} ") for text in wrong):
                self._note(f"{app}: runs again as before")
        failure = self._log.redacted(with_problems(failure, wrong))
        for each in self._launched:
            self._end(each, state, failure)
        return failure

    def _attempt(self, what: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Sh0Error as error:
            self._note(f"{what}: the rest is left to the reconciler: {error.message}")

    def ended_live(self) -> None:
        """Say of every deployment that it is live."""
        for each in self._launched:
            self._end(each, DeploymentState.LIVE, None)

    def _end(self, launched: Launched, state: DeploymentState, failure: Failure | None) -> None:
        self._change(launched, state=state, failure=failure, finished=self._clock.now())
        self._logs.writer(launched.deployment.id).state(state, end_of(launched.deployment.id, state, failure))
        self._queue.ended(launched.deployment.id)

    def _note(self, text: str) -> None:
        with suppress(OSError):
            self._log.quote(text)
