"""What a ``sh0.yaml`` says. A field that is None, or empty, was left out: it then says nothing."""

from collections.abc import Mapping

import attrs

from sh0.drain_values import CertificateText, DrainUrl, HeaderName
from sh0.log_values import LogAge, LogSize
from sh0.process_values import ReplicaCount, StopSeconds
from sh0.records.cron import CronJob
from sh0.records.release_command import NO_HOOKS, Hooks, ReleaseCommand
from sh0.records.volume import Attachment
from sh0.rules.configuration import Configuration
from sh0.values import (
    AppName,
    Branch,
    Cpus,
    DomainName,
    EnvName,
    MemoryLimit,
    Port,
    ProcessName,
    ProjectName,
    ReadinessSeconds,
    RelativePath,
    StageName,
    UrlPath,
)
from sh0.volume_values import MountPath, VolumeName

__all__ = [
    "Build",
    "DeclaredDrain",
    "EnvironmentVariable",
    "Health",
    "Limits",
    "Manifest",
    "ProcessDefinition",
    "SourcePlace",
]


_NOT_SAID = Configuration()


@attrs.frozen
class SourcePlace:
    """Where in its repository the app is.

    Attributes:
        branch: A push of this branch deploys.
        root: Folder of the repository that is built.
    """

    branch: Branch | None = None
    root: RelativePath | None = None


@attrs.frozen
class Build:
    """How its image is built. What is left out is found out from the source.

    Attributes:
        dockerfile: Path of its Dockerfile below the root.
        install: Command that installs the dependencies, instead of those that were detected.
        build: Command that builds, instead of those that were detected.
        target: Stage of its Dockerfile that is built; the last one where nothing is said.
        variables: Variables that are there while it is built, unless somebody sets others on the platform. Never
            secrets: this file is in the repository.
        secrets: Names of variables of the app, or of its builds, that its Dockerfile may mount: ``RUN
            --mount=type=secret,id=NPM_TOKEN``. Somebody has to set them on the platform.
    """

    dockerfile: RelativePath | None = None
    install: str | None = None
    build: str | None = None
    target: StageName | None = None
    variables: Mapping[EnvName, str] = attrs.field(factory=dict)
    secrets: tuple[EnvName, ...] = ()


@attrs.frozen
class EnvironmentVariable:
    """A variable of the app.

    Attributes:
        value: Its value, unless somebody sets another on the platform. Never a secret: this file is in the repository.
        required: Whether somebody has to set it before the app is deployed.
        description: What it is for.
    """

    value: str | None = None
    required: bool = False
    description: str = ""


@attrs.frozen
class Health:
    """When a container counts as ready.

    Attributes:
        path: It must answer this path below 400.
        timeout: Seconds that a new container has to become ready.
        port: Port that is asked for the path, instead of the app's own.
        tcp: Port that must accept connections; nothing is asked over HTTP then.
        command: What a shell in the container runs, and must end with exit code 0; nothing else is asked then.
        none: Whether nothing is asked: it has to keep running. Short: ``health: none``.
    """

    path: UrlPath | None = None
    timeout: ReadinessSeconds | None = None
    port: Port | None = None
    tcp: Port | None = None
    command: str | None = None
    none: bool = False


@attrs.frozen
class Limits:
    """What each container may use.

    Attributes:
        memory: Memory, as in 512m.
        cpus: Cores' worth of time.
    """

    memory: MemoryLimit | None = None
    cpus: Cpus | None = None


@attrs.frozen
class ProcessDefinition:
    """A process of the app.

    Attributes:
        command: What a shell in its containers runs. Left out: what the Procfile says, else what the image starts.
        replicas: How many containers; left out: as many as it was scaled to, else one.
        memory: What each of them may use, as in 512m, instead of what the app's containers may.
        cpus: Cores' worth of time that each may use, instead of what the app's containers may.
        health: When one counts as ready; one of another process than ``web`` has to keep running if nothing is said.
        stop_timeout: Seconds that one has to end by itself when it is stopped, 10 if nothing is said.
    """

    command: str | None = None
    replicas: ReplicaCount | None = None
    memory: MemoryLimit | None = None
    cpus: Cpus | None = None
    health: Health = Health()
    stop_timeout: StopSeconds | None = None


@attrs.frozen
class DeclaredDrain:
    """Where what the app prints is sent, besides being kept. What is left out of one that is there stays.

    Attributes:
        name: Unique in the app.
        url: Where to: ``syslog+tls://HOST:PORT``, ``https://HOST/PATH`` or ``file:``.
        variable: Variable of the app that holds the token that the receiver asks for. Never the token itself.
        header: Header field that it is sent in, Authorization if nothing is said.
        ca: Certificates (PEM) that sign the receiver's.
        gzip: Whether what is sent over HTTP is compressed.
    """

    name: ProcessName
    url: DrainUrl
    variable: EnvName | None = None
    header: HeaderName | None = None
    ca: CertificateText | None = None
    gzip: bool | None = None


@attrs.frozen
class KeptLog:
    """How much is kept of what the app prints, and where it is sent besides.

    Attributes:
        keep: How long, as in 12h or 7d.
        size: Bytes that all of it may have, as in 100m; the oldest lines make room.
        drains: Where it is sent besides.
    """

    keep: LogAge | None = None
    size: LogSize | None = None
    drains: tuple[DeclaredDrain, ...] = ()


@attrs.frozen
class Manifest:
    """A ``sh0.yaml``.

    Attributes:
        app: Name of the app.
        project: Project whose network it is on.
        source: Where in its repository it is.
        build: How its image is built.
        port: Port that it listens on inside its container.
        replicas: How many containers get its requests.
        processes: Its processes by name: ``web`` gets the requests, others run next to it. They are laid over those of
            a Procfile.
        environment: Its variables by name.
        domains: Host names that lead to it, beside the one that it gets anyway.
        health: When a container counts as ready.
        resources: What each container may use.
        cron: Commands that run at certain times, each time in a container of its own.
        checks: What is looked for before it is deployed.
        volumes: What its containers keep beyond a deployment, by name: ``uploads: /app/uploads``.
        files: Files of the app's folder that each container is given for reading: ``config/app.conf: /etc/app.conf``.
        release: Command that runs once per version, before its containers start. If it fails, so does the deployment.
        hooks: What is done before and after the requests are led to a new version.
        logs: How much is kept of what it prints, and where it is sent besides.
    """

    app: AppName | None = None
    project: ProjectName | None = None
    source: SourcePlace = SourcePlace()
    build: Build = Build()
    port: Port | None = None
    replicas: ReplicaCount | None = None
    processes: Mapping[ProcessName, ProcessDefinition] = attrs.field(factory=dict)
    environment: Mapping[EnvName, EnvironmentVariable] = attrs.field(factory=dict)
    domains: tuple[DomainName, ...] = ()
    health: Health = Health()
    resources: Limits = Limits()
    cron: tuple[CronJob, ...] = ()
    checks: Configuration = _NOT_SAID
    volumes: Mapping[VolumeName, Attachment] = attrs.field(factory=dict)
    files: Mapping[RelativePath, MountPath] = attrs.field(factory=dict)
    release: ReleaseCommand | None = None
    hooks: Hooks = NO_HOOKS
    logs: KeptLog = KeptLog()
