"""Records of apps."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import attrs

from sh0.ports.container import InjectedFile
from sh0.ports.runtime import InstanceState
from sh0.records.cron import CronJob
from sh0.records.volume import Attachment
from sh0.rules.configuration import ChecksMode
from sh0.store import TableSpec
from sh0.values import (
    LOCAL,
    AppName,
    Branch,
    ByteSize,
    EnvName,
    Port,
    ProcessName,
    ProjectName,
    Replicas,
    Secret,
    ServerName,
    StackName,
    UrlPath,
)
from sh0.volume_values import VolumeName

DEFAULT_PROJECT = "default"
WEB = "web"
"""The process that gets the requests."""


@attrs.frozen
class Resources:
    """What each container of an app may use.

    Attributes:
        memory: Bytes; a container beyond it is killed and restarted. None for the platform's default, 0 for no limit.
        cpus: Cores' worth of time. None for no limit.
    """

    memory: ByteSize | None = None
    cpus: float | None = None


def said_memory(limit: ByteSize | None) -> str:
    """A memory limit in words."""
    return "the default" if limit is None else limit.words if limit else "none"


def counted(number: int, what: str) -> str:
    """A number of things in words: ``1 container``, ``2 containers``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


@attrs.frozen
class HealthCheck:
    """When a container counts as ready.

    Attributes:
        path: It must answer this path below 400. None: it must answer "/" below 500.
        timeout: Seconds that a new container has to become ready.
        port: Port that is asked for `path` instead of the app's own.
        tcp: Port that must accept connections, where nothing is asked over HTTP.
    """

    path: UrlPath | None = None
    timeout: float = 60.0
    port: Port | None = None
    tcp: Port | None = None


@attrs.frozen
class AppPort:
    """A further port of an app that the proxy leads requests to.

    Attributes:
        port: The port, in its containers.
        slot: The proxy's backend that serves it.
    """

    port: Port
    slot: int


@attrs.frozen
class Process:
    """A process of an app, in containers of its own.

    Attributes:
        command: What a shell in the container runs.
        replicas: How many containers; of the process ``web``, the app's own setting counts.
    """

    command: str
    replicas: Replicas = 1


@attrs.frozen
class Declared:
    """What the source of a version says of its app in its ``sh0.yaml``. What is None was left out.

    Processes and variables come and go with the version; settings become the app's own when it goes live.

    Attributes:
        processes: Its processes by name; ``web`` replaces the command that was detected, others get no requests.
        environment: Variables for which nobody has set another value, sealed at rest.
        port: Port that it listens on.
        replicas: How many containers get requests.
        memory: What each container may use; 0 for no limit.
        cpus: Cores' worth of time that each may use; 0 for no limit.
        health_path: It must answer this path below 400 to count as ready.
        health_timeout: Seconds that a new container has to become ready.
        cron: Jobs of cron, which come and go with the version.
        volumes: Its volumes by name.
        files: Files of the tree that its containers are given, read-only.
    """

    processes: Mapping[ProcessName, Process] = attrs.field(factory=dict)
    environment: Mapping[EnvName, Secret] = attrs.field(factory=dict)
    port: Port | None = None
    replicas: Replicas | None = None
    memory: ByteSize | None = None
    cpus: float | None = None
    health_path: UrlPath | None = None
    health_timeout: float | None = None
    cron: tuple[CronJob, ...] = ()
    volumes: Mapping[VolumeName, Attachment] = attrs.field(factory=dict)
    files: tuple[InjectedFile, ...] = ()

    def over(self, resources: Resources, health: HealthCheck) -> tuple[Resources, HealthCheck]:
        """These settings, with what is declared in their place."""
        return (
            Resources(
                resources.memory if self.memory is None else self.memory,
                resources.cpus if self.cpus is None else self.cpus or None,
            ),
            attrs.evolve(
                health,
                path=self.health_path or health.path,
                timeout=health.timeout if self.health_timeout is None else self.health_timeout,
            ),
        )


NOTHING_DECLARED = Declared()


@attrs.frozen
class App:
    """An app.

    Attributes:
        name: Unique on this platform.
        project: Whose network its containers are on.
        slot: The proxy's backend that serves it.
        port: Port that it listens on; None: found out from the source or the image.
        branch: A push of this branch deploys; another is only stored.
        root: Folder of the repository that is built, relative to its top.
        dockerfile: Path of its Dockerfile below `root`.
        replicas: How many containers serve it.
        resources: What each may use.
        health: When one counts as ready.
        stopped: Whether the operator stopped it.
        live: Id of the deployment that serves, if any.
        created: When it was made.
        stack: Stack whose service it is, or None.
        ports: Further ports that host names lead to. One that was made stays, so that a rollback finds it again.
        declared: What the source of the live version declares.
        checks: What findings of its checks do to a deployment; None: what its ``sh0.yaml`` says, else enforce.
        server: Server that it runs on.
    """

    name: AppName
    project: ProjectName
    slot: int
    port: Port | None
    branch: Branch
    root: str
    dockerfile: str
    replicas: Replicas
    resources: Resources
    health: HealthCheck
    stopped: bool
    live: str | None
    created: datetime
    stack: StackName | None = None
    ports: tuple[AppPort, ...] = ()
    declared: Declared = NOTHING_DECLARED
    checks: ChecksMode | None = None
    server: ServerName = LOCAL

    @property
    def slots(self) -> tuple[int, ...]:
        """Every backend of the proxy that serves it."""
        return (self.slot, *(port.slot for port in self.ports))


class AppState(StrEnum):
    """What an app is doing, in a word.

    Attributes:
        NEW: It has never been live.
        LIVE: Every container that should serve is healthy.
        STOPPED: Somebody stopped it; its host names answer 503.
        DEGRADED: Some of its containers are healthy, others are not.
        DOWN: None of its containers is healthy.
    """

    NEW = "new"
    LIVE = "live"
    STOPPED = "stopped"
    DEGRADED = "degraded"
    DOWN = "down"


@attrs.frozen
class AppInstance:
    """One container of an app.

    Attributes:
        container: The engine's name of it.
        deployment: Deployment that started it.
        state: What it is doing.
        address: Where the proxy reaches it.
        port: On which port, or None if no requests are led to it.
        restarts: How often the engine has restarted it.
        process: Which of the app's processes it is.
    """

    container: str
    deployment: str
    state: InstanceState
    address: str
    port: int | None
    restarts: int
    process: str = WEB


@attrs.frozen
class AppStatus:
    """An app as it is now.

    Attributes:
        app: Its name.
        state: What it is doing, in a word.
        deployment: Deployment that serves.
        urls: Where it is reached.
        instances: Its containers.
        memory: What each of its containers may use, in bytes; 0 for no limit, None before its first version.
        problem: Why it does not run, and the command that brings it back; None if it runs, or could be started.
    """

    app: str
    state: AppState
    deployment: str | None
    urls: tuple[str, ...]
    instances: tuple[AppInstance, ...]
    memory: ByteSize | None = None
    problem: str | None = None


APPS = TableSpec("apps", App, ("name",), "app", "sh0 apps list")
