"""Records of deployments."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import attrs

from sh0.ports.container import ContainerSpec
from sh0.process_values import ReplicaCount
from sh0.records.app import NOTHING_DECLARED, WEB, App, Declared, HealthCheck, ProcessSettings, Resources
from sh0.records.run import EventKind, Failure
from sh0.records.settings_change import NO_CHANGES, SettingsChange
from sh0.records.volume import VolumeMount
from sh0.store import TableSpec
from sh0.values import (
    LOCAL,
    AppName,
    Branch,
    ByteSize,
    DomainName,
    EnvName,
    GitUrl,
    ImageRef,
    Port,
    ProcessName,
    Secret,
    ServerName,
    Words,
)


class Step(StrEnum):
    """The nine steps, in order.

    Attributes:
        FETCH: The source arrives: a commit, an upload, a repository elsewhere.
        ANALYSE: What the source is, and how it is built; its ``sh0.yaml`` and the checks.
        BUILD: Its image is made, pulled, or taken from before.
        RELEASE: The release command of the version runs, once.
        START: New containers start next to those that serve.
        CHECK: They are waited for until each of them is ready.
        ROUTE: Host names lead to the new containers from here on.
        DRAIN: The old containers answer what they have begun, and are stopped.
        FINISH: What is needed no more is removed.
    """

    FETCH = "fetch"
    ANALYSE = "analyse"
    BUILD = "build"
    RELEASE = "release"
    START = "start"
    CHECK = "check"
    ROUTE = "route"
    DRAIN = "drain"
    FINISH = "finish"


class DeploymentState(StrEnum):
    """queued → running → live, or one of four other ends.

    ``live`` is what serves now, and nothing else: it becomes ``replaced`` in the transaction that makes its successor
    live, and ``stopped`` while its app is stopped.

    Attributes:
        QUEUED: It waits for its turn.
        RUNNING: It is in one of its steps.
        LIVE: It serves now.
        REPLACED: It served, until its successor did.
        STOPPED: It would serve, and its app is stopped.
        FAILED: It did not go live; its failure says why.
        CANCELLED: Somebody ended it before it was live.
        SUPERSEDED: A newer one took its place in the queue.
        INTERRUPTED: The daemon ended while it ran.
    """

    QUEUED = "queued"
    RUNNING = "running"
    LIVE = "live"
    REPLACED = "replaced"
    STOPPED = "stopped"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (DeploymentState.QUEUED, DeploymentState.RUNNING)

    @property
    def served(self) -> bool:
        """Whether it went live, and serves still or has served once."""
        return self in SERVED


SERVED = (DeploymentState.LIVE, DeploymentState.REPLACED, DeploymentState.STOPPED)


class Reason(StrEnum):
    """Why there is a deployment.

    Attributes:
        PUSH: Somebody pushed with git.
        UPLOAD: Somebody uploaded a folder.
        GIT: A branch of a repository elsewhere was asked for.
        IMAGE: An image was asked for.
        REDEPLOY: The source of an earlier deployment was asked for again.
        ROLLBACK: An earlier version was asked for again.
        RESTART: The app was restarted.
        SCALE: The number of its containers changed.
        ENVIRONMENT: Its variables changed.
        CONFIGURE: Its settings changed.
        START: It was stopped, and was started.
        COMPOSE: A release of its stack brought it.
        REBUILD: Its image was gone from the engine, and is made again.
    """

    PUSH = "push"
    UPLOAD = "upload"
    GIT = "git"
    IMAGE = "image"
    REDEPLOY = "redeploy"
    ROLLBACK = "rollback"
    RESTART = "restart"
    SCALE = "scale"
    ENVIRONMENT = "environment"
    CONFIGURE = "configure"
    START = "start"
    COMPOSE = "compose"
    REBUILD = "rebuild"


SETTINGS = (Reason.RESTART, Reason.SCALE, Reason.ENVIRONMENT, Reason.CONFIGURE)
"""Reasons to deploy the version that serves once more. They start no app that is stopped."""


@attrs.frozen
class PushedRevision:
    """A commit in the app's own repository, or in the quarantine of a push that is waiting for the answer.

    Attributes:
        commit: Full id.
        branch: Branch it was pushed to.
        quarantine: Name of the folder that git keeps it in meanwhile; empty once the push is over.
        previous: What the branch led to before the push; forty zeros for nothing. None if that is not known.
    """

    kind: ClassVar[str] = "push"
    commit: str
    branch: Branch
    quarantine: str = ""
    previous: str | None = None


@attrs.frozen
class UploadedArchive:
    """A tree that somebody sent.

    Attributes:
        archive: Name of the file in the home's upload folder.
        label: What to call the revision.
    """

    kind: ClassVar[str] = "upload"
    archive: str
    label: str = ""


@attrs.frozen
class RemoteRepository:
    """A branch of a repository elsewhere; a private one opens with the app's deploy key.

    Attributes:
        url: Where it is.
        branch: Which branch.
    """

    kind: ClassVar[str] = "git"
    url: GitUrl
    branch: Branch = "main"


@attrs.frozen
class RegistryImage:
    """An image that is already built.

    Attributes:
        image: Its reference.
    """

    kind: ClassVar[str] = "image"
    image: ImageRef


@attrs.frozen
class SameImage:
    """The image of an earlier deployment; None means whichever is live when the turn comes.

    Attributes:
        deployment: Id of that deployment.
    """

    kind: ClassVar[str] = "same"
    deployment: str | None = None


@attrs.frozen
class ComposeService:
    """A service of a stack, as a release of the stack has it.

    Attributes:
        release: Id of the release.
        service: Name of the service in the Compose file.
    """

    kind: ClassVar[str] = "compose"
    release: str
    service: str


Source = PushedRevision | UploadedArchive | RemoteRepository | RegistryImage | SameImage | ComposeService
Fetchable = RemoteRepository | RegistryImage


class UpdateOrder(StrEnum):
    """Whether a new container starts before the old one stops, or after.

    Attributes:
        START_FIRST: The new container takes over before the old one stops, without a gap.
        STOP_FIRST: The old container stops before the new one starts, for what cannot run twice.
    """

    START_FIRST = "start-first"
    STOP_FIRST = "stop-first"


@attrs.frozen
class Snapshot:
    """What a deployment runs with, besides its image.

    Attributes:
        environment: Variables, sealed at rest.
        hosts: Host names that lead to the app.
        resources: What each container may use.
        health: When a container counts as ready.
        replicas: How many containers of the process ``web``.
        port: Port the app was told to listen on, or None while the source decides. A service of a stack to which no
            host name leads has none.
        host_ports: Host names that lead to another port than that one.
        container: How its containers are run, if it is a service of a stack.
        network: "host" or "none" instead of the project's network; empty for that.
        job: Whether it ends by itself: it is done when it has ended with exit code 0.
        update_order: Whether a new container starts before the old one stops; None: told from what they use.
        declared: What the source declares; the settings among it are in the other attributes already.
        marked: Names of the variables that are secrets though their names do not say so.
        default_memory: What each container may use where its resources say nothing; None and 0 for no limit.
        volumes: Its volumes, those of its source and its image among them.
        shared: Variables of its project, sealed at rest; those of `environment` lie over them.
        processes: What single processes run with, by their names.
        release: Command that runs before a new version starts; empty: what its source says.
        build: Variables that its image was built with, sealed at rest; they lie over those that the source declares.
        commit: Id of the commit that its image was built from; empty if it was not built from one.
        branch: Branch that the commit was taken from; empty if there is none.
    """

    environment: Mapping[EnvName, Secret]
    hosts: tuple[str, ...]
    resources: Resources
    health: HealthCheck
    replicas: ReplicaCount
    port: Port | None
    host_ports: Mapping[DomainName, Port] = attrs.field(factory=dict)
    container: ContainerSpec | None = None
    network: str = ""
    job: bool = False
    update_order: UpdateOrder | None = None
    declared: Declared = NOTHING_DECLARED
    marked: tuple[EnvName, ...] = ()
    default_memory: ByteSize | None = None
    volumes: tuple[VolumeMount, ...] = ()
    shared: Mapping[EnvName, Secret] = attrs.field(factory=dict)
    processes: Mapping[ProcessName, ProcessSettings] = attrs.field(factory=dict)
    release: Words = ""
    build: Mapping[EnvName, Secret] = attrs.field(factory=dict)
    commit: str = ""
    branch: str = ""

    @property
    def memory(self) -> ByteSize:
        """What each container may use; 0 for no limit."""
        own = self.resources.memory
        return (self.default_memory or ByteSize(0)) if own is None else own

    @property
    def variables(self) -> dict[str, Secret]:
        """Every variable that it runs with: its own, over its project's, over those that the source declares."""
        return {**self.made_of, **self.declared.environment, **self.shared, **self.environment}

    @property
    def made_of(self) -> dict[str, Secret]:
        """Variables that say what its image was built from, as far as that is known."""
        told = {"SOURCE_COMMIT": self.commit, "SOURCE_BRANCH": self.branch}
        return {name: Secret(value) for name, value in told.items() if value}

    @property
    def build_variables(self) -> dict[str, Secret]:
        """Every variable that its image was built with, but those that say of what."""
        return {**self.declared.build, **self.build}

    @property
    def brought(self) -> dict[str, Secret]:
        """Variables that the source brings (Compose file, ``sh0.yaml``); those that are set lie over them."""
        own = {} if self.container is None else dict(self.container.environment)
        return {**own, **self.declared.environment}


