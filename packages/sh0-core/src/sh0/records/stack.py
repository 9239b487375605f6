"""Records of stacks."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import attrs

from sh0.compose.model import Note, PermissionKind
from sh0.compose.permissions import Permission
from sh0.records.app import AppState
from sh0.records.deployment import Change, DeploymentState, Step, StepTiming
from sh0.records.run import Failure
from sh0.store import TableSpec
from sh0.values import LOCAL, AppName, DomainName, EnvName, Port, ProjectName, Secret, ServerName, StackName


@attrs.frozen
class TemplateOrigin:
    """Which template made a stack.

    Attributes:
        name: Name of the template.
        revision: Its revision at that time.
    """

    name: str
    revision: int


@attrs.frozen
class Stack:
    """The services of a Compose file, on a network of their own.

    Attributes:
        name: Unique on this platform.
        project: Project whose network its services are on; nothing else is.
        live: Id of the release that serves, if any.
        template: Which template made it, if one did.
        permissions: What the operator has allowed the release that serves, each with its exact subject.
        created: When it was made.
        server: Server that it runs on.
    """

    name: StackName
    project: ProjectName
    live: str | None
    template: TemplateOrigin | None
    permissions: tuple[Permission, ...]
    created: datetime
    server: ServerName = LOCAL


class Action(StrEnum):
    """What a release does with a service.

    Attributes:
        CREATE: It is new.
        START_FIRST: A new container starts next to the old one, and takes over without a gap.
        RECREATE: The old container is stopped before the new one starts.
        UNCHANGED: It is not touched.
        REMOVE: The file has it no more.
    """

    CREATE = "create"
    START_FIRST = "start-first"
    RECREATE = "recreate"
    UNCHANGED = "unchanged"
    REMOVE = "remove"


class ReleaseReason(StrEnum):
    """Why there is a release.

    Attributes:
        UP: A Compose file was brought up.
        TEMPLATE: A template was deployed or updated.
        ROLLBACK: An earlier release was asked for again.
    """

    UP = "up"
    TEMPLATE = "template"
    ROLLBACK = "rollback"


@attrs.frozen
class ReleasedService:
    """A service in a release.

    Attributes:
        service: Its name in the Compose file.
        app: Name of the app that it is.
        action: What the release did with it.
        deployment: Id of the deployment that it is after the release; None for one that was removed.
        image: Its image, as the file names it.
    """

    service: str
    app: AppName
    action: Action
    deployment: str | None
    image: str


@attrs.frozen
class Release:
    """One attempt to bring a version of a stack to life; immutable but for its progress.

    Attributes:
        id: ``<stack>.<number>``.
        stack: Which stack.
        number: Counts up per stack.
        reason: Why.
        template: Which template it is of, if any.
        files: The files that it was read from, sealed at rest.
        variables: Variables that were given for them, sealed at rest.
        profiles: Profiles that were on.
        permissions: What the operator had allowed, of what it asks for.
        services: Its services, in the order of their start.
        requested_by: Who asked.
        state: How far it is.
        step: Step that runs or ran last.
        steps: Steps that ended, with their times.
        failure: Why it did not go live.
        created: When it was asked for, and began.
        finished: When it ended.
        warnings: What it warned of, in the order of its log.
        marked: Names of its variables that are secrets though their names do not say so.
    """

    id: str
    stack: StackName
    number: int
    reason: ReleaseReason
    template: TemplateOrigin | None
    files: Mapping[str, Secret]
    variables: Mapping[EnvName, Secret]
    profiles: tuple[str, ...]
    permissions: tuple[Permission, ...]
    services: tuple[ReleasedService, ...]
    requested_by: str
    state: DeploymentState
    step: Step | None
    steps: tuple[StepTiming, ...]
    failure: Failure | None
    created: datetime
    finished: datetime | None
    warnings: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()


@attrs.frozen
class PlannedRoute:
    """Where a host name leads to.

    Attributes:
        host: The host name.
        port: Port of the service's containers.
    """

    host: DomainName
    port: Port


@attrs.frozen
class PlannedVolume:
    """A named volume of a stack.

    Attributes:
        key: Name in the Compose file, or what it was made from.
        name: Name on the engine.
        new: Whether there is none yet.
        why: Where it comes from, if the file does not name it.
    """

    key: str
    name: str
    new: bool
    why: str = ""


@attrs.frozen
class PlannedService:
    """What a release would do with a service.

    Attributes:
        service: Its name in the Compose file.
        app: Name of the app that it is.
        action: What is done with it.
        why: Reasons: why it has to be recreated, or what differs.
        image: Its image, or the folder that it is built from.
        after: Services that must be there first.
        replicas: How many containers.
        job: Whether it ends by itself.
        routes: Host names that lead to it.
        published: Ports of the host that lead to it, as in ``127.0.0.1:5432 → 5432/tcp``.
        volumes: Names of the volumes that it mounts.
        check: How it is told that it is healthy.
    """

    service: str
    app: AppName
    action: Action
    why: tuple[str, ...]
    image: str
    after: tuple[str, ...]
    replicas: int
    job: bool
    routes: tuple[PlannedRoute, ...]
    published: tuple[str, ...]
    volumes: tuple[str, ...]
    check: str


@attrs.frozen
class NeededPermission:
    """Something that an operator must allow first.

    Attributes:
        allow: What kind of thing, as ``--allow`` takes it.
        subject: What exactly: the path with its mode, the port, the device, the capability, the option. It is what is
            remembered, and ``--allow`` takes it behind the kind and a colon.
        service: Which service asks for it; empty if the stack does.
        message: What it would let happen.
        where: Where it is written.
        given: Whether it is allowed already.
    """

    allow: PermissionKind
    subject: str
    service: str
    message: str
    where: str
    given: bool

    @property
    def permission(self) -> Permission:
        """The permission that it takes."""
        return Permission(self.allow, self.subject, self.service)


@attrs.frozen
class StackPlan:
    """What a release of a stack would do, decided before anything is touched.

    Attributes:
        stack: Name of the stack.
        new: Whether there is no such stack yet.
        services: What is done with each service, in the order of their start; those that are removed come last.
        volumes: Its volumes; none is ever removed by a release.
        needs: What must be allowed, and whether it is.
        notes: What sh0 does not honour, or does in another way, with the places in the files.
        unknown: What could not be known without the platform, or before images are there.
    """

    stack: str
    new: bool
    services: tuple[PlannedService, ...]
    volumes: tuple[PlannedVolume, ...]
    needs: tuple[NeededPermission, ...]
    notes: tuple[Note, ...]
    unknown: tuple[str, ...]


@attrs.frozen
class ServiceStatus:
    """A service of a stack as it is now.

    Attributes:
        service: Its name in the Compose file.
        app: Name of the app that it is.
        state: What it is doing, in a word.
        deployment: Deployment that runs.
        image: Its image, as the file names it.
        urls: Where it is reached.
        containers: How many containers run.
    """

    service: str
    app: str
    state: AppState
    deployment: str | None
    image: str
    urls: tuple[str, ...]
    containers: int


@attrs.frozen
class StackStatus:
    """A stack as it is now.

    Attributes:
        stack: Its name.
        live: Release that serves.
        running: Release that is under way, if one is.
        services: Its services.
    """

    stack: str
    live: str | None
    running: str | None
    services: tuple[ServiceStatus, ...]


@attrs.frozen
class ServiceChange:
    """What differs in a service between two releases.

    Attributes:
        service: Which service.
        action: What going there would do with it.
        changes: The differences; values of variables stay unsaid.
    """

    service: str
    action: Action
    changes: tuple[Change, ...]


@attrs.frozen
class StackVolume:
    """A volume of a stack.

    Attributes:
        name: Name on the engine.
        used_by: Services of the live release that mount it.
    """

    name: str
    used_by: tuple[str, ...]


STACKS = TableSpec("stacks", Stack, ("name",), "stack", "sh0 stacks list")


RELEASES = TableSpec("releases", Release, ("id",), "release")
