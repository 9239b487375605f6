"""What differs between how two versions of a service are run. Pure; secrets stay unsaid."""

from collections.abc import Iterator

import attrs

from sh0.ports.container import ContainerSpec
from sh0.records.deployment import Snapshot
from sh0.values import Secret


def container_differences(old: Snapshot, new: Snapshot) -> Iterator[tuple[str, str, str]]:
    """Each difference: what, as it was, as it becomes."""
    before, after = old.container or ContainerSpec(), new.container or ContainerSpec()
    yield from _environment(before, after)
    for field in attrs.fields(ContainerSpec):
        was, becomes = getattr(before, field.name), getattr(after, field.name)
        if was != becomes and field.name not in ("environment", "files"):
            yield field.name.replace("_", " "), _said(was), _said(becomes)
    if before.files != after.files:
        yield "files", _files(before), _files(after)
    if old.network != new.network:
        yield "network", old.network or "the stack's", new.network or "the stack's"
    if old.host_ports != new.host_ports:
        yield "ports of host names", _said(old.host_ports), _said(new.host_ports)


def _environment(before: ContainerSpec, after: ContainerSpec) -> Iterator[tuple[str, str, str]]:
    for name in sorted({*before.environment, *after.environment}):
        was, becomes = before.environment.get(name), after.environment.get(name)
        if was != becomes:
            both = was is not None and becomes is not None
            yield f"variable {name}", _set(was), "another value" if both else _set(becomes)


def _set(value: Secret | None) -> str:
    return "unset" if value is None else "set"


def _files(spec: ContainerSpec) -> str:
    return ", ".join(file.target for file in spec.files) or "none"


def _said(value: object) -> str:
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, tuple):
        return " ".join(_said(each) for each in value)
    if attrs.has(type(value)):
        shown = (getattr(value, field.name) for field in attrs.fields(type(value)))  # type: ignore[arg-type]
        return ":".join(_said(each) for each in shown if each not in (None, "", False))
    return str(value)