@attrs.frozen
class StepTiming:
    """How a step went.

    Attributes:
        step: Which.
        seconds: How long it took.
        skipped: Whether there was nothing to do.
    """

    step: Step
    seconds: float
    skipped: bool = False


@attrs.frozen
class Deployment:
    """One attempt to bring a version of an app to life; immutable but for its progress.

    Attributes:
        id: ``<app>-<number>``.
        app: Which app.
        number: Counts up per app.
        reason: Why.
        source: What is deployed.
        revision: Short name of the version (an abbreviated commit, a tree's digest, an image).
        image: Content id of the image, once known.
        snapshot: What it runs with.
        requested_by: Who asked.
        state: How far it is.
        step: Step that runs or ran last.
        steps: Steps that ended, with their times.
        failure: Why it did not go live.
        created: When it was asked for.
        started: When its turn came.
        finished: When it ended.
        changes: Settings that it changes: they are in its snapshot, and become the app's own when it goes live.
        warnings: What it warned of, in the order of its log.
        process: The one process whose containers it replaces, and goes on with the others; None: it replaces all.
    """

    id: str
    app: AppName
    number: int
    reason: Reason
    source: Source
    revision: str
    image: str | None
    snapshot: Snapshot
    requested_by: str
    state: DeploymentState
    step: Step | None
    steps: tuple[StepTiming, ...]
    failure: Failure | None
    created: datetime
    started: datetime | None
    finished: datetime | None
    changes: SettingsChange = NO_CHANGES
    warnings: tuple[str, ...] = ()
    process: ProcessName | None = None


