"""What in a service reaches beyond its container, and the permission that it needs."""

from collections.abc import Iterable, Iterator

from sh0.compose import isolation
from sh0.compose.host_paths import Reach, canonical, reach
from sh0.compose.model import Note, NoteKind, PermissionKind
from sh0.compose.permissions import path_subject, shortened
from sh0.compose.services import BindMount, PortMapping, Service
from sh0.place import Place

__all__ = ["dangers", "of_path", "port_subject"]

_OF_REACH = {
    Reach.EVERYTHING: PermissionKind.DOCKER_SOCKET,
    Reach.DEVICE: PermissionKind.DEVICES,
    Reach.PATH: PermissionKind.HOST_PATH,
}


def dangers(name: str, service: Service) -> Iterator[Note]:
    """What is dangerous in a service, and what sh0 does differently because it would be."""

    def danger(key: str, message: str, allow: PermissionKind, subject: str = "", place: Place | None = None) -> Note:
        where = place or service.where(key)
        return Note(NoteKind.DANGEROUS, name, key, message, where, allow, shortened(subject))

    if service.privileged:
        yield danger("privileged", "a privileged container can do anything to the host", PermissionKind.PRIVILEGED)
    yield from _namespaces(name, service)
    for mount in service.mounts:
        if isinstance(mount, BindMount):
            yield from _bind(name, mount)
    for device in service.devices:
        subject = f"{canonical(device.source)}:{device.permissions}"
        message = f"the container reaches the device {device.source} of the host ({device.permissions})"
        yield danger("devices", message, PermissionKind.DEVICES, subject)
    for capability in service.cap_add:
        if capability not in isolation.GRANTED:
            message = f"the container gets the capability {capability}, which no container has by itself"
            yield danger("cap_add", message, PermissionKind.CAPABILITIES, capability)
    for option in service.security_opt:
        if not isolation.harmless_option(option):
            message = f"{shortened(option)} takes a protection of the kernel away, or replaces it"
            yield danger("security_opt", message, PermissionKind.UNCONFINED, option)
    for parameter, value in service.sysctls.items():
        if not isolation.harmless_sysctl(parameter, value):
            message = f"the kernel parameter {parameter} changes more than the container's own sockets"
            yield danger("sysctls", message, PermissionKind.KERNEL_SETTINGS, f"{parameter}={value}")
    for limit, bounds in service.ulimits.items():
        if not isolation.harmless_limit(limit):
            message = f"the limit {limit} lets the container take time or memory from others"
            yield danger("ulimits", message, PermissionKind.KERNEL_SETTINGS, f"{limit}={bounds.soft}:{bounds.hard}")
    for port in service.ports:
        target = f"{port.port}/{port.protocol}"
        message = f"sh0 does not publish {target} on the host by itself; host names lead to services that speak HTTP"
        yield Note(
            NoteKind.CHANGED, name, "ports", message, port.place, PermissionKind.PUBLISHED_PORT, port_subject(port)
        )


def port_subject(port: PortMapping) -> str:
    """A published port as Compose writes it: ``127.0.0.1:8080:80/tcp``, without its host's part if any that is free."""
    address = f"[{port.host_ip}]" if ":" in port.host_ip else port.host_ip
    host = "" if port.published is None else str(port.published)
    parts = [address, host, str(port.port)] if address else [host, str(port.port)] if host else [str(port.port)]
    return f"{':'.join(parts)}/{port.protocol}"


def of_path(
    path: str, *, read_only: bool, what: str = "", guarded: Iterable[str] = ()
) -> tuple[str, PermissionKind, str]:
    """What a path of the host that is mounted means, what it needs, and the subject of that.

    Args:
        path: The path.
        read_only: Whether the container may not write to it.
        what: What is mounted, if it is not called by its path.
        guarded: As `sh0.compose.host_paths.reach` takes it.
    """
    gives = reach(path, guarded)
    said = f"{what} is {path}, a path" if what else f"{path} is a path"
    message = f"{said} of the host, and the container {'reads' if read_only else 'changes'} it"
    if gives is Reach.EVERYTHING:
        said = f"{what} is {path}, and" if what else path
        message = (
            f"{said} leads to the engine, the kernel or the platform's keys: the container can do anything to the host"
        )
    elif gives is Reach.DEVICE:
        message = f"{what or path} is a device of the host"
    return message, _OF_REACH[gives], path_subject(path, read_only=read_only)


def _namespaces(name: str, service: Service) -> Iterator[Note]:
    values = {key: str(getattr(service, key)) for key in isolation.NAMESPACES}
    for key, value in values.items():
        place = service.where(key)
        if value == "host" and key == "network_mode":
            message = "the container is on the host's network: it listens there, and reaches whatever the host does"
            yield Note(NoteKind.DANGEROUS, name, key, message, place, PermissionKind.HOST_NETWORK)
        elif value == "host":
            message = f"the container shares the host's {key.removesuffix('_mode')} namespace"
            yield Note(NoteKind.DANGEROUS, name, key, message, place, PermissionKind.HOST_NAMESPACE, f"{key}=host")
        elif value in ("bridge", "default"):
            message = "the services of a stack share one network of their own"
            yield Note(NoteKind.CHANGED, name, key, message, place)
        elif ":" in value:
            message = f"{key}: {value} is not honoured: containers are replaced one by one"
            yield Note(NoteKind.UNSUPPORTED, name, key, message, place)


def _bind(name: str, mount: BindMount) -> Iterator[Note]:
    if mount.inside:
        message = f"{mount.source} is a file of the project: the container gets it as it is in this version"
        yield Note(NoteKind.CHANGED, name, "volumes", message, mount.place)
        return
    message, allow, subject = of_path(mount.source, read_only=mount.read_only)
    yield Note(NoteKind.DANGEROUS, name, "volumes", message, mount.place, allow, subject)
