"""Storage: what must survive lies in named volumes, and the one file is all there is."""

import re
from collections.abc import Mapping
from typing import Any

from sh0.compose.host_paths import Reach, canonical, reach
from sh0.compose.volumes import bound
from sh0.source.yamltext import Path
from sh0.templates.demands.images import tag_of
from sh0.templates.demands.subject import Subject

__all__ = ["storage", "unkept"]

SOCKETS = ("/var/run/docker.sock", "/run/docker.sock")
_VOLUME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
_ELSEWHERE = ("env_file", "extends")


def storage(subject: Subject) -> None:
    """Check that nothing of the host is mounted, every volume is declared and used, and no other file is needed."""
    declared = {str(path[1]): path for path, _ in subject.entries("volumes")}
    used: set[str] = set()
    for path, service in subject.services():
        for key in _ELSEWHERE:
            if key in service:
                subject.note("one-file", (*path, key), f"{path[1]} reads another file", "Write it out here.")
        volumes = service.get("volumes")
        for index, volume in enumerate(volumes if isinstance(volumes, list) else ()):
            used |= _mount(subject, volume, (*path, "volumes", index), declared)
        _database(subject, service, path)
    for name, path in declared.items():
        if name not in used:
            subject.note("volumes", path, f"the volume {name} is used by no service", "Remove it.")
    _top(subject)


def _mount(subject: Subject, volume: object, path: Path, declared: object) -> set[str]:
    permissions = subject.template.permissions
    if isinstance(volume, dict):
        kind, source = str(volume.get("type", "volume")), str(volume.get("source") or "")
        if kind == "tmpfs":
            return set()
    else:
        parts = str(volume).split(":")
        source = parts[0] if len(parts) > 1 else ""
        kind = "volume" if _VOLUME.fullmatch(source) or not source else "bind"
    gives = reach(source) if kind == "bind" else None
    if gives is Reach.EVERYTHING:
        if "docker-socket" not in permissions:
            subject.note(
                "docker-socket",
                path,
                f"{canonical(source):.80} is mounted, which gives the whole machine away as the engine's socket does",
                "Do without; if it cannot, declare x-sh0.allow.docker-socket with the reason.",
            )
    elif gives is not None:
        if ("devices" if gives is Reach.DEVICE else "host-path") not in permissions:
            subject.note(
                "host-mount",
                path,
                f"{source:.80} of the host is mounted",
                "Use a named volume, or configs with content for a file.",
            )
    elif not source:
        subject.note("volumes", path, "this volume has no name, so nobody finds it again", "Give it one: data:/path.")
    elif source not in (declared if isinstance(declared, dict) else ()):
        subject.note("volumes", path, f"the volume {source} is not declared", "List it under volumes: at the end.")
    return {source}


def _database(subject: Subject, service: Mapping[str, Any], path: Path) -> None:
    """A database whose volume is elsewhere than its files starts well, and has lost everything a year later."""
    wanted = unkept(service)
    if wanted:
        image = service.get("image")
        subject.note(
            "volumes", path, f"{image} keeps its files in {wanted}, and no volume is there", "Mount one there."
        )


def unkept(service: Mapping[str, Any]) -> str:
    """The folder in which a known database keeps its files, if no volume is there; empty otherwise."""
    image = str(service.get("image") or "")
    kind = image.partition("@")[0].removeprefix("docker.io/").removeprefix("library/").partition(":")[0]
    major = re.match(r"\d+", tag_of(image))
    if kind == "postgres":
        # since 18 the image keeps its files in a folder for each major version
        wanted = "/var/lib/postgresql" if major and int(major[0]) >= 18 else "/var/lib/postgresql/data"
    else:
        wanted = {"mysql": "/var/lib/mysql", "mariadb": "/var/lib/mysql", "mongo": "/data/db"}.get(kind, "")
    volumes = service.get("volumes")
    targets = [_target(volume) for volume in (volumes if isinstance(volumes, list) else ())]
    return "" if wanted in targets else wanted


def _target(volume: object) -> str:
    if isinstance(volume, dict):
        return str(volume.get("target") or "").rstrip("/")
    parts = str(volume).split(":")
    return (parts[1] if len(parts) > 1 else parts[0]).rstrip("/")


def _top(subject: Subject) -> None:
    if "include" in subject.top:
        subject.note("one-file", ("include",), "another file is included", "A template is one file: write it out here.")
    for section in ("configs", "secrets"):
        for path, entry in subject.entries(section):
            if "file" in entry:
                subject.note(
                    "one-file", (*path, "file"), f"{path[1]} is read from another file", "Use content: instead."
                )
    for section in ("volumes", "networks", "configs", "secrets"):
        for path, entry in subject.entries(section):
            if entry.get("external"):
                subject.note(
                    "one-file", (*path, "external"), f"{path[1]} must be there already", "Let the stack make it."
                )
    for path, entry in subject.entries("volumes"):
        options = entry.get("driver_opts")
        folder = bound(str(entry.get("driver") or ""), options) if isinstance(options, dict) else None
        needed = "docker-socket" if folder and reach(folder[0]) is Reach.EVERYTHING else "host-path"
        if isinstance(options, dict) and "device" in options and needed not in subject.template.permissions:
            subject.note(
                "host-mount", (*path, "driver_opts"), f"{path[1]} lies on a folder of the host", "Leave it out."
            )
