"""What each of the nine steps of a deployment does, in order."""

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import attrs

from sh0.builds.arguments import BuildVariables, unset_argument
from sh0.builds.engine import BuildEngine, BuildPlan
from sh0.builds.model import Detection, DetectOptions
from sh0.deployments import findings, planner, restoring
from sh0.deployments.around_switch import AroundSwitch
from sh0.deployments.findings import CHECKS
from sh0.deployments.rebuilding import exact_source, image_is_gone, origin
from sh0.deployments.release_phase import release_of
from sh0.deployments.snapshots import Snapshots
from sh0.deployments.sources import Sources
from sh0.errors import Sh0Error, WrongState
from sh0.jobs.kind import Work
from sh0.jobs.run import Run
from sh0.manifest import effect
from sh0.manifest.app_json import APP_JSON
from sh0.manifest.model import Manifest
from sh0.manifest.project_files import injected, read_project_files
from sh0.manifest.reading import FILE, SECONDS, read_tree
from sh0.ports.confinement import Confined, Confinement
from sh0.ports.runtime import ImageFacts
from sh0.records.app import APPS, App
from sh0.records.deployment import (
    DEPLOYMENTS,
    SETTINGS,
    Deployment,
    Placement,
    PushedRevision,
    RegistryImage,
    SameImage,
    Snapshot,
    Source,
    Step,
    UploadedArchive,
)
from sh0.records.formation import serves, started
from sh0.records.run import Failure, RunState
from sh0.records.settings_change import NO_CHANGES
from sh0.rules.configuration import ChecksMode
from sh0.rules.report import Report
from sh0.serving.coexistence import reasons_to_recreate
from sh0.serving.next_settings import changed_app, described
from sh0.serving.rollout import Rollout
from sh0.serving.takeover import adopt_changes
from sh0.serving.volumes import AppVolumes
from sh0.serving.volumes_told import told_volumes
from sh0.source.archive import tree_digest
from sh0.work_folder import WorkFolder


@attrs.frozen
class Inspection:
    """How trees are looked at.

    Attributes:
        confinement: Where.
        detect: Finds out there how a tree is built, by its digest and folder.
        check: Looks there for what is wrong with a tree, by its digest and folder.
    """

    confinement: Confinement
    detect: Callable[[Confined, str, Path, DetectOptions], Detection]
    check: Callable[[Confined, str, Path, str | None], Report]


@attrs.frozen
class DeploymentParts:
    """What deployments are carried out with.

    Attributes:
        snapshots: What they run with.
        sources: Fetches trees.
        builds: Builds images.
        rollout: Starts, checks, routes, drains.
        inspection: Looks at trees.
        volumes: Finds and makes volumes.
        around: Does what the app wants to be done before its version starts, and around the switch.
    """

    snapshots: Snapshots
    sources: Sources
    builds: BuildEngine
    rollout: Rollout
    inspection: Inspection
    volumes: AppVolumes
    around: AroundSwitch


