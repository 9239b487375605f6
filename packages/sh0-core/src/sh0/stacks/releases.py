"""Releases of stacks: one at a time per stack, stacks side by side."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from sh0.compose.model import ComposeProject
from sh0.context import Context
from sh0.errors import BadArchive, Cancelled, Invalid, NameTaken
from sh0.jobs.engine import Engine
from sh0.operations import current_caller
from sh0.ports.confinement import Confined
from sh0.records.app import APPS, App, HealthCheck, Resources
from sh0.records.deployment import DeploymentState
from sh0.records.project import PROJECTS, Project
from sh0.records.stack import STACKS, Release, ReleaseReason, Stack, StackPlan
from sh0.serving.routing import free_slot
from sh0.source.unpack import UnpackLimits, unpack
from sh0.stacks import planner
from sh0.stacks.folder import SECONDS, declared_volumes, kept_texts, read_folder
from sh0.stacks.moves import Moves
from sh0.stacks.naming import app_names
from sh0.stacks.planner import DeclaredVolumes
from sh0.stacks.request import Prepared, UpRequest, demand_permissions
from sh0.stacks.survey import stack_name
from sh0.stacks.work import Back, ReleaseParts, Up, apps_of
from sh0.values import ServerName

_ARCHIVE = re.compile(r"[0-9a-f]{32}\.upload")


class Releases:
    """Begins releases.

    Args:
        context: Where they are kept, and the folder for trees.
        parts: What they are carried out with.
        engine: Carries them out.
    """

    def __init__(self, context: Context, parts: ReleaseParts, engine: Engine[Release]) -> None:
        self._context, self._parts, self._engine = context, parts, engine
        self._records, self._work, self._settings = context.records, context.work, context.settings

    def busy(self) -> frozenset[str]:
        """Apps of the stacks that have a release running."""
        return frozenset(app for stack in self._engine.busy() for app in apps_of(self._records, stack))

    def held(self, stack: str) -> AbstractContextManager[None]:
        """Let no release of a stack begin.

        Raises:
            WrongState: One is running.
        """
        return self._engine.held(stack)

    def _unpack(self, archive: str, tree: Path) -> None:
        if not _ARCHIVE.fullmatch(archive):
            raise BadArchive(f"{archive!r:.80} is no archive that was sent", hint="Send the folder first.")
        try:
            with open(self._work.path / archive, "rb") as stream:
                unpack(stream, tree, UnpackLimits(total_bytes=int(self._settings.upload_limit)), self._proceed)
        except FileNotFoundError:
            raise BadArchive("what was sent is no longer there", hint="Send the folder again.") from None

    def _proceed(self) -> None:
        if self._context.shutdown.begun:
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
        situation = self._parts.survey.situation(request, found, declared, tree)
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
        with self._work.tree() as tree:
            fill(tree)
            images, survey = self._parts.images, self._parts.survey
            with self._parts.confinement.open(self._proceed) as confined:
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
        tree = self._work.make()
        try:
            fill(tree)
            with self._parts.confinement.open(self._proceed) as confined:
                prepared = self._prepare(request, tree, confined)
            return self.up(prepared)  # it removes the tree when it has ended
        except BaseException:
            self._work.remove(tree)
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

        def make(number: int) -> Release:
            stack = self._stack(request.stack, prepared.situation.server)
            for app in app_names(stack.name, project.services).values():
                self._app(app, stack)
            return self._release(
                stack.name,
                number,
                ReleaseReason.TEMPLATE if request.template else ReleaseReason.UP,
                permissions=tuple(sorted({need.permission for need in plan.needs})),
                files=kept_texts(prepared.tree, project),
                variables=request.variables,
                marked=request.marked,
                profiles=request.profiles,
                template=request.template or stack.template,
            )

        return self._engine.begin(request.stack, make, lambda run: Up(self._parts, run, prepared))

    def back(self, stack: Stack, target: Release, decide: Callable[[], Moves]) -> Release:
        """Begin a rollback.

        Raises:
            WrongState: A release of the stack is running.
        """

        def make(number: int) -> Release:
            return self._release(
                stack.name,
                number,
                ReleaseReason.ROLLBACK,
                permissions=tuple(sorted({*target.permissions})),
                files=target.files,
                variables=target.variables,
                marked=target.marked,
                profiles=target.profiles,
                template=target.template,
            )

        return self._engine.begin(stack.name, make, lambda run: Back(self._parts, run, decide))

    def _release(self, stack: str, number: int, reason: ReleaseReason, **fields: Any) -> Release:
        return Release(
            id=f"{stack}.{number}",
            stack=stack,
            number=number,
            reason=reason,
            services=(),
            requested_by=str(current_caller()),
            state=DeploymentState.RUNNING,
            step=None,
            steps=(),
            failure=None,
            created=self._context.clock.now(),
            finished=None,
            **fields,
        )

    def _stack(self, name: str, server: ServerName) -> Stack:
        """The stack of that name; a new one gets a project of its own.

        Raises:
            NameTaken: There is a project of that name, which is no stack's.
        """
        records, now = self._records, self._context.clock.now()
        if (found := records[STACKS].find(name)) is not None:
            return found
        if records[PROJECTS].find(name) is not None:
            raise NameTaken(
                f"there is a project {name}, and a stack has a project of its own", hint="Choose another --name."
            )
        records[PROJECTS].insert(Project(name, f"sh0-{self._context.home_id}-{name}", {}, now))
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
                    created=self._context.clock.now(),
                    stack=stack.name,
                    server=stack.server,
                )
            )
        elif found.stack != stack.name:
            raise NameTaken(f"there is an app {name} already", hint="Give the stack another name with --name.")


def _write(texts: Mapping[str, str], tree: Path) -> None:
    for path, text in texts.items():
        target = (tree / path).resolve()
        if not target.is_relative_to(tree.resolve()):
            raise Invalid(f"{path} leads out of the project", hint="Name files relative to it.")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
