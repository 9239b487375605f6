"""What tests change in a workload or a build that is otherwise plain."""

from collections.abc import Mapping
from typing import TypedDict

from sh0.ports.builder import BuildLimits
from sh0.ports.container import (
    HealthCommand,
    InjectedFile,
    KernelLimit,
    MemoryMount,
    Mount,
    PublishedPort,
    RestartPolicy,
)
from sh0.values import ByteSize, Secret


class WorkloadChanges(TypedDict, total=False):
    """Fields of a `Workload`."""

    name: str
    image: str
    labels: Mapping[str, str]
    network: str
    address: str | None
    memory: ByteSize | None
    cpus: float | None
    entrypoint: tuple[str, ...] | None
    command: tuple[str, ...]
    environment: Mapping[str, Secret]
    working_dir: str
    user: str
    hostname: str
    aliases: tuple[str, ...]
    extra_hosts: Mapping[str, tuple[str, ...]]
    init: bool
    tty: bool
    stdin_open: bool
    restart: RestartPolicy
    attempts: int | None
    stop_signal: str
    stop_timeout: int
    health: HealthCommand | None
    mounts: tuple[Mount, ...]
    memory_mounts: tuple[MemoryMount, ...]
    files: tuple[InjectedFile, ...]
    published: tuple[PublishedPort, ...]
    pids: int | None
    shm_size: ByteSize | None
    kernel_limits: tuple[KernelLimit, ...]
    sysctls: Mapping[str, str]
    cap_add: tuple[str, ...]
    cap_drop: tuple[str, ...]
    privileged: bool


class BuildChanges(TypedDict, total=False):
    """Fields of a `BuildRequest`."""

    dockerfile: str
    limits: BuildLimits
    arguments: Mapping[str, str]
    target: str
    ignore: tuple[str, ...]
    generated: bool
    secrets: Mapping[str, Secret]
    secrets_digest: str
