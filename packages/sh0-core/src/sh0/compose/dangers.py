"""What in a service reaches beyond its container, and the leave that it needs."""

import posixpath
from collections.abc import Iterator
from typing import Final

from sh0.compose.model import Leave, Note, NoteKind
from sh0.compose.services import BindMount, Service
from sh0.place import Place

__all__ = ["dangers", "reach"]

GRANTED: Final = frozenset(
    {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW"}
    | {"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}
)
"""Capabilities that the engine gives every container (https://docs.docker.com/engine/security/#linux-kernel-capabilities)."""
_SOCKETS: Final = ("docker.sock", "podman.sock", "containerd.sock", "crio.sock")
_SOCKET_FOLDERS: Final = ("/", "/run", "/var", "/var/run", "/var/run/docker", "/run/docker", "/run/containerd")
_UNCONFINED: Final = ("unconfined", "disable", "no-new-privileges=false", "no-new-privileges:false")


def dangers(name: str, service: Service) -> Iterator[Note]:
    """What is dangerous in a service, and what sh0 does differently because it would be."""

    def danger(key: str, message: str, leave: Leave, place: Place | None = None) -> Note:
        return Note(NoteKind.DANGEROUS, name, key, message, place or service.where(key), leave)

    if service.privileged:
        yield danger("privileged", "a privileged container can do anything to the host", Leave.PRIVILEGED)
    if service.network_mode == "host":
        message = "the container is on the host's network: it listens there, and reaches whatever the host does"
        yield danger("network_mode", message, Leave.HOST_NETWORK)
    for key, value in (("pid", service.pid), ("ipc", service.ipc)):
        if value == "host":
            yield danger(key, f"the container shares the host's {key} namespace", Leave.HOST_NAMESPACE)
    for key, value in (("network_mode", service.network_mode), ("pid", service.pid), ("ipc", service.ipc)):
        if value.startswith(("container:", "service:")):
            message = f"{key}: {value} is not honoured: containers are replaced one by one"
            yield Note(NoteKind.UNSUPPORTED, name, key, message, service.where(key))
    for mount in service.mounts:
        if isinstance(mount, BindMount):
            yield from _bind(name, mount)
    for device in service.devices:
        yield danger("devices", f"the container reaches the device {device.source} of the host", Leave.DEVICES)
    for capability in service.cap_add:
        if capability not in GRANTED:
            message = f"the container gets the capability {capability}, which no container has by itself"
            yield danger("cap_add", message, Leave.CAPABILITIES)
    for option in service.security_opt:
        if option.endswith(_UNCONFINED):
            yield danger("security_opt", f"{option} switches a protection of the host off", Leave.UNCONFINED)
    for port in service.ports:
        target = f"{port.port}/{port.protocol}"
        message = f"sh0 does not publish {target} on the host by itself; host names lead to services that speak HTTP"
        yield Note(NoteKind.CHANGED, name, "ports", message, port.place, Leave.PUBLISHED_PORT)


def reach(path: str) -> Leave:
    """The leave that a path of the host needs."""
    path = posixpath.normpath("/" + path.lstrip("/")) if path.startswith("/") else path
    return Leave.DOCKER_SOCKET if path.endswith(_SOCKETS) or path in _SOCKET_FOLDERS else Leave.HOST_PATH


def _bind(name: str, mount: BindMount) -> Iterator[Note]:
    if mount.inside:
        message = f"{mount.source} is a file of the project: the container gets it as it is in this version"
        yield Note(NoteKind.CHANGED, name, "volumes", message, mount.place)
        return
    leave = reach(mount.source)
    message = f"{mount.source} is a path of the host, and the container {'reads' if mount.read_only else 'changes'} it"
    if leave is Leave.DOCKER_SOCKET:
        message = f"{mount.source} is or holds the engine's socket: the container can do anything to the host"
    yield Note(NoteKind.DANGEROUS, name, "volumes", message, mount.place, leave)
