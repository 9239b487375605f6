"""What a container is given beside its image and its place: the part of its description that an app brings along."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Final

import attrs

from sh0.values import ByteSize, Secret

ENGINE_NAME: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}")
"""What the engine takes as the name of a volume, a network or a container; a path is none."""


class RestartPolicy(StrEnum):
    """When the engine starts a container again that has ended.

    Attributes:
        ALWAYS: Whatever it ended with; what was stopped on purpose stays stopped.
        ON_FAILURE: Unless it ended with exit code 0.
        NO: Never, for a job, which ends.
    """

    ALWAYS = "always"
    ON_FAILURE = "on-failure"
    NO = "no"


def _path(_: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    if not value.startswith("/") or "\0" in value:
        raise ValueError(f"{attribute.name} is an absolute path, not {value!r:.100}")


def _name(_: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    if ENGINE_NAME.fullmatch(value) is None:
        raise ValueError(f"{attribute.name} is a name on the engine, not {value!r:.100}")


@attrs.frozen
class HostMount:
    """A file or folder of the host inside a container.

    Attributes:
        source: Absolute path on the host.
        target: Absolute path in the container.
        read_only: Whether the container may not write to it.
    """

    kind: ClassVar[str] = "bind"
    source: str = attrs.field(validator=_path)
    target: str
    read_only: bool = False


@attrs.frozen
class NamedMount:
    """A named volume inside a container.

    Attributes:
        source: The volume's name on the engine.
        target: Absolute path in the container.
        read_only: Whether the container may not write to it.
        nocopy: Whether what the image has at `target` is not copied into a new volume.
    """

    kind: ClassVar[str] = "volume"
    source: str = attrs.field(validator=_name)
    target: str
    read_only: bool = False
    nocopy: bool = False


Mount = HostMount | NamedMount


@attrs.frozen
class MemoryMount:
    """A file system in memory.

    Attributes:
        target: Absolute path in the container.
        size: Bytes at most, or None.
        mode: Permission bits, or None for the engine's own.
    """

    target: str
    size: ByteSize | None = None
    mode: int | None = None


@attrs.frozen
class InjectedFile:
    """A small file that a container is given when it is made.

    Attributes:
        target: Absolute path in the container.
        content: What is in it, in base64.
        mode: Permission bits.
        uid: Owner.
        gid: Group.
    """

    target: str
    content: Secret
    mode: int = 0o444
    uid: int = 0
    gid: int = 0


@attrs.frozen
class PublishedPort:
    """A port of a container that the host listens on.

    Attributes:
        port: Port in the container.
        host_port: Port of the host; None: any that is free.
        host_ip: Address of the host; empty for all.
        protocol: "tcp", "udp" or "sctp".
    """

    port: int
    host_port: int | None = None
    host_ip: str = ""
    protocol: str = "tcp"


@attrs.frozen
class HealthCommand:
    """How the engine finds out whether a container is healthy.

    Attributes:
        test: ``("CMD", …)``, ``("CMD-SHELL", text)`` or ``("NONE",)``; empty keeps the image's.
        interval: Seconds between two tests; None for the engine's own, as with all below.
        timeout: Seconds that one may take.
        retries: How many must fail in a row.
        start_period: Seconds after the start in which failures do not count.
        start_interval: Seconds between two tests in that time.
    """

    test: tuple[str, ...] = ()
    interval: float | None = None
    timeout: float | None = None
    retries: int | None = None
    start_period: float | None = None
    start_interval: float | None = None


@attrs.frozen
class KernelLimit:
    """A limit of the kernel.

    Attributes:
        name: Its name, as in ``nofile``.
        soft: What applies; -1 for no limit.
        hard: How far a process may raise it; -1 for no limit.
    """

    name: str
    soft: int
    hard: int


@attrs.frozen
class HostDevice:
    """A device of the host inside a container.

    Attributes:
        source: Its path on the host.
        target: Its path in the container.
        permissions: Any of ``r`` (read), ``w`` (write) and ``m`` (make).
    """

    source: str
    target: str
    permissions: str = "rwm"


@attrs.frozen(kw_only=True)
class ContainerSpec:
    """How a container is run, whatever its image, its name and its network. The defaults are those of an app.

    Attributes:
        entrypoint: Program and arguments before the command; None keeps the image's, empty removes it.
        command: Arguments that replace the image's command; empty keeps it.
        environment: Variables; values are secrets.
        working_dir: Working directory; empty keeps the image's.
        user: User to run as; empty keeps the image's.
        groups: Further groups.
        hostname: Host name inside; empty for the engine's own.
        domainname: Domain name inside; empty for none.
        aliases: Further names under which it is found in its network.
        dns: Name servers; empty for the engine's own.
        dns_search: Domains that are tried for short names.
        extra_hosts: Further host names and their addresses.
        init: Whether a small init process forwards signals and reaps.
        tty: Whether it gets a terminal.
        stdin_open: Whether its standard input stays open.
        restart: When it is started again.
        attempts: How often at most, for ``on-failure``; None for no end.
        stop_signal: Signal that ends it; empty keeps the image's.
        stop_timeout: Seconds between the stop signal and the kill.
        health: How its health is tested; None keeps the image's.
        mounts: Folders and volumes.
        memory_mounts: File systems in memory.
        files: Small files that it is given.
        published: Ports that the host listens on.
        read_only: Whether its own file system may not be written to.
        pids: Most processes and threads; None for no limit.
        shm_size: Bytes of /dev/shm, or None for the engine's own.
        kernel_limits: Limits of the kernel.
        sysctls: Kernel parameters of its namespaces.
        labels: Labels.
        cap_add: Linux capabilities beyond those that are left.
        cap_drop: Linux capabilities that are taken away from the engine's defaults; "ALL" for all.
        no_new_privileges: Whether a program cannot gain privileges that its parent did not have.
        security_options: Further options of the kernel's security modules.
        privileged: Whether it may do anything to the host.
        devices: Devices of the host.
        pid_mode: "host" for the host's processes; empty for its own.
        ipc_mode: "host", "none", "private" or "shareable"; empty for its own.
        uts_mode: "host" for the host's name; empty for its own.
        user_namespace: "host" for the host's users; empty for the engine's own choice.
        cgroup_namespace: "host" or "private"; empty for the engine's own choice.
    """

    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] = ()
    environment: Mapping[str, Secret] = attrs.field(factory=dict)
    working_dir: str = ""
    user: str = ""
    groups: tuple[str, ...] = ()
    hostname: str = ""
    domainname: str = ""
    aliases: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    extra_hosts: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    init: bool = True
    tty: bool = False
    stdin_open: bool = False
    restart: RestartPolicy = RestartPolicy.ALWAYS
    attempts: int | None = None
    stop_signal: str = ""
    stop_timeout: int = 10
    health: HealthCommand | None = None
    mounts: tuple[Mount, ...] = ()
    memory_mounts: tuple[MemoryMount, ...] = ()
    files: tuple[InjectedFile, ...] = ()
    published: tuple[PublishedPort, ...] = ()
    read_only: bool = False
    pids: int | None = 4096
    shm_size: ByteSize | None = None
    kernel_limits: tuple[KernelLimit, ...] = ()
    sysctls: Mapping[str, str] = attrs.field(factory=dict)
    labels: Mapping[str, str] = attrs.field(factory=dict)
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    no_new_privileges: bool = True
    security_options: tuple[str, ...] = ()
    privileged: bool = False
    devices: tuple[HostDevice, ...] = ()
    pid_mode: str = ""
    ipc_mode: str = ""
    uts_mode: str = ""
    user_namespace: str = ""
    cgroup_namespace: str = ""
