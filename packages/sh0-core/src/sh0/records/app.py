"""Records of apps."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import attrs

from sh0.ports.container import InjectedFile
from sh0.ports.runtime import InstanceState
from sh0.process_values import ReplicaCount, StopSeconds
from sh0.records.cron import CronJob
from sh0.records.release_command import NO_HOOKS, Hooks, ReleaseCommand
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
    ReadinessSeconds,
    Secret,
    ServerName,
    StackName,
    StageName,
    UrlPath,
    Words,
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


@attrs.frozen
class LogRetention:
    """How much is kept of what an app prints.

    Attributes:
        keep: Seconds after which a line is removed.
        size: Bytes that all of its lines may have; the oldest make room.
    """

    keep: float = 7 * 86400.0
    size: ByteSize = ByteSize(100 << 20)

    @property
    def words(self) -> str:
        """The same for a person."""
        days, hours = self.keep / 86400, self.keep / 3600
        return f"{f'{days:g} days' if days >= 2 else f'{hours:g} hours'}, {self.size.words} at most"

    def changed(self, keep: float | None, size: ByteSize | None) -> "LogRetention":
        """The same with what is not None in its place."""
        return LogRetention(self.keep if keep is None else keep, self.size if size is None else size)


def said_memory(limit: ByteSize | None) -> str:
    """A memory limit in words."""
    return "the default" if limit is None else limit.words if limit else "none"


def counted(number: int, what: str) -> str:
    """A number of things in words: ``1 container``, ``2 containers``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


class HealthMode(StrEnum):
    """How a container is asked whether it is ready, where nothing else is chosen.

    Attributes:
        DEFAULT: One of ``web`` must answer "/" below 500, any other has to keep running.
        NONE: It is asked nothing: it has to keep running.
    """

    DEFAULT = "default"
    NONE = "none"


@attrs.frozen
class Probe:
    """How a container is asked whether it is ready; nothing of it is the default of its process.

    That of ``web`` is an answer below 500 to "/"; any other process has to keep running.

    Attributes:
        path: It must answer this path below 400.
        port: Port that is asked for `path` instead of the app's own.
        tcp: Port that must accept connections.
        command: What a shell in the container runs, and must end with exit code 0.
        none: Whether it is asked nothing: it has to keep running.
    """

    path: UrlPath | None = None
    port: Port | None = None
    tcp: Port | None = None
    command: str | None = None
    none: bool = False

    @property
    def words(self) -> str:
        """How a container is asked."""
        if self.none:
            return "nothing is asked"
        if self.tcp is not None:
            return f"port {self.tcp} accepts connections"
        if self.command is not None:
            return f"command {self.command}"
        return f"{self.path or 'the default'}{f' on port {self.port}' if self.port is not None else ''}"


@attrs.frozen
class HealthCheck:
    """When a container counts as ready.

    Attributes:
        path: It must answer this path below 400. None: it must answer "/" below 500.
        timeout: Seconds that a new container has to become ready.
        port: Port that is asked for `path` instead of the app's own.
        tcp: Port that must accept connections, where nothing is asked over HTTP.
        command: What a shell in the container runs, and must end with exit code 0, where nothing else is asked.
        none: Whether it is asked nothing: it has to keep running.
    """

    path: UrlPath | None = None
    timeout: float = 60.0
    port: Port | None = None
    tcp: Port | None = None
    command: str | None = None
    none: bool = False

    @property
    def probe(self) -> Probe:
        """How a container is asked."""
        return Probe(self.path, self.port, self.tcp, self.command, self.none)

    def with_probe(self, probe: Probe) -> "HealthCheck":
        """The same with another way of asking."""
        return HealthCheck(probe.path, self.timeout, probe.port, probe.tcp, probe.command, probe.none)


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
class ProcessSettings:
    """Settings of one process of an app; what is None is as the app has it for all of them.

    Of the process ``web``, replicas and health are settings of the app itself.

    Attributes:
        replicas: How many containers.
        memory: What each of them may use; 0 for no limit.
        cpus: Cores' worth of time that each may use; 0 for no limit.
        health: When one counts as ready.
        health_timeout: Seconds that a new one has to become ready.
        stop_timeout: Seconds that one has to end by itself when it is stopped.
    """

    replicas: ReplicaCount | None = None
    memory: ByteSize | None = None
    cpus: float | None = None
    health: Probe | None = None
    health_timeout: ReadinessSeconds | None = None
    stop_timeout: StopSeconds | None = None

    def over(self, earlier: "ProcessSettings") -> "ProcessSettings":
        """These settings, and those of `earlier` where these say nothing."""
        given = {field.name: getattr(self, field.name) for field in attrs.fields(ProcessSettings)}
        return attrs.evolve(earlier, **{name: value for name, value in given.items() if value is not None})


@attrs.frozen
class Process:
    """A process of an app, in containers of its own.

    Attributes:
        command: What a shell in the container runs; empty: what the image starts by itself.
        replicas: How many containers it has until somebody scales it; of ``web``, the app's own setting counts.
        settings: What its declaration says of it; that becomes the app's own setting when the version goes live.
    """

    command: str
    replicas: ReplicaCount = 1
    settings: ProcessSettings = ProcessSettings()


def overlaid(
    earlier: Mapping[ProcessName, ProcessSettings], later: Mapping[ProcessName, ProcessSettings]
) -> dict[ProcessName, ProcessSettings]:
    """Settings of processes, one set over another."""
    return {**earlier, **{name: each.over(earlier.get(name, ProcessSettings())) for name, each in later.items()}}


