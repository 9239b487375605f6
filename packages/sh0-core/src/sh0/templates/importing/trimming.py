"""What has no place in a template is taken out, or written in another way, and said so."""

import posixpath
import re
from typing import Any

from sh0.compose.keys import SERVICE_KEYS
from sh0.importers.draft import Draft, variables_in
from sh0.source.dollars import escape
from sh0.templates.demands.about import memory_limit

__all__ = ["inline", "limit_memory", "trim"]

_PROXY_LABEL = re.compile(r"(?:traefik|caddy|coolify|dokploy|com\.centurylinklabs|homepage|glance|diun|wud)[._].*")
_KNOWN = frozenset(key.partition(".")[0] for key in SERVICE_KEYS)
_KEPT = ("services", "volumes", "networks", "configs", "secrets")


def inline(draft: Draft) -> None:
    """Write the variables of an ``env_file`` that is here into the service itself."""
    for name, service in draft.services.items():
        given = service.get("env_file")
        entries = given if isinstance(given, list) else [given]
        named = [entry.get("path") if isinstance(entry, dict) else entry for entry in entries]
        found = [posixpath.normpath(file) for file in named if isinstance(file, str)]
        if not found or any(file not in draft.files for file in found):
            continue
        del service["env_file"]
        service.setdefault("environment", {})
        own = dict(draft.environments())[name]
        values = {key: escape(value) for file in found for key, value in variables_in(draft.files[file]).items()}
        service["environment"] = {**values, **own}
        draft.changed(("services", name, "env_file"), f"the variables of {', '.join(found)} are written in {name}")


def trim(draft: Draft) -> None:
    """Take out what a template must not have."""
    for key in list(draft.content):
        if key not in _KEPT:
            if key not in ("version", "name") and not key.startswith("x-"):
                draft.lost((key,), f"{key} is left out")
            del draft.content[key]
    outside = _networks(draft)
    for name, service in draft.services.items():
        path = ("services", name)
        if "container_name" in service:
            draft.changed((*path, "container_name"), f"{name} has no fixed container name: services find it as {name}")
            del service["container_name"]
        for key in ("build", "env_file", "extends"):
            if key in service:
                draft.lost((*path, key), f"{key} of {name} is left out: a template is one file with ready images")
                del service[key]
        for key in [key for key in service if key not in _KNOWN and not key.startswith("x-")]:
            draft.lost((*path, key), f"{key} of {name} is no key that Compose has")
            del service[key]
        _labels(draft, name, service)
        _limits(service)
        _depends(draft, name, service)
        networks = service.get("networks")
        if isinstance(networks, list | dict) and outside:
            kept: Any = (
                [n for n in networks if str(n) not in outside]
                if isinstance(networks, list)
                else {n: value for n, value in networks.items() if n not in outside}
            )
            if kept and list(kept) != ["default"]:
                service["networks"] = kept
            else:
                del service["networks"]


def _depends(draft: Draft, name: str, service: dict[str, Any]) -> None:
    """Leave out dependencies on services that are not there."""
    needed = service.get("depends_on")
    for other in [str(each) for each in needed] if isinstance(needed, list | dict) else ():
        if other not in draft.services:
            draft.lost(("services", name, "depends_on"), f"{name} depends on {other}, and there is no such service")
            if isinstance(needed, list):
                needed.remove(other)
            elif isinstance(needed, dict):
                del needed[other]
    if not needed:
        service.pop("depends_on", None)


def _networks(draft: Draft) -> set[str]:
    """Take out networks that must exist already; returns their names."""
    networks = draft.content.get("networks") or {}
    outside = {name for name, entry in networks.items() if isinstance(entry, dict) and entry.get("external")}
    for name in outside:
        draft.changed(("networks", name), f"the network {name} is left out: exposed services are reached without it")
    left = {name: entry for name, entry in networks.items() if name not in outside}
    draft.content.pop("networks", None)
    if left:
        draft.content["networks"] = left
    return outside | {"dokploy-network", "captain-overlay-network"}


def _labels(draft: Draft, name: str, service: dict[str, Any]) -> None:
    labels = service.get("labels")
    names = list(labels) if isinstance(labels, dict) else [str(item).partition("=")[0] for item in labels or ()]
    theirs = {label for label in names if _PROXY_LABEL.fullmatch(label)}
    if not theirs:
        return
    draft.changed(("services", name, "labels"), f"{len(theirs)} labels for other programs are left out")
    if isinstance(labels, dict):
        kept: Any = {label: value for label, value in labels.items() if label not in theirs}
    else:
        kept = [item for item in labels or () if str(item).partition("=")[0] not in theirs]
    if kept:
        service["labels"] = kept
    else:
        del service["labels"]


def _limits(service: dict[str, Any]) -> None:
    """Write the older ``mem_limit`` where the specification has it now."""
    limit = service.pop("mem_limit", None)
    service.pop("memswap_limit", None)
    if limit is not None and memory_limit(service) is None:
        limit_memory(service, limit)


def limit_memory(service: dict[str, Any], limit: object) -> None:
    """Set a service's memory limit, whatever stands in its place."""
    for key in ("deploy", "resources", "limits"):
        if not isinstance(service.get(key), dict):
            service[key] = {}
        service = service[key]
    service["memory"] = limit
