"""What the original does not say is named, and filled in where a rule can."""

from typing import Any

from sh0.importers.draft import Draft
from sh0.source.dollars import rewrite
from sh0.templates.demands.about import memory_limit
from sh0.templates.demands.health import is_job, turned_off
from sh0.templates.demands.images import floating
from sh0.templates.demands.rights import reaches
from sh0.templates.demands.storage import unkept
from sh0.templates.demands.variables import builtin_names, uses
from sh0.templates.importing.exposing import DATABASES, image_kind
from sh0.templates.importing.trimming import limit_memory
from sh0.templates.model import PERMISSIONS
from sh0.values import ByteSize

__all__ = ["complete", "prune"]


def complete(draft: Draft, memory: ByteSize) -> None:
    """Name what the original does not say, and fill in what a rule can.

    Args:
        draft: The template.
        memory: Limit of the services that have none.
    """
    shown = {entry["service"]: entry for entry in draft.expose}
    total = 0
    for name, service in draft.services.items():
        path = ("services", name)
        image = service.get("image")
        if not isinstance(image, str) or not image:
            draft.missing(path, f"{name} has no image")
        elif reason := floating(image):
            draft.unpinned[name] = "The original of this template names no exact version."
            draft.guessed((*path, "image"), f"{image}: {reason}: write the version and take it out of unpinned")
        check = service.get("healthcheck")
        checks = isinstance(check, dict) and bool(check.get("test")) and not turned_off(check)
        if not checks and not is_job(service):
            _checked(draft, name, service, shown)
        _kept(draft, name, service)
        limit = memory_limit(service)
        if limit is None:
            limit = memory
            limit_memory(service, str(memory))
            draft.guessed(path, f"{name} has no memory limit: it may use {memory}")
        total += limit
    if "memory" not in draft.about:
        draft.about["memory"] = str(ByteSize(total))
        draft.guessed(("services",), f"the memory that it needs is a guess ({ByteSize(total)}): measure it")


def prune(draft: Draft) -> None:
    """Take out the variables that nothing uses, and declare what services reach beyond their containers."""
    known = builtin_names(tuple(str(entry["service"]) for entry in draft.expose))
    for section in draft.content:
        draft.content[section] = _hosts(draft.content[section], known)
    used = {name for _, name in uses(draft.content)}
    for name in [name for name in draft.variables if name not in used]:
        draft.changed((), f"the variable {name} is left out: nothing uses it")
        del draft.variables[name]
    for name, service in draft.services.items():
        for allow, path in reaches(service, ("services", name)):
            draft.permissions.setdefault(allow, f"The original of this template asks for it in {name}.")
            draft.missing(path, f"{name} reaches {PERMISSIONS[allow]}: say under allow why, or do without")


def _hosts(value: Any, known: tuple[str, ...]) -> Any:
    """Put the first host name where the one is meant of a service that has none."""
    if isinstance(value, dict):
        return {key: _hosts(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [_hosts(inner, known) for inner in value]
    if not isinstance(value, str) or "SH0_" not in value:
        return value
    return rewrite(value, lambda each: None if each.name in known else _first_host(each.name))


def _first_host(name: str) -> str | None:
    return next((f"${{{kind}}}" for kind in ("SH0_URL", "SH0_HOST") if name.startswith(f"{kind}_")), None)


def _kept(draft: Draft, name: str, service: dict[str, Any]) -> None:
    """Give a database the volume without which its files are lost with its container."""
    folder = unkept(service)
    if not folder:
        return
    declared = draft.content.setdefault("volumes", {})
    volume = next(
        each for each in (f"{name}-data", *(f"{name}-data-{n}" for n in range(2, 99))) if each not in declared
    )
    declared[volume] = None
    mounts = service.get("volumes")
    service["volumes"] = [*(mounts if isinstance(mounts, list) else ()), f"{volume}:{folder}"]
    draft.guessed(("services", name), f"{name} keeps its files in {folder}, where no volume was: {volume} is there now")


def _checked(draft: Draft, name: str, service: dict[str, Any], shown: dict[str, dict[str, Any]]) -> None:
    path = ("services", name)
    port = DATABASES.get(image_kind(service))
    service.pop("healthcheck", None)
    if name in shown:
        shown[name].setdefault("health", "/")
        draft.changed(path, f"{name} has no health check: it is asked for {shown[name]['health']}")
    elif port:
        service["x-sh0"] = {"probe": f"tcp:{port}"}
        draft.changed(path, f"{name} has no health check: its port {port} is asked")
    else:
        draft.missing(path, f"{name} has no health check")
