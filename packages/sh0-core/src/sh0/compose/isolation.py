"""What keeps a container apart from the host, word by word: what is free, what needs a permission, what is refused.

Known harmless forms are free. Whatever else the engine would take needs a permission, and a word that is not known here
is refused: it is never passed on to be understood by somebody else.
"""

import re
from collections.abc import Mapping
from typing import Final

__all__ = [
    "CAPABILITIES",
    "GRANTED",
    "NAMESPACES",
    "capability",
    "frees_privileges",
    "harmless_limit",
    "harmless_option",
    "harmless_sysctl",
    "namespace",
    "security_option",
]

GRANTED: Final = frozenset(
    {"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETGID", "SETPCAP", "SETUID"}
    | {"SYS_CHROOT"}
)
"""Capabilities that every container may have, of those that the engine grants: the others forge packets, make devices,
write audit records, and hand capabilities to files (https://docs.docker.com/engine/security/#linux-kernel-capabilities)."""
_MORE: Final = (
    "ALL AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE DAC_READ_SEARCH IPC_LOCK IPC_OWNER"
    " LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BROADCAST NET_RAW PERFMON SETFCAP SYSLOG"
    " SYS_ADMIN SYS_BOOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG"
    " WAKE_ALARM"
)
CAPABILITIES: Final = GRANTED | frozenset(_MORE.split())
"""capabilities(7), without ``CAP_``, and the engine's word for all of them."""

_OPTIONS: Final = ("apparmor", "label", "seccomp", "systempaths", "writable-cgroups")
_NO_PRIVILEGES: Final = "no-new-privileges"
_TRUTHS: Final = {"": "true", "true": "true", "t": "true", "1": "true", "false": "false", "f": "false", "0": "false"}

NAMESPACES: Final[Mapping[str, frozenset[str]]] = {
    "network_mode": frozenset({"none", "bridge", "default"}),
    "pid": frozenset(),
    "ipc": frozenset({"none", "private", "shareable"}),
    "uts": frozenset(),
    "userns_mode": frozenset(),
    "cgroup": frozenset({"private"}),
}
"""Namespaces of a container, and the words that keep each to itself; ``host`` shares it with the host."""
_JOINED: Final = frozenset({"network_mode", "pid", "ipc"})

_SYSCTL: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[A-Za-z0-9_-]+)+")
_OF_ONE_CONTAINER: Final = re.compile(
    r"net\..*|fs\.mqueue\..*|kernel\.(?:msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni)"
)
_HARMLESS_SYSCTLS: Final = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.core.somaxconn",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_max_syn_backlog",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_tw_reuse",
        "net.ipv6.conf.all.disable_ipv6",
        "net.ipv6.conf.default.disable_ipv6",
        "net.ipv6.conf.lo.disable_ipv6",
    }
)
"""Those that concern the container's own sockets and memory, the safe ones of Kubernetes among them
(https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls)."""

_LIMITS: Final = frozenset(
    {"core", "cpu", "data", "fsize", "locks", "memlock", "nofile", "nproc", "rss", "rttime", "sigpending", "stack"}
)
"""Limits that the memory and the processes of the container bound in any case."""
_MORE_LIMITS: Final = frozenset({"msgqueue", "nice", "rtprio"})
"""Limits with which a container takes time or memory from others."""


def capability(text: str) -> str:
    """A capability as it is written here: in capitals, without ``CAP_``.

    Raises:
        ValueError: There is none of that name.
    """
    name = text.strip().upper().removeprefix("CAP_")
    if name not in CAPABILITIES:
        raise ValueError(f"{text!r:.60} is no capability of Linux")
    return name


def security_option(text: str) -> str:
    """An option of the kernel's security modules as ``name=value``.

    Raises:
        ValueError: It is none.
    """
    name, _, value = re.fullmatch(r"(?s)([^:=]*)([:=]?)(.*)", text.strip()).groups()  # type: ignore[union-attr]
    value = value.strip()
    if name == _NO_PRIVILEGES:
        if value.lower() not in _TRUTHS:
            raise ValueError(f"{_NO_PRIVILEGES} is true or false, not {value!r:.60}")
        return f"{name}={_TRUTHS[value.lower()]}"
    if name not in _OPTIONS or not value:
        known = ", ".join((*_OPTIONS, _NO_PRIVILEGES))
        raise ValueError(f"{text!r:.60} is no security option; there are {known}, each with its value")
    return f"{name}={value}"


def harmless_option(option: str) -> bool:
    """Whether a security option, as `security_option` returns it, takes no protection away."""
    return option == f"{_NO_PRIVILEGES}=true"


def frees_privileges(option: str) -> bool:
    """Whether a security option is about new privileges, which sh0 sets by itself."""
    return option.startswith(f"{_NO_PRIVILEGES}=")


def namespace(key: str, text: str) -> str:
    """The word for a namespace of a container; empty for its own.

    Raises:
        ValueError: There is no such word.
    """
    kind, colon, name = text.partition(":")
    if colon and name and key in _JOINED and kind in ("service", "container"):
        return text
    if text and text != "host" and text not in NAMESPACES[key]:
        words = ", ".join(sorted({"host", *NAMESPACES[key]}))
        raise ValueError(f"has the words {words}, not {text!r:.60}")
    return text


def harmless_sysctl(name: str, value: str) -> bool:
    """Whether a kernel parameter concerns nothing but the container that sets it.

    Raises:
        ValueError: It is a parameter of the whole machine, or none at all.
    """
    if _SYSCTL.fullmatch(name) is None or not value.replace("\t", " ").isprintable():
        raise ValueError(f"{name!r:.80} is no kernel parameter, as in net.core.somaxconn, with a value in one line")
    if name in _HARMLESS_SYSCTLS:
        return True
    if _OF_ONE_CONTAINER.fullmatch(name) is None:
        raise ValueError(f"{name:.80} is a parameter of the whole machine: set it there")
    return False


def harmless_limit(name: str) -> bool:
    """Whether a limit of the kernel may be raised without taking anything from others.

    Raises:
        ValueError: There is no such limit.
    """
    if name not in _LIMITS | _MORE_LIMITS:
        raise ValueError(
            f"{name!r:.60} is no limit of the kernel; there are {', '.join(sorted(_LIMITS | _MORE_LIMITS))}"
        )
    return name in _LIMITS
