"""The containers of a deployment, as they should be. Pure, so that each can be made again exactly."""

import attrs

from sh0.builds.shell_command import shell_arguments
from sh0.ports.container import ContainerSpec, HealthCommand, NamedMount
from sh0.ports.runtime import Workload
from sh0.records.app import WEB
from sh0.records.deployment import Deployment, Placement, Snapshot
from sh0.records.formation import ProcessLimits, asks_web, formation, limits
from sh0.values import Secret


def containers(snapshot: Snapshot) -> tuple[tuple[str, int, str], ...]:
    """The containers of a deployment: process, which one of it, and the end of the container's name."""
    return tuple(
        (name, replica, str(replica) if name == WEB else f"{name}-{replica}")
        for name, count in formation(snapshot).items()
        for replica in range(1, count + 1)
    )


def volume_prefix(home_id: str, project: str) -> str:
    """What the names of a project's volumes on the engine begin with."""
    return f"sh0-{home_id}-{project}_"


def volume_mounts(snapshot: Snapshot, process: str = "") -> tuple[NamedMount, ...]:
    """The volumes that a container of a deployment has.

    Args:
        snapshot: What the deployment runs with.
        process: Its process; empty for what runs once (a command, a release, a job), which has all of them.
    """
    wanted = (each for each in snapshot.volumes if not process or not each.processes or process in each.processes)
    return tuple(NamedMount(each.source, each.path) for each in wanted if each.source)


def workload(deployment: Deployment, placement: Placement, project: str) -> Workload:
    """The container of a placement, as it should be. Pure, so that it can be made again exactly."""
    snapshot = deployment.snapshot
    told = {"PORT": Secret(str(placement.port))} if snapshot.container is None else {}
    process, given_limits = snapshot.declared.processes.get(placement.process), limits(snapshot, placement.process)
    line = "" if process is None else process.command
    spec = snapshot.container or ContainerSpec(
        command=shell_arguments(line) if line else (), health=_engine_check(placement.process, given_limits)
    )
    given = {field.name: getattr(spec, field.name) for field in attrs.fields(ContainerSpec)}
    given |= {
        "labels": {
            **spec.labels,
            "sh0.kind": "app",
            "sh0.app": deployment.app,
            "sh0.project": project,
            "sh0.deployment": deployment.id,
            "sh0.process": placement.process,
            "sh0.instance": str(placement.replica),
        },
        "environment": {**spec.environment, **snapshot.variables, **told},
        "mounts": (*spec.mounts, *volume_mounts(snapshot, placement.process)),
        "files": (*spec.files, *snapshot.declared.files),
        "stop_timeout": given_limits.stop_timeout,
    }
    return Workload(
        name=placement.container,
        image=deployment.image or "",
        network=placement.network,
        address=placement.address,
        memory=given_limits.memory or None,
        cpus=given_limits.cpus,
        **given,
    )


def _engine_check(process: str, given: ProcessLimits) -> HealthCommand | None:
    """The check that the image has of its own asks the port of ``web``, where nothing else answers."""
    return None if process == WEB and asks_web(given.health) else HealthCommand(("NONE",))
