"""The second half of a release: start and check in the order of dependencies, move everything at once, clear away."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import attrs

from sh0.deployments.restoring import restore, with_problems
from sh0.errors import Cancelled, Sh0Error
from sh0.jobs.engine import Engine
from sh0.jobs.run import Run
from sh0.records.app import APPS, AppPort, counted, said_memory
from sh0.records.deployment import (
    ComposeService,
    Deployment,
    DeploymentState,
    Placement,
    Reason,
    Step,
)
from sh0.records.domain import HOST_NAMES
from sh0.records.run import Failure, RunState
from sh0.records.stack import RELEASES, STACKS, Action, Release, ReleaseReason
from sh0.serving.rollout import Rollout
from sh0.serving.routing import free_slot
from sh0.serving.takeover import adopt_hosts, adopt_settings, adopt_variables
from sh0.stacks.moves import Move, Moves

_AT_ONCE = 8  # services that drain, or end, side by side


@attrs.define
class Launched:
    """A service whose new containers were started."""

    move: Move
    run: Run[Deployment]
    placements: list[Placement] = attrs.field(factory=list)
    begun: float = attrs.field(factory=time.monotonic)


class Rollforward:
    """Carries out the moves of one release. Until `commit` returns, `turn_back` brings everything back as it was.

    Args:
        deployments: Each service that is changed has one, which is a part of the release.
        rollout: Starts, checks, routes, drains.
        run: The release.
        moves: What it does.
    """

    def __init__(self, deployments: Engine[Deployment], rollout: Rollout, run: Run[Release], moves: Moves) -> None:
        self._deployments, self._rollout, self._run, self._moves = deployments, rollout, run, moves
        self._release, self._log, self._shutdown = run.record, run.log, run.context.shutdown
        self._records, self._clock = run.context.records, run.context.clock
        self._launched: list[Launched] = []
        self._displaced: list[str] = []

    def _proceed(self) -> None:
        self._run.proceed()
        for each in self._launched:
            if each.run.cancelled.is_set():
                raise Cancelled(f"{each.run.record.id} was cancelled, and with it the release {self._release.id}")

    @property
    def deployments(self) -> dict[str, str]:
        """Id of the deployment that each service is after the release, by name."""
        kept = {move.service: move.live for move in self._moves.all if move.live is not None}
        return {**kept, **{each.move.service: each.run.record.id for each in self._launched}}

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
        launched = Launched(move, self._begin(move))
        self._launched.append(launched)
        if move.action is Action.RECREATE:
            self._log.note(f"{move.service}: the old container is stopped first")
        for other in move.displaces:
            self._log.note(f"{move.service}: {other} is stopped first, whose volume or port it takes over")
            self._displaced.append(other)
            self._rollout.stop_serving(other)
        app = self._records[APPS].get(move.app)
        with launched.run.step(Step.START, stoppable=False):
            launched.placements = self._rollout.start(app, launched.run.record)
            launched.begun = time.monotonic()
        where = ", ".join(placement.address for placement in launched.placements)
        limit = said_memory(launched.run.record.snapshot.memory)
        count = counted(len(launched.placements), "container")
        started = f"{count} started at {where}; memory limit: {limit}"
        self._log.note(f"{move.service}: {started}")
        return launched

    def _begin(self, move: Move) -> Run[Deployment]:
        now = self._clock.now()

        def make(number: int) -> Deployment:
            return Deployment(
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

        run = self._deployments.part(move.app, make)
        text = f"{run.record.id} begins as a part of the release {self._release.id}"
        run.log.state(run.record.state, text)
        return run

    def _check(self, launched: Launched) -> None:
        with launched.run.step(Step.CHECK, stoppable=False):
            self._rollout.check(launched.run.record, launched.placements, self._proceed, launched.begun)
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
            deployment = each.run.record
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
        adopt_hosts(records, [each.run.record for each in self._launched], now, generated=True)
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
        kept = {each.move.app: frozenset({each.run.record.id}) for each in self._launched}
        kept |= {app: frozenset() for _, app in self._moves.removed}
        with ThreadPoolExecutor(_AT_ONCE, f"sh0-release-{self._release.id}") as pool:
            for done in [pool.submit(work, app, keep) for app, keep in kept.items()]:
                done.result()

    def _drain(self, app: str, _: frozenset[str]) -> None:
        if cut := self._rollout.drain(app):
            self._log.note(f"{cut} connection(s) to the earlier version of {app} were still open and were closed")

    def turn_back(self, state: RunState, failure: Failure) -> Failure:
        """Remove what was started, and then start again what was stopped for it: never both at once.

        Returns:
            The failure, which says as well what has been brought back and is not healthy.
        """
        for each in reversed(self._launched):
            self._attempt(each.move.service, partial(self._rollout.remove, each.run.record.id))
        stopped = [each.move.app for each in self._launched if each.move.action is Action.RECREATE]
        back = list(dict.fromkeys([*stopped, *self._displaced]))
        wrong = restore(self._rollout, back, self._shutdown)
        for app in back:
            if not any(text.startswith(f"{app} ") for text in wrong):
                self._note(f"{app}: runs again as before")
        failure = self._log.redacted(with_problems(failure, wrong))
        self.end(state, failure)
        return failure

    def end(self, state: RunState, failure: Failure | None = None) -> None:
        """End every deployment as the release ends."""
        for each in self._launched:
            if not each.run.record.state.ended:
                self._deployments.end_part(each.run, state, failure)

    def _attempt(self, what: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Sh0Error as error:
            self._note(f"{what}: the rest is left to the reconciler: {error.message}")

    def _note(self, text: str) -> None:
        with suppress(OSError):
            self._log.quote(text)
