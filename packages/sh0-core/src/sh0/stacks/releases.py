"""Releases of stacks: one at a time per stack, stacks side by side."""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import attrs

from sh0.compose.model import ComposeProject
from sh0.compose.permissions import Permission
from sh0.deployments import restoring
from sh0.errors import BadArchive, Cancelled, Invalid, NameTaken, WrongState
from sh0.jobs.engine import AT_START
from sh0.jobs.log import Logs
from sh0.jobs.sentences import stands
from sh0.operations import current_caller
from sh0.ports.confinement import Confined
from sh0.records.app import APPS, App, HealthCheck, Resources
from sh0.records.deployment import DeploymentEvent, DeploymentState
from sh0.records.event_payloads import ReleasePayload
from sh0.records.event_types import ENDED_RELEASES
from sh0.records.project import PROJECTS, Project
from sh0.records.run import Failure
from sh0.records.stack import RELEASES, STACKS, Release, ReleaseReason, Stack, StackPlan
from sh0.serving.known_secrets import redactor_of
from sh0.serving.routing import free_slot
from sh0.settings import Settings
from sh0.source.unpack import UnpackLimits, unpack
from sh0.stacks import planner
from sh0.stacks.folder import SECONDS, declared_volumes, kept_texts, read_folder
from sh0.stacks.moves import Moves
from sh0.stacks.naming import app_names
from sh0.stacks.planner import DeclaredVolumes
from sh0.stacks.releasing import ReleaseBench, ReleaseRun
from sh0.stacks.request import Prepared, UpRequest, demand_permissions
from sh0.stacks.survey import stack_name
from sh0.values import ServerName

log = logging.getLogger("sh0.stacks")

_ARCHIVE = re.compile(r"[0-9a-f]{32}\.upload")


