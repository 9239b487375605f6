"""One deployment on its way: what each of the eight steps does, in order."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs

from sh0.builds.engine import BuildEngine, BuildPlan
from sh0.builds.model import Detection, DetectOptions
from sh0.builds.volumes import lost_volume
from sh0.deployments import findings, planner, restoring
from sh0.deployments.findings import CHECKS
from sh0.deployments.own_names import own_names
from sh0.deployments.queue import DeploymentQueue
from sh0.deployments.rebuilding import exact_source, image_is_gone, origin
from sh0.deployments.secrecy import secrets_of
from sh0.deployments.sources import Sources
from sh0.errors import Cancelled, Sh0Error, WrongState
from sh0.jobs.ends import Interrupted, demand_space
from sh0.jobs.log import Logs, RunLog
from sh0.jobs.sentences import end_of
from sh0.journal.journal import Journal
from sh0.manifest import effect
from sh0.manifest.model import Manifest
from sh0.manifest.reading import FILE, SECONDS, read_tree
from sh0.ports.clock import Clock
from sh0.ports.confinement import Confined, Confinement
from sh0.ports.runtime import ImageFacts
from sh0.records.app import APPS, App, counted, said_memory
from sh0.records.deployment import (
    DEPLOYMENTS,
    NO_CHANGES,
    SETTINGS,
    Deployment,
    DeploymentEvent,
    DeploymentState,
    Placement,
    RegistryImage,
    SameImage,
    Source,
    Step,
    StepTiming,
    UploadedArchive,
)
from sh0.records.event_payloads import DeploymentPayload, DeploymentStepPayload
from sh0.records.event_types import ENDED_DEPLOYMENTS, EventType
from sh0.records.run import Failure
from sh0.rules.configuration import ChecksMode
from sh0.rules.report import Report
from sh0.servers.fleet import Fleet
from sh0.serving.coexistence import reasons_alone
from sh0.serving.next_settings import described
from sh0.serving.rollout import Rollout
from sh0.serving.takeover import adopt_changes
from sh0.source.archive import tree_digest
from sh0.store import Records


@attrs.frozen
class Workbench:
    """What deployments are carried out with.

    Attributes:
        records: Where progress is kept.
        queue: Tells about cancellations.
        logs: Where progress is told.
        journal: Hears of ends.
        clock: Tells the time.
        sources: Fetches trees.
        builds: Builds images.
        fleet: The servers, which have images.
        rollout: Starts, checks, routes, drains.
        confinement: Where trees are looked at.
        detect: Finds out there how a tree is built, by its digest and folder.
        check: Looks there for what is wrong with a tree, by its digest and folder.
        work: Folder for trees while they are built.
        closing: Whether the platform is closing.
    """

    records: Records
    queue: DeploymentQueue
    logs: Logs[DeploymentEvent]
    journal: Journal
    clock: Clock
    sources: Sources
    builds: BuildEngine
    fleet: Fleet
    rollout: Rollout
    confinement: Confinement
    detect: Callable[[Confined, str, Path, DetectOptions], Detection]
    check: Callable[[Confined, str, Path, str | None], Report]
    work: Path
    closing: Callable[[], bool]


class Run:
    """One deployment while it runs: eight steps, timed and logged; until its routes have moved it can be cancelled.

    Args:
        bench: What it is carried out with.
        deployment: Which one.
    """

    def __init__(self, bench: Workbench, deployment: Deployment) -> None:
        self._bench, self._deployment = bench, deployment
        own = own_names(bench.records, [deployment.app])
        self._log: RunLog = bench.logs.writer(deployment.id, secrets_of(deployment.snapshot), own)
        self._cancelled = bench.queue.cancellation(deployment.id)
        self._tree = bench.work / deployment.id
        self._placements: list[Placement] = []

    def _image(self, reference: str | None) -> ImageFacts | None:
        server = self._bench.records[APPS].get(self._deployment.app).server
        return self._bench.fleet.at(server).runtime.image(reference or "")

    def steps(self) -> None:
        self._settle()
        bench, deployment = self._bench, self._deployment
        app = bench.records[APPS].get(deployment.app)
        source = self._source()
        wanted = planner.steps(attrs.evolve(deployment, source=source))
        self._log.state(
            DeploymentState.RUNNING,
            f"{deployment.id} begins: {deployment.reason.value} by {deployment.requested_by}",
        )
        demand_space(shutil.disk_usage(bench.work).free, bench.work)
        plan = None
        with bench.confinement.open(self._proceed) as confined:
            with self._step(Step.FETCH, Step.FETCH in wanted):
                if isinstance(source, RegistryImage):
                    self._change(image=bench.builds.outside_image(app.server, app.name, source.image, self._log.quote))
                elif Step.FETCH in wanted:
                    self._tree.mkdir(parents=True)
                    confined.begin()
                    fetched = attrs.evolve(deployment, source=source)
                    revision = bench.sources.fetch(fetched, self._tree, self._log.quote, self._proceed)
                    self._change(revision=revision)
                else:
                    self._take_over_image()
            with self._step(Step.ANALYSE, Step.ANALYSE in wanted):
                if Step.ANALYSE in wanted:
                    plan = self._analyse(app, confined, own=source == deployment.source)
        with self._step(Step.BUILD, plan is not None and plan.reusable is None):
            if plan is not None and plan.reusable is not None:
                self._log.note(f"nothing changed: the image of {plan.reusable.created:%Y-%m-%d %H:%M} is used again")
                self._change(image=plan.reusable.image)
            elif plan is not None:
                self._change(image=bench.builds.build(app.name, plan, self._log.build_output, self._cancelled).image)
        shutil.rmtree(self._tree, ignore_errors=True)
        self._warn_of_volumes()
        with self._step(Step.START):
            self._placements = bench.rollout.start(app, self._deployment)
            first = self._placements[0]
            port = "" if first.port is None else f", port {first.port}"
            limit = said_memory(self._deployment.snapshot.memory)
            count = counted(len(self._placements), "container")
            self._log.note(f"{count} at {first.address}{port}; memory limit: {limit}")
        with self._step(Step.CHECK):
            answers = bench.rollout.check(self._deployment, self._placements, self._proceed)
            if answers is not None:
                asked = self._placements[0].port
                self._log.note(f"port {answers} is the one exposed port that answers, not {asked}: requests go there")
                self._log.note(f"to say so yourself: sh0 apps configure {app.name} --port {answers}")
        with self._step(Step.ROUTE):
            bench.rollout.switch(self._deployment)
        self.after_route()

    def _analyse(self, app: App, confined: Confined, *, own: bool) -> BuildPlan:
        """Look at the tree; at one that an earlier deployment has brought, for nothing but how it is built."""
        bench = self._bench
        manifest = Manifest()
        if os.path.lexists(self._tree / app.root / FILE):
            manifest = confined.run(SECONDS, read_tree, self._tree, app.root) or manifest
        if own:
            self._honour(manifest)
        digest = tree_digest(self._tree, self._proceed)
        options = DetectOptions(app.root, app.dockerfile, port=app.port, changes=effect.build_changes(manifest))
        found = bench.detect(confined, digest, self._tree, options)
        plan = bench.builds.plan(app, self._tree, found, digest, self._proceed)
        self._log.note(f"{plan.stack}" + (f", port {plan.port}" if plan.port else ""))
        for warning in plan.warnings:
            self._log.warn(warning)
        if own:
            self._check(app, plan, confined)
        return plan

    def _warn_of_volumes(self) -> None:
        """A service of a stack keeps what its image declares as volumes, an app does not."""
        if self._deployment.snapshot.container is None:
            facts = self._image(self._deployment.image)
            for path in facts.volumes if facts is not None else ():
                self._log.warn(lost_volume(path))

    def _settle(self) -> None:
        """Decide what it runs with, now that its turn has come; earlier changes of settings are live or have failed."""
        self._change(snapshot=self._bench.queue.settled(self._deployment))

    def after_route(self) -> None:
        bench, deployment = self._bench, self._deployment
        with self._step(Step.DRAIN, stoppable=False):
            cut = bench.rollout.drain(deployment.app)
            if cut:
                self._log.note(f"{cut} connection(s) to the earlier version were still open and were closed")
        with self._step(Step.FINISH, stoppable=False):
            bench.rollout.remove_others(deployment.app, frozenset({deployment.id}))

    def problem(self, text: str) -> None:
        """Something went wrong that does not change how the deployment ends."""
        with suppress(OSError):  # a full disk is no reason to lose the end
            self._log.quote(text)

    def end(self, state: DeploymentState, failure: Failure | None, restored_within: float = restoring.WITHIN) -> None:
        bench, deployment = self._bench, self._deployment
        remove(self._tree)
        if isinstance(deployment.source, UploadedArchive):
            remove(bench.work / deployment.source.archive)
        if failure is not None:
            unchanged = described(deployment.changes)
            hint = f"{failure.hint} Settings stay as they were: {unchanged}." if unchanged else failure.hint
            failure = attrs.evolve(self._log.redacted(failure), hint=hint.strip())
        if state is not DeploymentState.LIVE:
            failure = self._clear_away(failure, restored_within)
        if failure is not None:
            self._log.explain(failure.log)
        self._log.repeat_warnings()
        self._change(state=state, failure=failure, finished=bench.clock.now(), warnings=tuple(self._log.warnings))
        text = end_of(deployment.id, state, failure)
        if state is DeploymentState.LIVE:
            text += " at " + " and ".join(bench.rollout.urls(deployment.app))
        if failure is not None and failure.hint:
            text += f"\n{failure.hint}"
        self._log.state(state, text)
        bench.queue.forget(deployment.id)
        payload = DeploymentPayload(deployment.app, deployment.id, failure.code if failure else None)
        bench.journal.emit(ENDED_DEPLOYMENTS[state], payload, text.split("\n")[0])
        bench.queue.wake()

    def _clear_away(self, failure: Failure | None, restored_within: float) -> Failure | None:
        """Remove what was started and bring back what was stopped for it; the failure says what is not healthy."""
        bench, deployment = self._bench, self._deployment
        try:
            bench.rollout.remove(deployment.id)
        except Sh0Error as error:
            self._log.quote(f"clearing away is left for later: {error.message}")
            return failure
        if not reasons_alone(deployment.snapshot):
            return failure
        wrong = restoring.restore(bench.rollout, [deployment.app], bench.closing, restored_within)
        return None if failure is None else self._log.redacted(restoring.with_problems(failure, wrong))

    @contextmanager
    def _step(self, step: Step, wanted: bool = True, *, stoppable: bool = True) -> Iterator[None]:
        if stoppable:
            self._proceed()
        begun = time.monotonic()
        if wanted:
            self._change(step=step)
            self._log.begin(step)
            own = self._deployment
            payload = DeploymentStepPayload(own.app, own.id, step)
            self._bench.journal.emit(EventType.DEPLOYMENT_STEP, payload, f"{own.id}: {step.value}")
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
        if self._bench.closing():
            raise Interrupted

    def _honour(self, manifest: Manifest) -> None:
        """Run with what the tree says in its sh0.yaml; what an earlier version declared is over with it."""
        snapshot = effect.snapshot_with(self._deployment.snapshot, manifest)
        effect.demand_variables(self._deployment.app, snapshot, manifest)
        self._change(snapshot=snapshot)
        for cron in manifest.cron:
            self._log.warn(f"cron {cron.name} is not run: this version of sh0 has no scheduler for it")

    def _change(self, **changes: object) -> None:
        self._deployment = self._bench.records[DEPLOYMENTS].change(self._deployment.id, **changes)
        if "snapshot" in changes:
            self._log.hide(secrets_of(self._deployment.snapshot))

    def _check(self, app: App, plan: BuildPlan, confined: Confined) -> None:
        """Look for what is wrong with a tree; what is found is kept, whether it stops the deployment or not."""
        if app.checks is ChecksMode.OFF:
            return
        report = self._bench.check(confined, plan.key, plan.tree, app.dockerfile)
        checks = findings.checks_of(self._deployment.id, app.name, app.checks, report)
        if checks.mode is ChecksMode.OFF:
            return
        self._bench.records[CHECKS].save(checks)
        for line in findings.lines(checks, plan.warnings):
            self._log.quote(line)
        findings.demand(checks)

    def _source(self) -> Source:
        """What is fetched: its source; or, where the image of an earlier version is gone, what that was made of."""
        bench, own = self._bench, self._deployment.source
        before = self._before()
        if before is None or self._image(before.image) is not None:
            return own
        brought = origin(before, bench.records[DEPLOYMENTS].where(app=before.app))
        source = exact_source(brought)
        if source is None:
            raise image_is_gone(before, brought)
        self._log.note(f"the image of {before.id} is no longer on the server: it is made again")
        self._change(revision=before.revision)
        return source

    def _before(self) -> Deployment | None:
        """The earlier deployment whose version this one runs; None if it brings its own.

        Raises:
            WrongState: There is none, or its app is stopped.
        """
        source, records = self._deployment.source, self._bench.records
        if not isinstance(source, SameImage):
            return None
        app = records[APPS].get(self._deployment.app)
        earlier = source.deployment or app.live
        if earlier is None:
            self._keep_changes()
            raise WrongState(f"{app.name} has no version yet", hint="Push or upload one first.")
        if app.stopped and self._deployment.reason in SETTINGS:
            self._keep_changes()
            raise WrongState(f"{app.name} is stopped", hint=f"Start it with 'sh0 start {app.name}'.")
        return records[DEPLOYMENTS].get(earlier)

    def _take_over_image(self) -> None:
        source, before = self._deployment.source, self._before()
        if before is None or not isinstance(source, SameImage):
            raise TypeError(f"a deployment of kind {source.kind} fetches")
        self._change(image=before.image, revision=before.revision)
        if source.deployment is None and before.snapshot.container is not None:
            # A release of the stack may have come between the request and its turn.
            taken = {
                name: getattr(before.snapshot, name) for name in ("container", "network", "job", "together", "port")
            }
            self._change(snapshot=attrs.evolve(self._deployment.snapshot, **taken))

    def _keep_changes(self) -> None:
        """Nothing can prove a change of settings: it is the app's own at once, as if nothing had been on its way."""
        deployment, bench = self._deployment, self._bench
        if deployment.changes != NO_CHANGES:
            self._log.note(f"{described(deployment.changes)}: kept for the next deployment")
            with bench.records.transaction():
                adopt_changes(bench.records, deployment.app, deployment.changes, bench.clock.now())
                self._change(changes=NO_CHANGES)


def remove(path: Path) -> None:
    """Remove a file or a folder; a missing one is no error."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
