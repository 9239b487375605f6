"""Rights: a container stays one. What reaches out of it is declared under ``allow`` with its reason, or not there."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sh0.compose import isolation
from sh0.source.yamltext import Path
from sh0.templates.demands.subject import Subject
from sh0.templates.model import PERMISSIONS

__all__ = ["HTTP_PORTS", "reaches", "rights"]

HTTP_PORTS: Final = frozenset({80, 443, 3000, 5000, 8000, 8080, 8443, 8888})
"""Ports that nearly always speak HTTP."""
_SPOKEN: Final = frozenset({"http", "https", "http2", "h2c", "ws", "wss", "grpc"})


def rights(subject: Subject) -> None:
    """Check what services may reach, and what they publish on the host."""
    for path, service in subject.services():
        name = str(path[1])
        for allow, where in reaches(service, path):
            if allow not in subject.template.permissions:
                subject.note(
                    allow,
                    where,
                    f"{name} reaches {PERMISSIONS[allow]}",
                    f"Do without; if it cannot, declare x-sh0.allow.{allow} with the reason.",
                )
        if "container_name" in service:
            subject.note("format", (*path, "container_name"), f"{name} fixes its container's name", "Remove the line.")
        _published(subject, service, path)
    for allow, reason in subject.template.permissions.items():
        if len(reason.split()) < 3:
            subject.note("allow", ("x-sh0", "allow", allow), f"why it needs {allow} is not said", "Give the reason.")


def reaches(service: Mapping[str, Any], path: Path) -> Iterator[tuple[str, Path]]:
    """What a service needs beyond a container's rights (keys of `PERMISSIONS`), mounts aside, and where it says so.

    It is what a release would be asked about; a word that a release would refuse counts as the worst that it may mean.
    """
    if service.get("privileged"):
        yield "privileged", (*path, "privileged")
    for key in isolation.NAMESPACES:
        word = str(service.get(key) or "")
        if word and not _known(isolation.namespace, key, word, free=word != "host"):
            yield "host-network" if key == "network_mode" else "host-namespace", (*path, key)
    for key in ("devices", "device_cgroup_rules"):
        if service.get(key):
            yield "devices", (*path, key)
    for index, capability in enumerate(_texts(service.get("cap_add"))):
        if not _known(lambda text: isolation.capability(text) in isolation.GRANTED, capability):
            yield "capabilities", (*path, "cap_add", index)
    for index, option in enumerate(_texts(service.get("security_opt"))):
        if not _known(lambda text: isolation.harmless_option(isolation.security_option(text)), option):
            yield "unconfined", (*path, "security_opt", index)
    for key, value in _pairs(service.get("sysctls")):
        if not _known(isolation.harmless_sysctl, key, value):
            yield "kernel-settings", (*path, "sysctls")
    for key, _ in _pairs(service.get("ulimits")):
        if not _known(isolation.harmless_limit, key):
            yield "kernel-settings", (*path, "ulimits", key)


def _known(judge: Callable[..., object], *words: str, free: bool = True) -> bool:
    try:
        return bool(judge(*words)) and free
    except ValueError:
        return False


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _pairs(value: object) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [(str(key), str(each)) for key, each in value.items()]
    return [(key, each) for key, _, each in (text.partition("=") for text in _texts(value))]


def _published(subject: Subject, service: Mapping[str, Any], path: Path) -> None:
    exposed = {exposure.port for exposure in subject.template.expose if exposure.service == path[1]}
    ports = service.get("ports")
    for index, port in enumerate(ports if isinstance(ports, list) else ()):
        if isinstance(port, dict):
            target, published = str(port.get("target", "")), port.get("published")
        else:
            parts = str(port).partition("/")[0].split(":")
            target, published = parts[-1], parts[-2] if len(parts) > 1 else None
        number = int(target) if target.isdecimal() else 0
        if isinstance(port, dict) and str(port.get("app_protocol") or "http") not in _SPOKEN:
            continue
        if number in exposed or number in HTTP_PORTS or str(published) in ("80", "443"):
            subject.note(
                "published",
                (*path, "ports", index),
                f"{path[1]} publishes a port of HTTP on the host",
                "Remove it: x-sh0.expose gives it a host name. If it is no HTTP, say so: app_protocol: tcp.",
            )