class Releases:
    """Begins releases, keeps track of those that run, and ends those that a crash cut off.

    Args:
        bench: What they are carried out with.
        logs: Their logs.
        settings: Base domain, limits.
        home_id: Part of the names of networks.
    """

    def __init__(self, bench: ReleaseBench, logs: Logs[DeploymentEvent], settings: Settings, home_id: str) -> None:
        self._bench, self._logs, self._settings, self._home_id = bench, logs, settings, home_id
        self._records = bench.records
        self._lock = threading.Lock()
        self._ended = threading.Condition()
        self._cancelled: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._held: set[str] = set()

    def busy(self) -> frozenset[str]:
        """Apps of the stacks that have a release running."""
        stacks = [release.stack for release in self._records[RELEASES].where(state=DeploymentState.RUNNING.value)]
        return frozenset(app.name for stack in stacks for app in self._records[APPS].where(stack=stack))

    def _unpack(self, archive: str, tree: Path) -> None:
        if not _ARCHIVE.fullmatch(archive):
            raise BadArchive(f"{archive!r:.80} is no archive that was sent", hint="Send the folder first.")
        try:
            with open(self._bench.work.path / archive, "rb") as stream:
                unpack(stream, tree, UnpackLimits(total_bytes=int(self._settings.upload_limit)), self._proceed)
        except FileNotFoundError:
            raise BadArchive("what was sent is no longer there", hint="Send the folder again.") from None

    def _proceed(self) -> None:
        if self._bench.shutdown.begun:
            raise Cancelled("nothing was done: the platform is closing", hint="Ask again when it is back.")

    def _prepare(self, request: UpRequest, tree: Path, confined: Confined) -> Prepared:
        found = self._read(request, tree, confined)
        name = stack_name(request.stack, found)
        if name != request.stack:  # host names, which the files may use, are made of it
            request = attrs.evolve(request, stack=name)
            found = self._read(request, tree, confined)
        declared: Mapping[str, DeclaredVolumes] = {}
        if any(service.build is not None for service in found.services.values()):
            declared = confined.run(SECONDS, declared_volumes, tree, found)
        situation = self._bench.survey.situation(request, found, declared, tree)
        return Prepared(request, tree, found, declared, situation)

    def _read(self, request: UpRequest, tree: Path, confined: Confined) -> ComposeProject:
        return confined.run(
            SECONDS,
            read_folder,
            tree,
            request.files,
            variables={name: value.reveal() for name, value in request.variables.items()},
            profiles=request.profiles,
            stack=request.stack,
            base_domain=self._settings.base_domain,
            http_port=self._settings.http_port,
        )

    def plan_archive(self, archive: str, request: UpRequest) -> StackPlan:
        """What a release of a folder would do that was sent.

        Raises:
            BadArchive: It is not there any more, or not safe.
            Cancelled: The platform is closing.
            Invalid: The files cannot be right.
        """
        return self._plan(partial(self._unpack, archive), request)

    def plan_texts(self, texts: Mapping[str, str], request: UpRequest) -> StackPlan:
        """What a release of files would do that are given as texts, as templates are.

        Raises:
            Cancelled: The platform is closing.
            Invalid: The files cannot be right.
        """
        return self._plan(partial(_write, texts), request)

    def _plan(self, fill: Callable[[Path], None], request: UpRequest) -> StackPlan:
        """What a release would do; images that would be built of an unchanged tree are known."""
        with self._bench.work.tree() as tree:
            fill(tree)
            images, survey = self._bench.images, self._bench.survey
            with self._bench.confinement.open(self._proceed) as confined:
                prepared = self._prepare(request, tree, confined)
                plans = images.plans(prepared, confined, self._proceed)
            built = {service: plan.reusable.image for service, plan in plans.items() if plan.reusable is not None}
            project, declared = prepared.project, prepared.declared
            return planner.plan(project, survey.situation(prepared.request, project, declared, tree, built))

    def up_archive(self, archive: str, request: UpRequest) -> Release:
        """Begin a release of a folder that was sent.

        Raises:
            BadArchive: It is not there any more, or not safe.
            Cancelled: The platform is closing.
            Invalid: The files cannot be right.
            Forbidden: They ask for what is not allowed.
            NameTaken: The name of the stack is in use.
            WrongState: A release of the stack is running.
        """
        return self._up(partial(self._unpack, archive), request)

    def up_texts(self, texts: Mapping[str, str], request: UpRequest) -> Release:
        """Begin a release of files that are given as texts, as templates are.

        Raises:
            Cancelled: The platform is closing.
            Invalid: The files cannot be right.
            Forbidden: They ask for what is not allowed.
            NameTaken: The name of the stack is in use.
            WrongState: A release of the stack is running.
        """
        return self._up(partial(_write, texts), request)

    def _up(self, fill: Callable[[Path], None], request: UpRequest) -> Release:
        tree = self._bench.work.make()
        try:
            fill(tree)
            with self._bench.confinement.open(self._proceed) as confined:
                prepared = self._prepare(request, tree, confined)
            return self.up(prepared)  # it removes the tree when it has ended
        except BaseException:
            self._bench.work.remove(tree)
            raise

    def up(self, prepared: Prepared) -> Release:
        """Begin a release of files. It takes over their folder.

        Raises:
            Forbidden: The files ask for what is not allowed.
            NameTaken: The name of the stack is in use.
            WrongState: A release of the stack is running.
        """
        request, project = prepared.request, prepared.project
        plan = planner.plan(project, prepared.situation)
        demand_permissions(plan.needs, request.allow)
        reason = ReleaseReason.TEMPLATE if request.template else ReleaseReason.UP
        with self._lock, self._records.transaction():
            stack = self._stack(request.stack, prepared.situation.server)
            self._demand_idle(stack.name)
            for app in app_names(stack.name, project.services).values():
                self._app(app, stack)
            release = self._insert(
                stack,
                reason,
                frozenset(need.permission for need in plan.needs),
                files=kept_texts(prepared.tree, project),
                variables=request.variables,
                marked=request.marked,
                profiles=request.profiles,
                template=request.template or stack.template,
            )
        return self._begin(release, lambda run: run.up(prepared))

    def back(self, stack: Stack, target: Release, decide: Callable[[], Moves]) -> Release:
        """Begin a rollback.

        Raises:
            WrongState: A release of the stack is running.
        """
        with self._lock, self._records.transaction():
            self._demand_idle(stack.name)
            release = self._insert(
                stack,
                ReleaseReason.ROLLBACK,
                frozenset(target.permissions),
                files=target.files,
                variables=target.variables,
                marked=target.marked,
                profiles=target.profiles,
                template=target.template,
            )
        return self._begin(release, lambda run: run.back(decide))

    def _insert(
        self, stack: Stack, reason: ReleaseReason, permissions: frozenset[Permission], **fields: object
    ) -> Release:
        query = "select coalesce(max(number), 0) + 1 as n from releases where stack = :stack"
        number = int(self._records.database.query(query, {"stack": stack.name})[0]["n"])
        return self._records[RELEASES].insert(
            Release(
                id=f"{stack.name}.{number}",
                stack=stack.name,
                number=number,
                reason=reason,
                permissions=tuple(sorted(permissions)),
                services=(),
                requested_by=str(current_caller()),
                state=DeploymentState.RUNNING,
                step=None,
                steps=(),
                failure=None,
                created=self._bench.clock.now(),
                finished=None,
                **fields,  # type: ignore[arg-type]
            )
        )

    def _begin(self, release: Release, work: Callable[[ReleaseRun], None]) -> Release:
        cancelled = self._cancelled.setdefault(release.id, threading.Event())

        def run() -> None:
            try:
                work(ReleaseRun(self._bench, release, cancelled))
            except Exception:
                if not self._bench.shutdown.begun:  # what a closing platform cuts off is ended at the next start
                    log.exception("the end of %s could not be recorded", release.id)
            finally:
                self._cancelled.pop(release.id, None)
                self._threads.pop(release.id, None)
                with self._ended:
                    self._ended.notify_all()

        thread = threading.Thread(target=run, name=f"sh0-release-{release.id}", daemon=True)
        self._threads[release.id] = thread
        thread.start()
        return release

    def _stack(self, name: str, server: ServerName) -> Stack:
        """The stack of that name; a new one gets a project of its own.

        Raises:
            NameTaken: There is a project of that name, which is no stack's.
        """
        records, now = self._records, self._bench.clock.now()
        if (found := records[STACKS].find(name)) is not None:
            return found
        if records[PROJECTS].find(name) is not None:
            raise NameTaken(
                f"there is a project {name}, and a stack has a project of its own", hint="Choose another --name."
            )
        records[PROJECTS].insert(Project(name, f"sh0-{self._home_id}-{name}", {}, now))
        return records[STACKS].insert(Stack(name, name, None, None, (), now, server))

    def _app(self, name: str, stack: Stack) -> None:
        records = self._records
        found = records[APPS].find(name)
        if found is None:
            records[APPS].insert(
                App(
                    name=name,
                    project=stack.project,
                    slot=free_slot(records[APPS].where(server=stack.server)),
                    port=None,
                    branch="main",
                    root="",
                    dockerfile="Dockerfile",
                    replicas=1,
                    resources=Resources(),
                    health=HealthCheck(),
                    stopped=False,
                    live=None,
                    created=self._bench.clock.now(),
                    stack=stack.name,
                    server=stack.server,
                )
            )
        elif found.stack != stack.name:
            raise NameTaken(f"there is an app {name} already", hint="Give the stack another name with --name.")

    @contextmanager
    def held(self, stack: str) -> Iterator[None]:
        """Let no release of a stack begin.

        Raises:
            WrongState: One is running.
        """
        with self._lock:
            self._demand_idle(stack)
            self._held.add(stack)
        try:
            yield
        finally:
            self._held.discard(stack)

    def _demand_idle(self, stack: str) -> None:
        if stack in self._held:
            raise WrongState(f"the stack {stack} is being deleted", hint="Wait until it is gone.")
        for release in self._records[RELEASES].where(stack=stack, state=DeploymentState.RUNNING.value):
            raise WrongState(
                f"the release {release.id} is running",
                hint=f"Wait for it, or cancel it: sh0 stacks cancel {stack} {release.id}",
            )

    def cancel(self, release: Release) -> None:
        """Ask a release to stop; it does unless its services are live already.

        Raises:
            WrongState: It has ended.
        """
        event = self._cancelled.get(release.id)
        if release.state.ended or event is None:
            hint = f"What serves now: sh0 stacks status {release.stack}"
            raise WrongState(f"{stands(release.id, release.state)}: there is nothing to cancel", hint=hint)
        event.set()

    def wait(self, release: str, timeout: float) -> Release:
        """Wait until a release has ended; returns it as it is then, or at the end of the time."""
        with self._ended:
            self._ended.wait_for(lambda: self._records[RELEASES].get(release).state.ended, timeout)
        return self._records[RELEASES].get(release)

    def unfinished(self) -> list[Release]:
        """Releases that were running when the platform was last there."""
        return self._records[RELEASES].where(state=DeploymentState.RUNNING.value)

    def settle(self, releases: Iterable[Release]) -> None:
        """At start: end what was cut off. Its deployments are ended by the reconciler, each like any other.

        What the reconciler has started again for it gets a while to be healthy; its failure says what is not.
        """
        begun = time.monotonic()
        for release in releases:
            live = self._records[STACKS].get(release.stack).live == release.id
            state = DeploymentState.LIVE if live else DeploymentState.INTERRUPTED
            text = f"{release.id} was cut off when the platform stopped"
            failure = None
            if not live:
                apps = [app.name for app in self._records[APPS].where(stack=release.stack, order="name")]
                wrong = restoring.unhealthy(self._bench.rollout, apps, self._bench.shutdown, begun, AT_START)
                redact = redactor_of(self._records, apps)
                failure = Failure("interrupted", text, "Bring the stack up again.")
                failure = restoring.with_problems(failure, map(redact, wrong))
                text = failure.message
            self._records[RELEASES].change(release.id, state=state, failure=failure, finished=self._bench.clock.now())
            self._logs.writer(release.id).state(state, stands(release.id, state) if live else text)
            payload = ReleasePayload(release.stack, release.id, failure.code if failure else None)
            self._bench.journal.emit(ENDED_RELEASES[state], payload, text)

    def stop(self, timeout: float) -> None:
        """Wait for those that run; the platform is closing, which they notice."""
        for event in list(self._cancelled.values()):
            event.set()
        for thread in list(self._threads.values()):
            thread.join(timeout)


def _write(texts: Mapping[str, str], tree: Path) -> None:
    for path, text in texts.items():
        target = (tree / path).resolve()
        if not target.is_relative_to(tree.resolve()):
            raise Invalid(f"{path} leads out of the project", hint="Name files relative to it.")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