@attrs.frozen
class Declared:
    """What the source of a version says of its app in its ``sh0.yaml`` and its ``Procfile``. What is None was left out.

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
        health: How a container that gets requests is asked otherwise.
        web: Whether there is a process that gets requests.
        release: Command that runs before its containers start.
        hooks: What is done before and after the requests are led to it.
        build: Variables of its build for which nobody has set another value, sealed at rest.
        build_secrets: Names of variables that its build may mount as secrets.
        log_keep: Seconds after which a line that it prints is removed.
        log_size: Bytes that all of its lines may have.
    """

    processes: Mapping[ProcessName, Process] = attrs.field(factory=dict)
    environment: Mapping[EnvName, Secret] = attrs.field(factory=dict)
    port: Port | None = None
    replicas: ReplicaCount | None = None
    memory: ByteSize | None = None
    cpus: float | None = None
    health_path: UrlPath | None = None
    health_timeout: float | None = None
    cron: tuple[CronJob, ...] = ()
    volumes: Mapping[VolumeName, Attachment] = attrs.field(factory=dict)
    files: tuple[InjectedFile, ...] = ()
    health: Probe | None = None
    web: bool = True
    release: ReleaseCommand | None = None
    hooks: Hooks = NO_HOOKS
    build: Mapping[EnvName, Secret] = attrs.field(factory=dict)
    build_secrets: tuple[EnvName, ...] = ()
    log_keep: float | None = None
    log_size: ByteSize | None = None

    def over(self, resources: Resources, health: HealthCheck) -> tuple[Resources, HealthCheck]:
        """These settings, with what is declared in their place."""
        asked = health if self.health is None else health.with_probe(self.health)
        if self.health is None and self.health_path:
            asked = attrs.evolve(health, path=self.health_path, tcp=None, command=None, none=False)
        return (
            Resources(
                resources.memory if self.memory is None else self.memory,
                resources.cpus if self.cpus is None else self.cpus or None,
            ),
            attrs.evolve(asked, timeout=health.timeout if self.health_timeout is None else self.health_timeout),
        )

    @property
    def settings(self) -> dict[ProcessName, ProcessSettings]:
        """What it says of single processes."""
        said = {name: each.settings for name, each in self.processes.items()}
        return {name: each for name, each in said.items() if each != ProcessSettings()}


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
        replicas: How many containers serve it; 0 for an app that gets no requests.
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
        processes: What is set for single processes of it, by their names.
        logs: How much is kept of what it prints.
        release: Command that runs before a new version starts; empty: what its source says.
        target: Stage of its Dockerfile that is built; empty for the last.
    """

    name: AppName
    project: ProjectName
    slot: int
    port: Port | None
    branch: Branch
    root: str
    dockerfile: str
    replicas: ReplicaCount
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
    processes: Mapping[ProcessName, ProcessSettings] = attrs.field(factory=dict)
    logs: LogRetention = LogRetention()
    release: Words = ""
    target: StageName = ""

    @property
    def slots(self) -> tuple[int, ...]:
        """Every backend of the proxy that serves it."""
        return (self.slot, *(port.slot for port in self.ports))


class AppState(StrEnum):
    """What an app is doing, in a word.

    Attributes:
        NEW: It has never been live.
        IDLE: It is live, and every process of it is scaled to 0.
        LIVE: Every container that should serve is healthy.
        STOPPED: Somebody stopped it; its host names answer 503.
        DEGRADED: Some of its containers are healthy, others are not.
        DOWN: None of its containers is healthy.
    """

    NEW = "new"
    IDLE = "idle"
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
        replica: Which container of that process, from 1.
        since: When it was started, or has ended if it does not run.
    """

    container: str
    deployment: str
    state: InstanceState
    address: str
    port: int | None
    restarts: int
    process: str = WEB
    replica: int = 1
    since: datetime | None = None


@attrs.frozen
class ProcessStatus:
    """A process of an app's live version as it is now.

    Attributes:
        process: Its name.
        replicas: How many containers it should have; 0 if it is declared and does not run.
        healthy: How many of them do what is expected.
        command: What a shell in them runs; empty: what the image starts by itself.
    """

    process: str
    replicas: int
    healthy: int
    command: str = ""


@attrs.frozen
class ProcessInstance(AppInstance):
    """A container of an app, and what it uses.

    Attributes:
        exit_code: Exit code of its last end, or None while it never ended.
        cpu: Cores' worth of time that it uses now; None if that cannot be told.
        memory: Bytes that it uses now; None if that cannot be told.
        memory_limit: Bytes that it may use; 0 for no limit.
    """

    exit_code: int | None = None
    cpu: float | None = None
    memory: ByteSize | None = None
    memory_limit: ByteSize = ByteSize(0)


@attrs.frozen
class AppProcesses:
    """The processes of an app, and their containers.

    Attributes:
        processes: Those of the live version, with those that are declared and do not run.
        containers: Every container, those of a version on its way or on its way out among them.
    """

    processes: tuple[ProcessStatus, ...]
    containers: tuple[ProcessInstance, ...]


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
        processes: Those of the live version, with those that are declared and do not run.
    """

    app: str
    state: AppState
    deployment: str | None
    urls: tuple[str, ...]
    instances: tuple[AppInstance, ...]
    memory: ByteSize | None = None
    problem: str | None = None
    processes: tuple[ProcessStatus, ...] = ()


APPS = TableSpec("apps", App, ("name",), "app", "sh0 apps list", former="former_names")
