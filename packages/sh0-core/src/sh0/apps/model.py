"""Records of apps."""

from datetime import datetime
from enum import StrEnum

import attrs

from sh0.ports.runtime import InstanceState
from sh0.values import AppName, Branch, ByteSize, Port, ProjectName, Replicas, UrlPath

DEFAULT_PROJECT = "default"


@attrs.frozen
class Resources:
    """What each container of an app may use.

    Attributes:
        memory: Bytes; a container beyond it is killed and restarted. None for no limit.
        cpus: Cores' worth of time. None for no limit.
    """

    memory: ByteSize | None = None
    cpus: float | None = None


@attrs.frozen
class HealthCheck:
    """When a container counts as ready.

    Attributes:
        path: It must answer this path below 400. None: it must answer "/" below 500.
        timeout: Seconds that a new container has to become ready.
    """

    path: UrlPath | None = None
    timeout: float = 60.0


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


class AppState(StrEnum):
    """What an app is doing, in a word."""

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
        port: On which port.
        restarts: How often the engine has restarted it.
    """

    container: str
    deployment: str
    state: InstanceState
    address: str
    port: int
    restarts: int


@attrs.frozen
class AppStatus:
    """An app as it is now.

    Attributes:
        app: Its name.
        state: What it is doing, in a word.
        deployment: Deployment that serves.
        urls: Where it is reached.
        instances: Its containers.
    """

    app: str
    state: AppState
    deployment: str | None
    urls: tuple[str, ...]
    instances: tuple[AppInstance, ...]