@attrs.frozen
class ConfiguredApp(App):
    """An app after a request to change its settings.

    Attributes:
        deployment: Brings the changed settings: they become the app's own when it is live. None where they are so
            already, because no version serves that could prove them.
    """

    deployment: Deployment | None = None


@attrs.frozen
class Placement:
    """A container of a deployment and the address it holds.

    Attributes:
        container: The engine's name of it.
        app: Whose.
        deployment: Of which deployment.
        replica: Which one of its process, from 1.
        network: The engine's name of the network.
        address: Fixed address in that network.
        port: Port that requests are led to, or None if none are.
        process: Which of the app's processes; only ``web`` gets requests.
        server: Server that it is on.
    """

    container: str
    app: str
    deployment: str
    replica: int
    network: str
    address: str
    port: int | None
    process: str = WEB
    server: ServerName = LOCAL


@attrs.frozen
class DeploymentEvent:
    """One line of a deployment's log.

    Attributes:
        time: When.
        kind: What it says.
        step: During which step.
        text: The line.
        state: The new state, in lines of kind ``state``.
    """

    time: datetime
    kind: EventKind
    step: Step | None
    text: str
    state: DeploymentState | None = None


@attrs.frozen
class Change:
    """A difference between two deployments. Values of variables are never shown.

    Attributes:
        what: What differs, as in ``replicas`` or ``variable COLOUR``.
        before: What it is in the first, in words; ``none`` or ``unset`` where it has none.
        after: What it is in the second, in words.
    """

    what: str
    before: str
    after: str


DEPLOYMENTS = TableSpec("deployments", Deployment, ("id",), "deployment")


PLACEMENTS = TableSpec("placements", Placement, ("container",), "container")