class DeploymentWork(Work[Deployment]):
    """What one deployment does: nine steps; until its routes have moved it can be cancelled.

    Args:
        parts: What it is carried out with.
        run: Its record, its log and its steps.
    """

    def __init__(self, parts: DeploymentParts, run: Run[Deployment]) -> None:
        super().__init__(run)
        self._parts, self._log, self._records = parts, run.log, run.context.records
        self._tree = run.context.work.path / run.record.id
        self._placements: list[Placement] = []

    @property
    def _deployment(self) -> Deployment:
        return self.run.record

    def _image(self, reference: str | None) -> ImageFacts | None:
        server = self._records[APPS].get(self._deployment.app).server
        return self.run.context.fleet.at(server).runtime.image(reference or "")

    def carry_out(self) -> None:
        """Take the steps from its source to what serves."""
        parts, run = self._parts, self.run
        run.change(
            snapshot=parts.snapshots.settled(self._deployment)
        )  # earlier changes are live by now, or have failed
        deployment = self._deployment
        app = self._records[APPS].get(deployment.app)
        source = self._source()
        wanted = planner.steps(attrs.evolve(deployment, source=source))
        plan = None
        with parts.inspection.confinement.open(run.proceed) as confined:
            with run.step(Step.FETCH, Step.FETCH in wanted):
                if isinstance(source, RegistryImage):
                    run.change(image=parts.builds.outside_image(app.server, app.name, source.image, self._log.quote))
                elif Step.FETCH in wanted:
                    run.context.work.make(run.record.id)
                    confined.begin()
                    fetched = attrs.evolve(deployment, source=source)
                    version = parts.sources.fetch(fetched, self._tree, self._log.quote, run.proceed)
                    made_of = attrs.evolve(run.record.snapshot, commit=version.commit, branch=version.branch)
                    run.change(revision=version.revision, snapshot=made_of)
                else:
                    self._take_over_image()
            with run.step(Step.ANALYSE, Step.ANALYSE in wanted):
                if Step.ANALYSE in wanted:
                    plan = self._analyse(app, confined, own=source == deployment.source)
        with run.step(Step.BUILD, plan is not None and plan.reusable is None):
            if plan is not None and plan.reusable is not None:
                self._log.note(f"nothing changed: the image of {plan.reusable.created:%Y-%m-%d %H:%M} is used again")
                run.change(image=plan.reusable.image)
            elif plan is not None:
                run.change(image=parts.builds.build(app.name, plan, self._log.build_output, run.cancelled).image)
        run.context.work.remove(self._tree)
        self._settle_volumes(app)
        release = release_of(self._deployment)
        with run.step(Step.RELEASE, release is not None):
            if release is not None:
                parts.around.release(run, release)
        with run.step(Step.START):
            self._placements = parts.rollout.start(app, self._deployment)
            self._log.note(started(self._deployment.snapshot, self._placements))
        with run.step(Step.CHECK):
            answers = parts.rollout.check(self._deployment, self._placements, run.proceed)
            if answers is not None:
                asked = self._placements[0].port
                self._log.note(f"port {answers} is the one exposed port that answers, not {asked}: requests go there")
                self._log.note(f"to say so yourself: sh0 apps configure {app.name} --port {answers}")
        parts.around.before(run)
        with run.step(Step.ROUTE):
            parts.rollout.switch(self._deployment)
        self.finish()
        parts.around.after(run)

    def _analyse(self, app: App, confined: Confined, *, own: bool) -> BuildPlan:
        """Look at the tree; at one that an earlier deployment has brought, for nothing but how it is built."""
        parts, proceed = self._parts, self.run.proceed
        manifest = Manifest()
        if any(os.path.lexists(self._tree / app.root / name) for name in (FILE, APP_JSON)):
            manifest = confined.run(SECONDS, read_tree, self._tree, app.root) or manifest
        if own:
            self._honour(manifest)
            if manifest.files:
                wanted = dict(manifest.files)
                self._give(confined.run(SECONDS, read_project_files, self._tree, app.root, wanted))
        digest = tree_digest(self._tree, proceed)
        own_target = changed_app(app, self._deployment.changes).target
        target = own_target if manifest.build.target is None else manifest.build.target
        changes = effect.build_changes(manifest)
        options = DetectOptions(app.root, app.dockerfile, target, port=app.port, changes=changes)
        found = parts.inspection.detect(confined, digest, self._tree, options)
        if own:
            line = found.processes.get("release")
            self.run.change(snapshot=effect.with_release_line(self._deployment.snapshot, line))
        snapshot = self._deployment.snapshot
        variables = BuildVariables.of(snapshot)
        plan = parts.builds.plan(app, self._tree, found, digest, confined, proceed, variables, target)
        self._mark(plan.secrets)
        if own:
            self._start_processes(found)
        serving = plan.port and serves(self._deployment.snapshot)
        self._log.note(f"{plan.stack}" + (f", port {plan.port}" if serving else ""))
        for warning in plan.warnings:
            self._log.warn(warning)
        declared = {*(plan.reading.arguments if plan.reading else ())}
        for name in sorted((declared & {*snapshot.variables}) - {*plan.arguments}):
            self._log.warn(unset_argument(name, app.name))
        if own:
            self._check(app, plan, confined)
        return plan

    def _mark(self, secrets: Collection[str]) -> None:
        """Redact what the build mounts as secrets, whatever the names of these are."""
        snapshot = self._deployment.snapshot
        marked = tuple(sorted({*snapshot.marked, *secrets}))
        if marked != snapshot.marked:
            self.run.change(snapshot=attrs.evolve(snapshot, marked=marked))

    def _give(self, files: Mapping[str, str]) -> None:
        """Run with files of the tree in each container."""
        snapshot = self._deployment.snapshot
        declared = attrs.evolve(snapshot.declared, files=injected(files))
        self.run.change(snapshot=attrs.evolve(snapshot, declared=declared))

    def _settle_volumes(self, app: App) -> None:
        """Find or make the volumes that it has; those of a stack's service stand in the Compose file."""
        snapshot = self._deployment.snapshot
        if snapshot.container is not None:
            return
        settled, warnings = self._parts.volumes.settle(app, snapshot, self._image(self._deployment.image))
        if settled != snapshot:
            self.run.change(snapshot=settled)
        for line in told_volumes(self._deployment, serves=app.live is not None and not app.stopped):
            self._log.note(line)
        for warning in warnings:
            self._log.warn(warning)

    def _start_processes(self, found: Detection) -> None:
        """Run what the tree says of its processes; of each that has no container it is told how it gets one."""
        own_image = not found.dockerfile
        self.run.change(
            snapshot=effect.with_commands(
                self._deployment.snapshot, found.processes, web=found.web, own_image=own_image
            )
        )
        for told in effect.not_running(self._deployment.app, self._deployment.snapshot):
            self._log.note(told)

    def finish(self) -> None:
        """Drain the earlier version, and remove it."""
        parts, deployment = self._parts, self._deployment
        with self.run.step(Step.DRAIN, stoppable=False):
            cut = parts.rollout.drain(deployment.app)
            if cut:
                self._log.note(f"{cut} connection(s) to the earlier version were still open and were closed")
        with self.run.step(Step.FINISH, stoppable=False):
            parts.rollout.remove_others(deployment.app, frozenset({deployment.id}))

    def settle(self, state: RunState, failure: Failure | None) -> Failure | None:
        """Remove what it worked with; of one that failed also what it started, and bring back what it had stopped."""
        return self._clear_away(failure, restoring.WITHIN)

    def recover(self, failure: Failure, within: float) -> Failure | None:
        """The same; the reconciler has started again already what was stopped for it."""
        return self._clear_away(failure, within)

    def _clear_away(self, failure: Failure | None, within: float) -> Failure | None:
        parts, deployment, context = self._parts, self._deployment, self.run.context
        context.work.remove(self._tree)
        remove_archive(deployment, context.work)
        if failure is None:
            return None
        if unchanged := described(deployment.changes):
            begun = f"{failure.hint.removesuffix('.')}. " if failure.hint else ""
            hint = f"{begun}Settings stay as they were: {unchanged}."
            failure = attrs.evolve(failure, hint=hint.strip())
        try:
            parts.rollout.remove(deployment.id)
        except Sh0Error as error:
            self._log.quote(f"clearing away is left for later: {error.message}")
            return failure
        if not reasons_to_recreate(deployment.snapshot):
            return failure
        wrong = restoring.restore(parts.rollout, [deployment.app], context.shutdown, within)
        return self._log.redacted(restoring.with_problems(failure, wrong))

    def _honour(self, manifest: Manifest) -> None:
        """Run with what the tree says in its sh0.yaml; what an earlier version declared is over with it."""
        snapshot = effect.snapshot_with(self._deployment.snapshot, manifest)
        effect.demand_variables(self._deployment.app, snapshot, manifest)
        self.run.change(snapshot=snapshot)
        for job in manifest.cron:
            self._log.note(f"job {job.name}: {job.when}{', suspended' * job.suspended}")

    def _check(self, app: App, plan: BuildPlan, confined: Confined) -> None:
        """Look for what is wrong with a tree; what is found is kept, whether it stops the deployment or not."""
        if app.checks is ChecksMode.OFF:
            return
        report = self._parts.inspection.check(confined, plan.key, plan.tree, app.dockerfile)
        checks = findings.checks_of(self._deployment.id, app.name, app.checks, report)
        if checks.mode is ChecksMode.OFF:
            return
        self._records[CHECKS].save(checks)
        for line in findings.lines(checks, plan.warnings):
            self._log.quote(line)
        findings.demand(checks)

    def _source(self) -> Source:
        """What is fetched: its source; or, where the image of an earlier version is gone, what that was made of."""
        own = self._deployment.source
        before = self._before()
        if before is None:
            return own
        there = self._image(before.image) is not None
        if there and not self._deployment.changes.rebuilds:
            return own
        brought = origin(before, self._records[DEPLOYMENTS].where(app=before.app))
        source = exact_source(brought)
        if there and not isinstance(source, PushedRevision):
            self._log.note("what concerns the build counts from the next one: the source of this version is not kept")
            return own
        if source is None:
            raise image_is_gone(before, brought)
        why = "what it is built with changes" if there else "it is no longer on the server"
        self._log.note(f"the image of {before.id} is made again: {why}")
        self.run.change(revision=before.revision)
        return source

    def _before(self) -> Deployment | None:
        """The earlier deployment whose version this one runs; None if it brings its own.

        Raises:
            WrongState: There is none, or its app is stopped.
        """
        source, records = self._deployment.source, self._records
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
        self.run.change(image=before.image, revision=before.revision, snapshot=self._as_built(before))
        if source.deployment is None and before.snapshot.container is not None:
            # A release of the stack may have come between the request and its turn.
            taken = {
                name: getattr(before.snapshot, name) for name in ("container", "network", "job", "update_order", "port")
            }
            self.run.change(snapshot=attrs.evolve(self._deployment.snapshot, **taken))

    def _as_built(self, before: Deployment) -> Snapshot:
        """What it runs with, with what its image was built from and with."""
        built = {name: getattr(before.snapshot, name) for name in ("build", "commit", "branch")}
        return attrs.evolve(self._deployment.snapshot, **built)

    def _keep_changes(self) -> None:
        """Nothing can prove a change of settings: it is the app's own at once, as if nothing had been on its way."""
        deployment, records = self._deployment, self._records
        if deployment.changes != NO_CHANGES:
            self._log.note(f"{described(deployment.changes)}: kept for the next deployment")
            with records.transaction():
                adopt_changes(records, deployment.app, deployment.changes, self.run.context.clock.now())
                self.run.change(changes=NO_CHANGES)


def remove_archive(deployment: Deployment, folder: WorkFolder) -> None:
    """Remove the archive of a deployment that brought one."""
    if isinstance(deployment.source, UploadedArchive):
        folder.clear([deployment.source.archive])
