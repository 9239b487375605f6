"""Folders and files of the host become named volumes and configs; what cannot is declared, or left out and said so."""

import posixpath
import re
from typing import Any

from sh0.compose.host_paths import Reach, canonical, reach
from sh0.importers.draft import Draft, slug
from sh0.source.dollars import escape
from sh0.source.yamltext import Path
from sh0.templates.demands.storage import SOCKETS

__all__ = ["mounting"]

_LONGEST = 4096  # characters of a path, and of a mount that is taken apart with care
_CLOCK = ("/etc/localtime", "/etc/timezone")
_MACHINE = ("/dev", "/sys", "/proc", "/var/lib/docker", "/var/log", "/etc", "/run", "/", "/boot", "/lib/modules")
_NEEDED = {Reach.EVERYTHING: "docker-socket", Reach.DEVICE: "devices", Reach.PATH: "host-path"}
_FILE = re.compile(r"[^/]*\.[A-Za-z][A-Za-z0-9]{0,7}")
_NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*/?")
_DEFAULT = re.compile(r"\$\{[^}:]+:?-([^}]*)\}")


def mounting(draft: Draft) -> None:
    """Rewrite the mounts of every service, and declare the volumes that they name."""
    taken: dict[str, str] = {}
    for name, service in draft.services.items():
        mounts = service.get("volumes")
        if mounts is None:
            continue
        kept = []
        for index, mount in enumerate(mounts if isinstance(mounts, list) else ()):
            rewritten = _mount(draft, name, service, mount, index, taken)
            if rewritten is not None and rewritten not in kept:
                kept.append(rewritten)
        if kept:
            service["volumes"] = kept
        else:
            del service["volumes"]
    _declarations(draft)


def _mount(
    draft: Draft, name: str, service: dict[str, Any], mount: object, index: int, taken: dict[str, str]
) -> object | None:
    path = ("services", name, "volumes", index)
    content = None
    if isinstance(mount, dict):
        if mount.get("type") in ("tmpfs", "npipe", "cluster", "image"):
            return mount
        source, target = str(mount.get("source") or ""), str(mount.get("target") or "")
        options = "ro" if mount.get("read_only") else ""
        content = mount.get("content")
    else:
        source, target, options = _split(str(mount))
    source = _DEFAULT.sub(r"\1", source)
    if not target:
        source, target = "", source
    if canonical(source) == canonical(SOCKETS[0]):
        draft.permissions["docker-socket"] = f"The original of this template mounts it in {name}."
        draft.missing(path, "the engine's socket is mounted: say under allow why, or do without")
        return f"{SOCKETS[0]}:{target}{':' + options if options else ''}"
    if source in _CLOCK:
        draft.changed(path, f"{source} of the machine is not mounted: the time zone is a variable's business")
        return None
    if not source:
        volume = slug(f"{name}-{posixpath.basename(target.rstrip('/'))}") or f"{name}-data"
        draft.changed(path, f"{target} lies in the named volume {volume}")
    elif _NAMED.fullmatch(source):
        volume = source.rstrip("/")
    elif source.startswith("/") and any(source == each or source.startswith(each + "/") for each in _MACHINE):
        draft.permissions[_NEEDED[reach(source)]] = f"The original of this template mounts {source} in {name}."
        draft.missing(path, f"{source} of the machine is mounted: say under allow why, or do without")
        return f"{source}:{target}{':' + options if options else ''}"
    elif content is not None or _is_file(draft, source, target):
        _config(draft, name, service, path, source, target, content)
        return None
    else:
        volume = taken.get(source) or _free(draft, slug(posixpath.basename(source.rstrip("/"))) or "data", name, taken)
        taken[source] = volume
        draft.changed(path, f"{source} of the machine is now the named volume {volume}")
    draft.content.setdefault("volumes", {}).setdefault(volume, None)
    return f"{volume}:{target}{':ro' if 'ro' in options.split(',') else ''}"


def _free(draft: Draft, wanted: str, service: str, taken: dict[str, str]) -> str:
    """A name for a volume that no other mount has: the folder's own, or with its service's before it."""
    used = {*taken.values(), *(draft.content.get("volumes") or {})}
    for candidate in (wanted, f"{slug(service)}-{wanted}"):
        if candidate not in used:
            return candidate
    return next(f"{slug(service)}-{wanted}-{n}" for n in range(2, 1000) if f"{slug(service)}-{wanted}-{n}" not in used)


def _split(text: str) -> tuple[str, str, str]:
    """Source, target and options of a short form; a colon inside ``${…}`` separates nothing."""
    parts = re.split(r":(?![^{]*\})", text) if len(text) <= _LONGEST else text.split(":")
    if len(parts) == 1:
        return "", parts[0], ""
    return parts[0], parts[1], ":".join(parts[2:])


def _is_file(draft: Draft, source: str, target: str) -> bool:
    beside = _beside(draft, source)
    return any(file == beside or file.startswith(f"{beside}/") for file in draft.files) or (
        _FILE.fullmatch(posixpath.basename(target)) is not None
        and _FILE.fullmatch(posixpath.basename(source)) is not None
    )


def _beside(draft: Draft, source: str) -> str:
    """A mounted path as one of the files next to the Compose file."""
    return posixpath.normpath(source).removeprefix(draft.folder)


def _config(
    draft: Draft, name: str, service: dict[str, Any], path: Path, source: str, target: str, given: object
) -> None:
    """Put a file into the template, under ``configs``."""
    beside = _beside(draft, source)
    text = given if isinstance(given, str) else draft.files.get(beside)
    if text is None and (inside := [file for file in draft.files if file.startswith(f"{beside}/")]):
        for file in inside:
            _config(draft, name, service, path, file, posixpath.join(target, file[len(beside) + 1 :]), None)
        return
    if text is None:
        draft.lost(path, f"the file {source} is mounted at {target}, and is not here: add it under configs")
        return
    configs = draft.content.setdefault("configs", {})
    entry = slug(f"{name}-{posixpath.basename(target)}") or f"{name}-file"
    content = {"content": text if beside in draft.ours else _literal(text, draft)}
    if configs.get(entry, content) != content:
        entry = next(f"{entry}-{n}" for n in range(2, 1000) if f"{entry}-{n}" not in configs)
    configs[entry] = content
    service.setdefault("configs", []).append({"source": entry, "target": target})
    draft.changed(path, f"the file {source} is written in the template, as the config {entry}")


def _literal(text: str, draft: Draft) -> str:
    """A file's text in which dollar signs stay what they are, but for variables of the template."""
    parts, at = [], 0
    for match in re.finditer(r"\$\{([A-Z0-9_]+)\}", text):
        if match[1] in draft.variables or match[1].startswith("SH0_"):
            parts += [escape(text[at : match.start()]), match[0]]
            at = match.end()
    return "".join((*parts, escape(text[at:])))


def _declarations(draft: Draft) -> None:
    """Keep declarations of the volumes that are used, without what would tie them to a machine."""
    used = set()
    for service in draft.services.values():
        for mount in service.get("volumes") or ():
            used.add(mount.get("source") if isinstance(mount, dict) else str(mount).partition(":")[0])
    declared = draft.content.pop("volumes", None) or {}
    for name, entry in declared.items():
        if isinstance(entry, dict) and entry and set(entry) - {"driver", "labels"}:
            draft.lost(("volumes", name), f"the options of the volume {name} are left out")
    if kept := {name: None for name in declared if name in used}:
        draft.content["volumes"] = kept
