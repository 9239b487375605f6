"""Which processes a version has, how many containers of each, and what each of those runs with. Pure."""

from collections import Counter
from collections.abc import Sequence

import attrs

from sh0.ports.container import ContainerSpec
from sh0.records.app import WEB, HealthCheck, Process, ProcessSettings, counted, said_memory
from sh0.records.deployment import Placement, Snapshot
from sh0.values import ByteSize

__all__ = ["ProcessLimits", "asks_web", "declared_processes", "formation", "limits", "serves", "started"]

_UNSET = ProcessSettings()


@attrs.frozen
class ProcessLimits:
    """What each container of a process runs with.

    Attributes:
        memory: What it may use, in bytes; 0 for no limit.
        cpus: Cores' worth of time that it may use; None for no limit.
        health: When it counts as ready; None: when it keeps running.
        stop_timeout: Seconds that it has to end by itself.
    """

    memory: ByteSize
    cpus: float | None
    health: HealthCheck | None
    stop_timeout: int


def declared_processes(snapshot: Snapshot) -> dict[str, Process]:
    """The processes of a version by name, ``web`` first if there is one; one without a command is the image's own."""
    declared = snapshot.declared
    web = {WEB: declared.processes.get(WEB, Process(""))} if declared.web or snapshot.container is not None else {}
    return {**web, **{name: each for name, each in declared.processes.items() if name != WEB}}


def formation(snapshot: Snapshot) -> dict[str, int]:
    """How many containers each process of a version has."""
    return {name: _count(snapshot, name, each) for name, each in declared_processes(snapshot).items()}


def _count(snapshot: Snapshot, name: str, process: Process) -> int:
    if name == WEB:
        return snapshot.replicas
    scaled = snapshot.processes.get(name, _UNSET).replicas
    return process.replicas if scaled is None else scaled


def serves(snapshot: Snapshot) -> bool:
    """Whether a version has containers that get requests."""
    return formation(snapshot).get(WEB, 0) > 0


def limits(snapshot: Snapshot, name: str) -> ProcessLimits:
    """What each container of a process runs with: what is set for it, and for the rest what is set for the app."""
    own = snapshot.processes.get(name, _UNSET)
    default = (snapshot.container or ContainerSpec()).stop_timeout
    return ProcessLimits(
        memory=snapshot.memory if own.memory is None else own.memory,
        cpus=snapshot.resources.cpus if own.cpus is None else own.cpus or None,
        health=_web_health(snapshot) if name == WEB else _health(snapshot, own),
        stop_timeout=default if own.stop_timeout is None else own.stop_timeout,
    )


def _web_health(snapshot: Snapshot) -> HealthCheck | None:
    return None if snapshot.health.none else snapshot.health


def _health(snapshot: Snapshot, own: ProcessSettings) -> HealthCheck | None:
    probe, default = own.health, HealthCheck()
    if probe is None or probe.none or not (probe.path or probe.tcp or probe.command):
        return None
    timeout = snapshot.health.timeout if own.health_timeout is None else own.health_timeout
    return attrs.evolve(default, timeout=timeout).with_probe(probe)


def asks_web(health: HealthCheck | None) -> bool:
    """Whether the port is asked that gets the requests."""
    return health is not None and health.tcp is None and health.port is None and health.command is None


def started(snapshot: Snapshot, placements: Sequence[Placement]) -> str:
    """What a deployment has started, in words."""
    if not placements:
        return "no container: every process is scaled to 0"
    first, counts = placements[0], Counter(each.process for each in placements)
    count = counted(len(placements), "container")
    if len(formation(snapshot)) > 1 or first.process != WEB:
        count += f" ({', '.join(f'{name} {number}' for name, number in counts.items())})"
    port = f", port {first.port}" if first.port is not None and first.process == WEB else ""
    return f"{count} at {first.address}{port}; memory limit: {said_memory(limits(snapshot, first.process).memory)}"
