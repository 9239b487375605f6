"""Services that get more of the server than a container should."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject, canonical_host_path, security_option
from sh0_plugins.rules.paths import for_development, for_examples, for_tests

if TYPE_CHECKING:
    from sh0.plugin import ComposeFile

__all__ = ["RULES", "hit", "mounts", "off", "targets", "texts"]

_SOCKETS = r"(?:^|/)(?:docker|podman|containerd|crio)(?:/(?:docker|podman|containerd|crio))?\.sock$"
_SYSTEM = r"^/(?:$|etc|proc|sys|dev|boot|root|usr|bin|sbin|lib|lib64|var/?$|var/run|var/lib|run)(?:/|$)"
_HARMLESS = (
    r"^/(?:etc/(?:localtime|timezone|hostname|ssl/certs|ca-certificates)|usr/share/zoneinfo|dev/(?:null|shm|dri"
    r"|snd|net/tun|fuse|kvm))(?:/|$)"
)
_CAPABILITIES = frozenset(
    {"ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "SYS_BOOT", "DAC_READ_SEARCH", "BPF", "NET_ADMIN"}
)
_MILD = frozenset({"NET_ADMIN", "SYS_PTRACE"})


def texts(value: object) -> list[str]:
    """The texts of a value that may be a list, or a single text."""
    return [str(item) for item in value] if isinstance(value, list) else [value] if isinstance(value, str) else []


def mounts(compose: "ComposeFile") -> Iterator[tuple[str, int, str, str, bool]]:
    """Service, index, source, target and whether it is read-only, of every volume that is mounted."""
    for name, service in compose.services():
        volumes = service.get("volumes")
        for index, volume in enumerate(volumes if isinstance(volumes, list) else ()):
            if isinstance(volume, str):
                source, _, rest = re.sub(r"\$\{[^}]*\}", lambda found: found[0].replace(":", "\0"), volume).partition(
                    ":"
                )
                target, _, options = rest.partition(":")
                yield (
                    name,
                    index,
                    canonical_host_path(source.replace("\0", ":")) if rest else "",
                    target or source,
                    "ro" in options.split(","),
                )
            elif isinstance(volume, dict):
                yield (
                    name,
                    index,
                    canonical_host_path(str(volume.get("source") or "")),
                    str(volume.get("target") or ""),
                    volume.get("read_only") is True,
                )


def targets(service: Mapping[object, object]) -> Iterator[str]:
    """The paths in its container at which a service mounts something."""
    volumes, tmpfs = service.get("volumes"), texts(service.get("tmpfs"))
    for volume in volumes if isinstance(volumes, list) else ():
        if isinstance(volume, dict):
            yield str(volume.get("target") or "")
        elif isinstance(volume, str):
            source, _, rest = re.sub(r"\$\{[^}]*\}", "", volume).partition(":")
            yield rest.partition(":")[0] or source
    yield from (text.partition(":")[0] for text in tmpfs)


def hit(compose: "ComposeFile", message: str, *path: str | int, severity: Severity | None = None) -> Hit:
    """A hit at the place of a value below ``services``."""
    mark = compose.document.where(("services", *path))
    return Hit(message, mark.line, mark.column, severity=severity)


def _danger(compose: "ComposeFile", message: str, *path: str | int, severity: Severity | None = None) -> Hit:
    """A hit that may be an error; a hint where nothing runs the service."""
    service = dict(compose.services()).get(str(path[0]), {})
    reason = off(service) or _aside(compose.file.path)
    if not reason:
        return hit(compose, message, *path, severity=severity)
    return hit(compose, f"{message} ({reason})", *path, severity=Severity.HINT)


def off(service: dict[str, object]) -> str:
    """Why a service does not run when the file is brought up; empty if it does."""
    if service.get("profiles"):
        return "The service has a profile, and runs only where that is on."
    deploy = service.get("deploy")
    if 0 in (service.get("scale"), deploy.get("replicas") if isinstance(deploy, dict) else None):
        return "The service has no replicas, so it does not run."
    return ""


def _aside(path: str) -> str:
    aside = for_tests(path) or for_examples(path) or for_development(path)
    return "The file is for development, for tests or an example." if aside else ""


def _privileged(compose: "ComposeFile") -> Iterator[Hit]:
    for name, service in compose.services():
        if service.get("privileged") is True:
            yield _danger(compose, f"The service {name} is privileged.", name, "privileged")


def _socket(compose: "ComposeFile") -> Iterator[Hit]:
    for name, index, source, _, _ in mounts(compose):
        if re.search(_SOCKETS, source):
            said = f"The service {name} gets the socket of the container engine."
            yield _danger(compose, said, name, "volumes", index)


def _system_paths(compose: "ComposeFile") -> Iterator[Hit]:
    for name, index, source, _, read_only in mounts(compose):
        if re.match(_SYSTEM, source) and not re.match(_HARMLESS, source) and not re.search(_SOCKETS, source):
            severity = Severity.WARNING if read_only else Severity.ERROR
            said = f"The service {name} gets {source} of the server."
            yield _danger(compose, said, name, "volumes", index, severity=severity)


def _host_paths(compose: "ComposeFile") -> Iterator[Hit]:
    for name, index, source, _, _ in mounts(compose):
        if re.match(r"^(?:/|~)", source) and not re.match(_SYSTEM, source) and not re.match(_HARMLESS, source):
            yield hit(compose, f"The service {name} depends on {source} of this one server.", name, "volumes", index)


def _host_namespaces(compose: "ComposeFile") -> Iterator[Hit]:
    for name, service in compose.services():
        for key in ("network_mode", "pid", "ipc", "uts", "userns_mode", "cgroup"):
            if str(service.get(key) or "").strip().lower() == "host":
                severity = None if key == "network_mode" else Severity.ERROR if key == "pid" else None
                yield _danger(
                    compose,
                    f"The service {name} shares the server's {key.removesuffix('_mode')}.",
                    name,
                    key,
                    severity=severity,
                )


def _capabilities(compose: "ComposeFile") -> Iterator[Hit]:
    for name, service in compose.services():
        for index, capability in enumerate(texts(service.get("cap_add"))):
            plain = capability.strip().upper().removeprefix("CAP_")
            if plain in _CAPABILITIES:
                severity = Severity.WARNING if plain in _MILD else Severity.ERROR
                yield _danger(
                    compose,
                    f"The service {name} gets the capability {plain}.",
                    name,
                    "cap_add",
                    index,
                    severity=severity,
                )


def _opens(option: str) -> bool:
    """Whether a security option switches a protection off, in any spelling; a profile of one's own does not."""
    try:
        name, _, value = security_option(option.lower()).partition("=")
    except ValueError:
        return False  # it is refused when the file is read
    if name == "seccomp" and value.startswith("{"):
        return "scmp_act_errno" not in value and "scmp_act_kill" not in value
    return value in ("unconfined", "disable", "type:spc_t") or (name, value) == ("no-new-privileges", "false")


