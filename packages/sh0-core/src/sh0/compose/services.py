"""A service of a Compose project, in one form whatever the file used. No I/O."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import attrs

from sh0.place import Place
from sh0.values import ByteSize, Secret


class Condition(StrEnum):
    """When a dependency counts as met.

    Attributes:
        STARTED: The other service has started.
        HEALTHY: Its health check passes.
        COMPLETED: It has ended with exit code 0.
    """

    STARTED = "service_started"
    HEALTHY = "service_healthy"
    COMPLETED = "service_completed_successfully"


class RestartPolicy(StrEnum):
    """When the engine starts a container again that has ended.

    Attributes:
        NO: Never.
        ALWAYS: Whatever it ended with.
        ON_FAILURE: Unless it ended with exit code 0.
        UNLESS_STOPPED: As always, except after somebody stopped it.
    """

    NO = "no"
    ALWAYS = "always"
    ON_FAILURE = "on-failure"
    UNLESS_STOPPED = "unless-stopped"


@attrs.frozen
class Restart:
    """When a container is started again.

    Attributes:
        policy: When.
        attempts: How often at most, for ``on-failure``; None for no end.
    """

    policy: RestartPolicy
    attempts: int | None = None


@attrs.frozen
class PortMapping:
    """A port of a container, and where the file wants it on the host. A range is one of these per port.

    Attributes:
        port: Port in the container.
        published: Port on the host; None: any that is free.
        published_last: Last one of a range to choose from; equal to `published` if there is no choice.
        host_ip: Address of the host it is bound to; empty for all.
        protocol: "tcp", "udp" or "sctp".
        app_protocol: What is spoken on it, as in "http"; empty if the file does not say.
        name: Name of the port; empty if the file gives none.
        place: Where it is written.
    """

    port: int
    published: int | None = None
    published_last: int | None = None
    host_ip: str = ""
    protocol: str = "tcp"
    app_protocol: str = ""
    name: str = ""
    place: Place = attrs.field(default=Place(""), eq=False)


@attrs.frozen
class VolumeMount:
    """A volume inside a container.

    Attributes:
        source: Key of the named volume; empty for an anonymous one, which lives as long as its container.
        target: Absolute path in the container.
        read_only: Whether the container may not write to it.
        subpath: Folder of the volume that is mounted; empty for all of it.
        nocopy: Whether what the image has at `target` is not copied into a new volume.
        place: Where it is written.
    """

    kind: ClassVar[str] = "volume"
    source: str
    target: str
    read_only: bool = False
    subpath: str = ""
    nocopy: bool = False
    place: Place = attrs.field(default=Place(""), eq=False)


@attrs.frozen
class BindMount:
    """A file or folder of the project or of the host inside a container.

    Attributes:
        source: The path: relative to the project's folder if it is inside of it (`inside`), else as written.
        target: Absolute path in the container.
        read_only: Whether the container may not write to it.
        inside: Whether it is a path of the project's own folder; anything else is the host's.
        create: Whether a folder is made if there is nothing at `source`.
        place: Where it is written.
    """

    kind: ClassVar[str] = "bind"
    source: str
    target: str
    read_only: bool = False
    inside: bool = False
    create: bool = True
    place: Place = attrs.field(default=Place(""), eq=False)


@attrs.frozen
class TmpfsMount:
    """A file system in memory.

    Attributes:
        target: Absolute path in the container.
        size: Bytes at most, or None.
        mode: Permission bits, or None for the engine's own.
        place: Where it is written.
    """

    kind: ClassVar[str] = "tmpfs"
    target: str
    size: ByteSize | None = None
    mode: int | None = None
    place: Place = attrs.field(default=Place(""), eq=False)


Mount = VolumeMount | BindMount | TmpfsMount


@attrs.frozen
class Dependency:
    """What must be there before a service is started.

    Attributes:
        condition: When it counts as met.
        required: Whether the service cannot do without it; one that is off or missing is passed over otherwise.
        restart: Whether the service is started again after its dependency was replaced.
        place: Where it is written.
    """

    condition: Condition = Condition.STARTED
    required: bool = True
    restart: bool = False
    place: Place = attrs.field(default=Place(""), eq=False)


@attrs.frozen
class HealthTest:
    """How the engine finds out whether a container is healthy.

    Attributes:
        disabled: Whether the image's own check is switched off as well.
        test: ``("CMD", …)`` or ``("CMD-SHELL", text)``; empty keeps the image's.
        interval: Seconds between two tests; None for the engine's own, as with all below.
        timeout: Seconds that one may take.
        retries: How many must fail in a row.
        start_period: Seconds after the start in which failures do not count.
        start_interval: Seconds between two tests in that time.
        place: Where it is written.
    """

    disabled: bool = False
    test: tuple[str, ...] = ()
    interval: float | None = None
    timeout: float | None = None
    retries: int | None = None
    start_period: float | None = None
    start_interval: float | None = None
    place: Place = attrs.field(default=Place(""), eq=False)


@attrs.frozen
class Limits:
    """What a container may use, or what is set aside for it.

    Attributes:
        memory: Bytes, 0 for no limit, or None.
        cpus: Cores' worth of time, or None.
        pids: Processes and threads, or None.
    """

    memory: ByteSize | None = None
    cpus: float | None = None
    pids: int | None = None


class Order(StrEnum):
    """Whether a new container is started before or after the old one is stopped.

    Attributes:
        START_FIRST: The new container starts first.
        STOP_FIRST: The old container stops first.
    """

    START_FIRST = "start-first"
    STOP_FIRST = "stop-first"


@attrs.frozen
class Update:
    """How a new version takes over.

    Attributes:
        order: What comes first; None if the file does not say.
        parallelism: How many containers at once; 0 for all, None if the file does not say.
        delay: Seconds between two groups.
        monitor: Seconds after which a container that still runs counts as ready.
        rollback: Whether the file asks for the old version if the new one fails.
    """

    order: Order | None = None
    parallelism: int | None = None
    delay: float | None = None
    monitor: float | None = None
    rollback: bool = False


@attrs.frozen
class BuildSection:
    """How the image of a service is built.

    Attributes:
        context: Folder, relative to the project's; or a Git URL.
        remote: Whether `context` is a URL.
        dockerfile: Path of the Dockerfile below `context`.
        dockerfile_inline: Text of the Dockerfile itself; empty if it is a file.
        args: Build arguments; one without a value that the environment does not have either is left out.
        target: Stage to build; empty for the last.
        labels: Labels of the image.
        no_cache: Whether nothing is reused.
        pull: Whether base images are fetched anew.
        platforms: Platforms to build for.
        secrets: Secrets that steps may mount.
        ssh: SSH agents or keys that steps may use: name to path, empty for the agent.
        additional_contexts: Further folders or images by name.
        tags: Further names for the image.
        place: Where it is written.
    """

    context: str
    remote: bool = False
    dockerfile: str = "Dockerfile"
    dockerfile_inline: str = ""
    args: Mapping[str, Secret] = attrs.field(factory=dict)
    target: str = ""
    labels: Mapping[str, str] = attrs.field(factory=dict)
    no_cache: bool = False
    pull: bool = False
    platforms: tuple[str, ...] = ()
    secrets: "tuple[Grant, ...]" = ()
    ssh: Mapping[str, str] = attrs.field(factory=dict)
    additional_contexts: Mapping[str, str] = attrs.field(factory=dict)
    tags: tuple[str, ...] = ()
    place: Place = attrs.field(default=Place(""), eq=False)


@attrs.frozen
class Grant:
    """A config or secret that a service is given as a file.

    Attributes:
        source: Key of the config or secret.
        target: Absolute path in the container (``/run/secrets/<source>`` and ``/<source>`` unless the file says else).
        uid: Owner, as a number in a text; empty for the container's own user.
        gid: Group, likewise.
        mode: Permission bits.
        place: Where it is written.
    """

    source: str
    target: str
    uid: str = ""
    gid: str = ""
    mode: int = 0o444
    place: Place = attrs.field(default=Place(""), eq=False)


@attrs.frozen
class Attachment:
    """How a service is on a network.

    Attributes:
        aliases: Further names under which it is found there.
        ipv4: Fixed address; empty for any.
        ipv6: Fixed address; empty for any.
    """

    aliases: tuple[str, ...] = ()
    ipv4: str = ""
    ipv6: str = ""


@attrs.frozen
class Ulimit:
    """A limit of the kernel: what applies, and how far a process may raise it. -1 for none."""

    soft: int
    hard: int


@attrs.frozen
class Device:
    """A device of the host inside a container: its path there, its path here, and any of r, w and m."""

    source: str
    target: str
    permissions: str = "rwm"


@attrs.frozen
class Logging:
    """Where the engine puts what a container prints."""

    driver: str
    options: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class Service:
    """One service.

    Attributes:
        name: Its name.
        place: Where it is declared.
        places: Where each of its keys is written (the first level only), see `where`.
        image: Image to run; empty if it is only built.
        build: How the image is built, or None.
        pull_policy: "always", "missing", "never", "build", "daily", "weekly" or "every_<duration>"; empty if the file
            does not say.
        platform: Platform of the image, as in "linux/amd64"; empty for the machine's own.
        command: Arguments instead of the image's command; None keeps it, empty means none. A text was split as a
            shell would split it; no shell runs it.
        entrypoint: Instead of the image's entry point, likewise.
        environment: Variables, from ``env_file`` and ``environment``; one without a value that the given environment
            does not have either is left out.
        user: User, or ``user:group``; empty keeps the image's.
        group_add: Further groups.
        working_dir: Working directory; empty keeps the image's.
        hostname: Host name inside; empty for the engine's own.
        domainname: Domain name inside; empty for none.
        container_name: Name that the file wants for the container; with one, there can be only one container.
        replicas: How many containers.
        limits: What each may use at most.
        reservations: What is set aside for each.
        update: How a new version takes over.
        restart: When a container that ended is started again; None if the file does not say (Compose: no).
        stop_signal: Signal that ends it; empty keeps the image's.
        stop_grace_period: Seconds until it is killed; None for the engine's own (10).
        init: Whether a small init process forwards signals and reaps; None keeps the engine's setting.
        depends_on: What must be there first, by service.
        healthcheck: How its health is tested; None keeps the image's.
        ports: Ports that the file publishes on the host.
        expose: TCP ports that it listens on, without publishing them.
        networks: Networks it joins and how; empty together with a `network_mode`.
        network_mode: "host", "none", "bridge", "default", "service:<name>" or "container:<name>"; empty for its
            networks.
        extra_hosts: Further host names and their addresses.
        dns: Name servers.
        dns_search: Domains that are tried for short names.
        mounts: Volumes, paths and file systems in memory, in order.
        configs: Configs it is granted.
        secrets: Secrets it is granted.
        read_only: Whether its own file system may not be written to.
        shm_size: Bytes of /dev/shm, or None.
        labels: Labels of its containers.
        privileged: Whether it may do anything to the host.
        cap_add: Capabilities beyond the engine's defaults, without ``CAP_``.
        cap_drop: Capabilities it does without, without ``CAP_``; "ALL" for all.
        security_opt: Options of the kernel's security modules, as ``name=value``.
        devices: Devices of the host.
        pid: "host" or "service:<name>"; empty for its own.
        ipc: "host", "none", "private", "shareable", "service:<name>"; empty for its own.
        uts: "host" for the host's name; empty for its own.
        userns_mode: "host" for the host's users, where the engine gives containers others; empty for its own.
        cgroup: "host" or "private"; empty for the engine's own.
        sysctls: Kernel parameters of its namespaces.
        ulimits: Limits of the kernel, by name.
        logging: Where its output goes; None for the engine's own.
        profiles: Profiles that switch it on; empty: it is always on.
        tty: Whether it gets a terminal.
        stdin_open: Whether its standard input stays open.
        extensions: Its ``x-`` elements, as written (variables replaced), ``x-sh0`` among them.
    """

    name: str
    place: Place = attrs.field(eq=False)
    places: Mapping[str, Place] = attrs.field(eq=False, repr=False)
    image: str = ""
    build: BuildSection | None = None
    pull_policy: str = ""
    platform: str = ""
    command: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    environment: Mapping[str, Secret] = attrs.field(factory=dict)
    user: str = ""
    group_add: tuple[str, ...] = ()
    working_dir: str = ""
    hostname: str = ""
    domainname: str = ""
    container_name: str = ""
    replicas: int = 1
    limits: Limits = Limits()
    reservations: Limits = Limits()
    update: Update = Update()
    restart: Restart | None = None
    stop_signal: str = ""
    stop_grace_period: float | None = None
    init: bool | None = None
    depends_on: Mapping[str, Dependency] = attrs.field(factory=dict)
    healthcheck: HealthTest | None = None
    ports: tuple[PortMapping, ...] = ()
    expose: tuple[int, ...] = ()
    networks: Mapping[str, Attachment] = attrs.field(factory=dict)
    network_mode: str = ""
    extra_hosts: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    dns: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    mounts: tuple[Mount, ...] = ()
    configs: tuple[Grant, ...] = ()
    secrets: tuple[Grant, ...] = ()
    read_only: bool = False
    shm_size: ByteSize | None = None
    labels: Mapping[str, str] = attrs.field(factory=dict)
    privileged: bool = False
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    security_opt: tuple[str, ...] = ()
    devices: tuple[Device, ...] = ()
    pid: str = ""
    ipc: str = ""
    uts: str = ""
    userns_mode: str = ""
    cgroup: str = ""
    sysctls: Mapping[str, str] = attrs.field(factory=dict)
    ulimits: Mapping[str, Ulimit] = attrs.field(factory=dict)
    logging: Logging | None = None
    profiles: tuple[str, ...] = ()
    tty: bool = False
    stdin_open: bool = False
    extensions: Mapping[str, object] = attrs.field(factory=dict)

    def where(self, key: str) -> Place:
        """Where a key is written; the service itself if it does not have that key."""
        return self.places.get(key, self.place)
