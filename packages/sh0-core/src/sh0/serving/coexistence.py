"""Whether two containers of a service may run side by side for a moment. Pure."""

from collections.abc import Iterable

from sh0.records.deployment import Snapshot, UpdateOrder
from sh0.records.volume import VolumeMount


def exclusive(volumes: Iterable[VolumeMount]) -> tuple[VolumeMount, ...]:
    """The volumes that only one container of a process may write to."""
    return tuple(each for each in volumes if not each.shared)


def reasons_to_recreate(snapshot: Snapshot) -> tuple[str, ...]:
    """Why a container must have ended before its successor starts; empty if the successor may start first."""
    spec = snapshot.container
    if spec is None:
        return tuple(f"two must not write to {each.path} (volume {each.name})" for each in exclusive(snapshot.volumes))
    found = ["the file says stop-first"] if snapshot.update_order is UpdateOrder.STOP_FIRST else []
    if snapshot.update_order is None:
        found += [f"two must not write to {mount.target}" for mount in spec.mounts if not mount.read_only]
    found += [
        f"it has port {port.host_port}{'' if port.protocol == 'tcp' else '/' + port.protocol} of the host"
        for port in spec.published
        if port.host_port is not None
    ]
    if snapshot.network == "host":
        found.append("it is on the host's network")
    if spec.devices or spec.privileged:
        found.append("it uses devices of the host" if spec.devices else "it is privileged")
    return tuple(found)
