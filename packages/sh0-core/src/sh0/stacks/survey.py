"""What is there before a release: the stack's own services, names of others, images, volumes."""

import os
from collections.abc import Mapping
from pathlib import Path

import attrs

from sh0.codec import structure
from sh0.compose.host_paths import canonical
from sh0.compose.model import ComposeProject
from sh0.compose.permissions import Allowed
from sh0.compose.services import BindMount
from sh0.compose.volumes import bound
from sh0.context import Context
from sh0.errors import Invalid, InvalidValue, WrongState
from sh0.image_names import qualified, refusal
from sh0.ports.runtime import Runtime
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS
from sh0.records.domain import HOST_NAMES
from sh0.records.stack import RELEASES, STACKS, Stack
from sh0.records.variable import VARIABLES
from sh0.serving.limits import DefaultMemory
from sh0.stacks.folder import mounted_files
from sh0.stacks.naming import stack_slug
from sh0.stacks.planner import DeclaredVolumes, Existing, KnownImage, Situation
from sh0.stacks.request import UpRequest
from sh0.values import LOCAL, ServerName, StackName


class Survey:
    """Looks at records and engine; decides nothing.

    Args:
        context: What is deployed, the servers with images and volumes, and the home, which no stack gets without a
            permission that says so.
        default_memory: What a container may use for which the file sets no limit.
    """

    def __init__(self, context: Context, default_memory: DefaultMemory) -> None:
        self._default_memory = default_memory
        self._records, self._fleet = context.records, context.fleet
        self._settings, self._home_id = context.settings, context.home_id
        paths = (str(context.home.path), context.settings.engine.removeprefix("unix://"))
        self._guarded = tuple(dict.fromkeys(each for path in paths for each in (path, os.path.realpath(path))))

    def situation(
        self,
        request: UpRequest,
        project: ComposeProject,
        declared: Mapping[str, DeclaredVolumes],
        tree: Path,
        images: Mapping[str, str] | None = None,
    ) -> Situation:
        """What a plan for this project depends on.

        Args:
            request: What is asked for; its stack has a name.
            project: What the files say.
            declared: What Dockerfiles say of the volumes of images that are to be built, by service.
            tree: Where they are.
            images: Content ids of images by service, where they are known already.

        Raises:
            NotFound: There is no server as it is asked for.
            WrongState: The stack runs on another one.
        """
        stack, record = request.stack, self._records[STACKS].find(request.stack)
        server = _server(request, record)
        runtime = self._fleet.at(server).runtime
        return Situation(
            stack=stack,
            home_id=self._home_id,
            base_domain=self._settings.base_domain,
            new=record is None,
            existing=self.existing(stack),
            apps=self._others(stack),
            images=_images(runtime, project, images or {}),
            declared={name: _completed(runtime, each) for name, each in declared.items()},
            volumes=frozenset(volume.name for volume in runtime.volumes()),
            files=mounted_files(tree, project),
            real=_real(project),
            guarded=self._guarded,
            sealed=request.sealed,
            allowed=Allowed(request.allow, frozenset(record.permissions if record else ())),
            server=server,
            default_memory=self._default_memory.at(server),
        )

    def existing(self, stack: str) -> dict[str, Existing]:
        """The services that a stack has, by their names in the Compose file."""
        records = self._records
        record = records[STACKS].find(stack)
        live = records[RELEASES].find(record.live) if record and record.live else None
        names = {each.app: each.service for each in live.services} if live else {}
        found = {}
        for app in records[APPS].where(stack=stack, order="name"):
            variables = records[VARIABLES].where(app=app.name)
            domains = records[HOST_NAMES].where(app=app.name, order="created, host")
            found[names.get(app.name, app.name.removeprefix(f"{stack}-"))] = Existing(
                live=records[DEPLOYMENTS].find(app.live) if app.live else None,
                environment={each.name: each.value for each in variables},
                marked=tuple(each.name for each in variables if each.secret),
                hosts={domain.host: domain.port for domain in domains if not domain.generated},
                generated={domain.host: domain.port for domain in domains if domain.generated},
                stopped=app.stopped,
            )
        return found

    def _others(self, stack: str) -> dict[str, str]:
        """Names of apps and host names that are not this stack's: whose they are."""
        apps = {app.name: app.stack for app in self._records[APPS].where()}
        others = {name: f"the stack {of}" if of else "an app of its own" for name, of in apps.items() if of != stack}
        hosts = {
            domain.host: f"the app {domain.app}"
            for domain in self._records[HOST_NAMES].where()
            if apps.get(domain.app) != stack
        }
        return {**others, **hosts}


def _server(request: UpRequest, record: Stack | None) -> ServerName:
    if record is None:
        return request.server or LOCAL
    if request.server not in (None, record.server):
        raise WrongState(
            f"the stack {record.name} runs on the server {record.server}",
            hint="Leave the server out, or give the stack another name: a stack does not move to another server.",
        )
    return record.server


def _images(runtime: Runtime, project: ComposeProject, known: Mapping[str, str]) -> dict[str, KnownImage]:
    found = {}
    for name, service in project.services.items():
        reference = known.get(name) or ("" if service.build is not None else service.image)
        facts = runtime.image(qualified(reference)) if reference else None
        if facts is not None:
            found[name] = KnownImage(facts.id, facts.volumes)
    return found


def _completed(runtime: Runtime, declared: DeclaredVolumes) -> DeclaredVolumes:
    """The same with the volumes of the image that it is built on, where the server has that one."""
    base = declared.base
    if base == "scratch":
        return attrs.evolve(declared, complete=True)
    facts = None if not base or "$" in base or refusal(base) else runtime.image(qualified(base))
    if facts is None:
        return declared
    return attrs.evolve(declared, paths=tuple(dict.fromkeys((*facts.volumes, *declared.paths))), complete=True)


def _real(project: ComposeProject) -> dict[str, str]:
    """Where the paths of the host that a project mounts lead, if they are links or lie behind one."""
    mounts = [mount for service in project.services.values() for mount in service.mounts]
    paths = {mount.source for mount in mounts if isinstance(mount, BindMount) and not mount.inside}
    folders = (bound(volume.driver, volume.options) for volume in project.volumes.values())
    paths |= {folder[0] for folder in folders if folder is not None}
    found = {path: canonical(os.path.realpath(path)) for path in paths if path.startswith("/")}
    return {path: real for path, real in found.items() if real != path}


def stack_name(given: str, project: ComposeProject) -> str:
    """Name of the stack: as given, else as the project is called.

    Raises:
        Invalid: There is none, or it is none for a stack.
    """
    name = given or stack_slug(project.name)
    if not name:
        raise Invalid("the stack has no name", hint="Give it one with --name, or write name: in the file.")
    try:
        return str(structure(name, StackName))
    except InvalidValue as error:
        raise Invalid(str(error.details["reason"]), hint="Give it another name with --name.") from None
