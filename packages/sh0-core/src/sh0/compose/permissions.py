"""What an operator has to allow a stack: each permission with the exact subject that was looked at."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Final

import attrs

from sh0.compose.host_paths import canonical
from sh0.values import Rule

__all__ = ["Allowed", "Permission", "PermissionKind", "PermissionText", "path_subject", "shortened"]

_LONGEST = 200  # characters of a subject that is shown as it is


class PermissionKind(StrEnum):
    """What kind of thing an operator must allow before a stack that asks for it is started.

    Attributes:
        PRIVILEGED: Everything that the host may do.
        HOST_NETWORK: The host's own network.
        HOST_NAMESPACE: The host's processes, memory, names or users.
        HOST_PATH: A folder or file of the host.
        DOCKER_SOCKET: A path that leads to everything: the engine's socket, its data, ``/proc``, ``/sys``, ``/dev``.
        DEVICES: A device of the host.
        CAPABILITIES: A capability that not every container may have.
        UNCONFINED: Less of what the kernel keeps from a container.
        KERNEL_SETTINGS: A setting of the kernel beyond the container's own sockets.
        PUBLISHED_PORT: A port of the host.
        EXTERNAL: A volume that does not belong to the stack.
    """

    PRIVILEGED = "privileged"
    HOST_NETWORK = "host-network"
    HOST_NAMESPACE = "host-namespace"
    HOST_PATH = "host-path"
    DOCKER_SOCKET = "docker-socket"
    DEVICES = "devices"
    CAPABILITIES = "capabilities"
    UNCONFINED = "unconfined"
    KERNEL_SETTINGS = "kernel-settings"
    PUBLISHED_PORT = "published-port"
    EXTERNAL = "external"


_OF_PATHS: Final = frozenset({PermissionKind.HOST_PATH, PermissionKind.DOCKER_SOCKET, PermissionKind.DEVICES})

PermissionText = Annotated[
    str,
    Rule(
        "a permission",
        f"one of {', '.join(PermissionKind)}, alone or with a colon and its subject",
        pattern=rf"(?:{'|'.join(PermissionKind)})(?::[^\x00-\x1f\x7f]+)?",
        maximum=400,
        example="host-path:/srv/data:ro",
    ),
]


@attrs.frozen(order=True)
class Permission:
    """Something that a service may do, and with what exactly.

    Attributes:
        kind: What kind of thing it is.
        subject: The path with its mode, the port with address and protocol, the device, the capability, the option
            with its value, the name of the volume; empty where the kind says it all.
        service: Which service; empty for what the whole stack shares.
    """

    kind: PermissionKind
    subject: str = ""
    service: str = ""

    @property
    def text(self) -> str:
        """The form that ``--allow`` takes."""
        return f"{self.kind.value}:{self.subject}" if self.subject else self.kind.value


@attrs.frozen
class Allowed:
    """What an operator allows.

    Attributes:
        now: With this call: kinds, which allow all their subjects in the plan at hand, or kinds with a subject.
        before: What is remembered; each covers nothing but itself.
    """

    now: frozenset[str] = frozenset()
    before: frozenset[Permission] = frozenset()

    def covers(self, permission: Permission, written: Permission | None = None) -> bool:
        """Whether something is allowed.

        Args:
            permission: What is asked for.
            written: The same as the file writes it, where that is another path.
        """
        if permission in self.before or permission.kind.value in self.now:
            return True
        texts = {each.text for each in (permission, written) if each is not None}
        return bool(texts & self.now) or any(_as_path(given) in texts for given in self.now)


def _as_path(given: str) -> str:
    """A given permission for a path, in the form that subjects have."""
    kind, _, subject = given.partition(":")
    if kind not in _OF_PATHS or not subject.startswith("/"):
        return given
    path, _, mode = subject.rpartition(":")
    if not path or "/" in mode:
        path, mode = subject, "rwm" if kind == PermissionKind.DEVICES else "rw"
    return f"{kind}:{canonical(path)}:{mode}"


def path_subject(path: str, *, read_only: bool) -> str:
    """The subject of a permission for a path of the host."""
    return shortened(f"{canonical(path)}:{'ro' if read_only else 'rw'}")


def shortened(subject: str) -> str:
    """A subject that can be shown and typed: what is long or unprintable ends with a digest of all of it."""
    if len(subject) <= _LONGEST and subject.isprintable():
        return subject
    digest = hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()
    start = "".join(each for each in subject[:40] if each.isprintable())
    return f"{start}…sha256:{digest}"


def texts(permissions: Iterable[Permission]) -> tuple[str, ...]:
    """Permissions as ``--allow`` takes them, each once."""
    return tuple(dict.fromkeys(each.text for each in permissions))