def _unconfined(compose: "ComposeFile") -> Iterator[Hit]:
    for name, service in compose.services():
        for index, option in enumerate(texts(service.get("security_opt"))):
            if _opens(option):
                yield hit(
                    compose, f"The service {name} runs without a protection: {option}.", name, "security_opt", index
                )


RULES: Final = (
    Rule(
        id="SH0-CP001",
        category=Category.COMPOSE,
        severity=Severity.ERROR,
        title="Privileged container",
        why=(
            "It has every capability and every device of the server: a break-in into the app is a break-in "
            "into the server."
        ),
        remedy="Remove `privileged`; give the one capability (`cap_add`) or device (`devices`) that is needed.",
        link="https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities",
        subject=Subject.COMPOSE,
        check=_privileged,
    ),
    Rule(
        id="SH0-CP002",
        category=Category.COMPOSE,
        severity=Severity.ERROR,
        title="Socket of the container engine is mounted",
        why=(
            "Whoever can write to that socket can start a container that mounts the server's disk, so they own "
            "the server. Read-only does not change that."
        ),
        remedy="Remove it, or let a proxy that allows only the calls needed stand between (docker-socket-proxy).",
        link="https://docs.docker.com/engine/security/#docker-daemon-attack-surface",
        subject=Subject.COMPOSE,
        check=_socket,
    ),
    Rule(
        id="SH0-CP003",
        category=Category.COMPOSE,
        severity=Severity.ERROR,
        title="Folder of the system is mounted",
        why="A process in the container can read, and unless it is read-only change, what the server itself runs on.",
        remedy="Use a named volume for what the service keeps; mount single files read-only where they are needed.",
        link="https://docs.docker.com/engine/storage/bind-mounts/#considerations-and-constraints",
        subject=Subject.COMPOSE,
        check=_system_paths,
    ),
    Rule(
        id="SH0-CP004",
        category=Category.COMPOSE,
        severity=Severity.HINT,
        title="Folder of the server is mounted",
        why="The service works on this server only, and neither backups nor a move to another one know of that folder.",
        remedy="Use a named volume.",
        link="https://docs.docker.com/engine/storage/volumes/",
        subject=Subject.COMPOSE,
        check=_host_paths,
    ),
    Rule(
        id="SH0-CP005",
        category=Category.COMPOSE,
        severity=Severity.WARNING,
        title="Namespace of the server is shared",
        why=(
            "The container then sees the server's network interfaces, processes or shared memory, and is "
            "separated from them no more."
        ),
        remedy="Remove it and publish or route the ports that are needed.",
        link="https://docs.docker.com/reference/compose-file/services/#network_mode",
        subject=Subject.COMPOSE,
        check=_host_namespaces,
    ),
    Rule(
        id="SH0-CP006",
        category=Category.COMPOSE,
        severity=Severity.ERROR,
        title="Capability that opens the server",
        why=(
            "With it a process in the container can mount file systems, load modules of the kernel or read the "
            "memory of others."
        ),
        remedy="Remove it, and look in the program's documentation for the narrower one that it needs.",
        link="https://man7.org/linux/man-pages/man7/capabilities.7.html",
        subject=Subject.COMPOSE,
        check=_capabilities,
    ),
    Rule(
        id="SH0-CP007",
        category=Category.COMPOSE,
        severity=Severity.WARNING,
        title="Protection of the kernel is off",
        why="Seccomp, AppArmor and SELinux stop most of the ways out of a container that have been found.",
        remedy="Remove the option, or name a profile of your own that allows the one call more.",
        link="https://docs.docker.com/engine/security/seccomp/",
        subject=Subject.COMPOSE,
        check=_unconfined,
    ),
)
