"""What a ``sh0.yaml`` says. A field that is None, or empty, was left out: it then says nothing."""

from collections.abc import Mapping

import attrs

from sh0.records.app import Process
from sh0.records.cron import CronJob
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
    Replicas,
    UrlPath,
)
from sh0.volume_values import VolumeName

__all__ = ["Build", "EnvironmentVariable", "Health", "Limits", "Manifest", "SourcePlace"]


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
    """

    dockerfile: RelativePath | None = None
    install: str | None = None
    build: str | None = None


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
    """

    path: UrlPath | None = None
    timeout: ReadinessSeconds | None = None


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
class Manifest:
    """A ``sh0.yaml``.

    Attributes:
        app: Name of the app.
        project: Project whose network it is on.
        source: Where in its repository it is.
        build: How its image is built.
        port: Port that it listens on inside its container.
        replicas: How many containers get its requests.
        processes: Its processes by name: ``web`` gets the requests, others run beside it.
        environment: Its variables by name.
        domains: Host names that lead to it, beside the one that it gets anyway.
        health: When a container counts as ready.
        resources: What each container may use.
        cron: Commands that run at certain times, each time in a container of its own.
        checks: What is looked for before it is deployed.
        volumes: What its containers keep beyond a deployment, by name: ``uploads: /app/uploads``.
    """

    app: AppName | None = None
    project: ProjectName | None = None
    source: SourcePlace = SourcePlace()
    build: Build = Build()
    port: Port | None = None
    replicas: Replicas | None = None
    processes: Mapping[ProcessName, Process] = attrs.field(factory=dict)
    environment: Mapping[EnvName, EnvironmentVariable] = attrs.field(factory=dict)
    domains: tuple[DomainName, ...] = ()
    health: Health = Health()
    resources: Limits = Limits()
    cron: tuple[CronJob, ...] = ()
    checks: Configuration = _NOT_SAID
    volumes: Mapping[VolumeName, Attachment] = attrs.field(factory=dict)
