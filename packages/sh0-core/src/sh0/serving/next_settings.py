"""Settings on their way: what the next deployment of an app runs with, and what becomes the app's own with it. Pure.

A change of settings belongs to the deployment that is to prove it. It is laid over the app's own settings when the
turn of that deployment comes, so that it builds on what went live before and not on what failed; it becomes the app's
own in the transaction that makes the deployment live.
"""

from collections.abc import Iterable, Mapping
from functools import reduce

import attrs

from sh0.records.app import App, Declared, HealthCheck, Resources, overlaid
from sh0.records.deployment import Snapshot
from sh0.records.settings_change import NO_CHANGES, SettingsChange
from sh0.records.volume import VolumeMount, VolumeOrigin, attachments, with_volumes

_PLAIN = ("port", "replicas", "memory", "cpus", "health_path", "health_timeout", "health", "release", "target")


def merged(changes: Iterable[SettingsChange]) -> SettingsChange:
    """Changes one after the other, as one: where two concern the same setting, the later one counts."""
    return reduce(_after, changes, NO_CHANGES)


def _after(earlier: SettingsChange, later: SettingsChange) -> SettingsChange:
    given = {name: getattr(later, name) for name in _PLAIN if getattr(later, name) is not None}
    if later.health_path is not None:
        given = {"health": None, **given}
    kept = {name: value for name, value in earlier.variables.items() if name not in later.unset}
    unset = {*(name for name in earlier.unset if name not in later.variables), *later.unset}
    marked = {*(name for name in earlier.marked if name not in later.unset), *later.marked}
    build = {name: value for name, value in earlier.build.items() if name not in later.build_unset}
    unbuilt = {*(name for name in earlier.build_unset if name not in later.build), *later.build_unset}
    build_marked = {*(name for name in earlier.build_marked if name not in later.build_unset), *later.build_marked}
    return attrs.evolve(
        earlier,
        variables={**kept, **later.variables},
        build={**build, **later.build},
        build_unset=tuple(sorted(unbuilt)),
        build_marked=tuple(sorted(build_marked)),
        marked=tuple(sorted(marked)),
        unset=tuple(sorted(unset)),
        attached={**{n: each for n, each in earlier.attached.items() if n not in later.detached}, **later.attached},
        detached=tuple(sorted({*(n for n in earlier.detached if n not in later.attached), *later.detached})),
        processes=overlaid(earlier.processes, later.processes),
        **given,
    )


def changed_app(app: App, change: SettingsChange) -> App:
    """An app with a change among its own settings; its variables are records of their own."""
    resources, health = _limits(change, app.resources, app.health)
    return attrs.evolve(
        app,
        port=change.port or app.port,
        replicas=app.replicas if change.replicas is None else change.replicas,
        resources=resources,
        health=health,
        processes=overlaid(app.processes, change.processes),
        release=app.release if change.release is None else change.release,
        target=app.target if change.target is None else change.target,
    )


def changed_snapshot(snapshot: Snapshot, change: SettingsChange) -> Snapshot:
    """What a deployment runs with that brings a change."""
    resources, health = _limits(change, snapshot.resources, snapshot.health)
    kept = {name: value for name, value in snapshot.environment.items() if name not in change.unset}
    build = {name: value for name, value in snapshot.build.items() if name not in change.build_unset}
    marked = {*(name for name in snapshot.marked if name not in change.unset), *change.marked, *change.build_marked}
    return attrs.evolve(
        snapshot,
        environment=dict(sorted({**kept, **change.variables}.items())),
        build=dict(sorted({**build, **change.build}.items())),
        marked=tuple(sorted(marked)),
        port=change.port or snapshot.port,
        replicas=snapshot.replicas if change.replicas is None else change.replicas,
        resources=resources,
        health=health,
        volumes=attached_volumes(snapshot.volumes, change),
        processes=overlaid(snapshot.processes, change.processes),
        release=snapshot.release if change.release is None else change.release,
    )


def attached_volumes(volumes: tuple[VolumeMount, ...], change: SettingsChange) -> tuple[VolumeMount, ...]:
    """Volumes with those that a change attaches, and without those that it detaches."""
    attached = {each.name: each for each in volumes if each.origin is VolumeOrigin.SETTING}
    attached |= {each.name: each for each in attachments(change.attached, VolumeOrigin.SETTING)}
    brought = [each for each in volumes if each.origin is not VolumeOrigin.SETTING]
    return with_volumes(brought, (each for name, each in attached.items() if name not in change.detached))


def _limits(change: SettingsChange, resources: Resources, health: HealthCheck) -> tuple[Resources, HealthCheck]:
    given: Mapping[str, object] = {
        name: getattr(change, name) for name in ("memory", "cpus", "health_path", "health_timeout", "health")
    }
    return Declared(**given).over(resources, health)  # type: ignore[arg-type]


def described(change: SettingsChange) -> str:
    """Which settings a change concerns, in words; values stay unsaid. Empty if it concerns none."""
    concerned = {*change.variables, *change.marked, *change.unset}
    plain = (name.replace("_", " ") for name in _PLAIN if getattr(change, name) is not None)
    volumes = sorted({*change.attached, *change.detached})
    variables = (f"variable {name}" for name in sorted(concerned))
    built = (f"build variable {name}" for name in sorted({*change.build, *change.build_marked, *change.build_unset}))
    processes = (
        f"{field.name.replace('_', ' ')} of {name}"
        for name, settings in sorted(change.processes.items())
        for field in attrs.fields(type(settings))
        if getattr(settings, field.name) is not None
    )
    return ", ".join((*plain, *processes, *variables, *built, *(f"volume {name}" for name in volumes)))
