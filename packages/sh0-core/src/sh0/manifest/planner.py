"""What would make an app as its ``sh0.yaml`` says: a value, shown first, then carried out call by call. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import attrs

from sh0.errors import Invalid, WrongState
from sh0.log_values import said_age
from sh0.manifest.drains import drain_calls
from sh0.manifest.model import Manifest
from sh0.manifest.processes import probe, probe_arguments, process_calls, web_health, web_replicas
from sh0.operations import Call
from sh0.records.app import App, HealthCheck, LogRetention, Probe, Resources, said_memory
from sh0.records.cron import CronJob
from sh0.records.deployment import Change, ConfiguredApp, Deployment
from sh0.records.domain import Domain
from sh0.records.drain import LogDrain
from sh0.records.release_command import NO_HOOKS
from sh0.values import ByteSize

__all__ = ["ManifestPlan", "plan"]


class _Invoker(Protocol):
    def invoke(self, call: Call) -> object: ...


@attrs.frozen
class ManifestPlan:
    """The difference between a ``sh0.yaml`` and a platform.

    Attributes:
        app: Name of the app.
        changes: What is different, in words.
        calls: What makes it equal, in order. Each passes the gate with the rights of whoever carries it out.
        notes: What the reader should know: variables to be set, what comes with the next deployment.
    """

    app: str
    changes: tuple[Change, ...]
    calls: tuple[Call, ...]
    notes: tuple[str, ...]

    def apply(self, platform: _Invoker) -> tuple[Deployment, ...]:
        """Carry it out. A call that fails ends it; what was done before stays, and the next plan has the rest.

        Returns the deployments that bring changed settings to a live app: they count once those are live.
        """
        answers = [platform.invoke(call) for call in self.calls]
        started = (each.deployment if isinstance(each, ConfiguredApp) else each for each in answers)
        return tuple(each for each in started if isinstance(each, Deployment))


def plan(
    manifest: Manifest,
    current: App | None,
    *,
    domains: Iterable[Domain] = (),
    variables: Iterable[str] = (),
    build_variables: Iterable[str] = (),
    drains: Iterable[LogDrain] = (),
    prune: bool = False,
    name: str | None = None,
) -> ManifestPlan:
    """Compare a file with what a platform has.

    Args:
        manifest: The file.
        current: The app as it is, if there is one.
        domains: Its host names.
        variables: Names of the variables that are set.
        build_variables: Names of the variables of its builds that are set.
        drains: Its log drains.
        prune: Whether host names and log drains that the file does not list are removed; otherwise they stay.
        name: Name of the app, where the file does not say.

    Raises:
        Invalid: Neither the file nor `name` says what the app is called.
        WrongState: The file wants it in another project than it is in.
    """
    app = manifest.app or name
    if app is None:
        raise Invalid("sh0.yaml does not say which app it describes", hint="Add a line such as `app: shop`.")
    found = _Difference(app)
    if current is None:
        _create(found, manifest)
    else:
        _configure(found, manifest, current)
    _host_names(found, manifest, tuple(domains), prune=prune)
    for change, call in drain_calls(app, manifest.logs.drains, drains, prune=prune):
        found.changes.append(change)
        found.calls.append(call)
    notes = _notes(manifest, app, frozenset(variables), frozenset(build_variables), current)
    return ManifestPlan(app, tuple(found.changes), tuple(found.calls), tuple(notes))


@attrs.define
class _Difference:
    app: str
    changes: list[Change] = attrs.field(factory=list)
    calls: list[Call] = attrs.field(factory=list)

    def call(self, operation: str, **arguments: object) -> None:
        self.calls.append(Call(operation, arguments))


def _create(found: _Difference, manifest: Manifest) -> None:
    given: dict[str, object] = {
        "project": manifest.project,
        "branch": manifest.source.branch,
        "root": manifest.source.root,
        "dockerfile": manifest.build.dockerfile,
        "port": manifest.port,
        "replicas": web_replicas(manifest),
    }
    given = {key: value for key, value in given.items() if value is not None}
    found.changes.append(Change(f"app {found.app}", "none", "created"))
    found.changes += [Change(key, "none", str(value)) for key, value in given.items() if value != ""]
    found.call("apps.create", name=found.app, **given)
    settings = {
        **_different("target", "", manifest.build.target),
        **_settings(manifest, Resources(), HealthCheck()),
        **_kept(manifest, LogRetention()),
    }
    if settings:
        found.changes += [
            Change(_WORDS.get(key, key), "none", _say(key, value)) for key, (_, value) in settings.items()
        ]
        found.call("apps.configure", app=found.app, **{key: value for key, (_, value) in settings.items()})


def _configure(found: _Difference, manifest: Manifest, app: App) -> None:
    if manifest.project is not None and manifest.project != app.project:
        raise WrongState(
            f"{app.name} is in the project {app.project}, and sh0.yaml wants it in {manifest.project}",
            hint="An app cannot move to another project: delete it there first, or correct sh0.yaml.",
        )
    changes = {
        **_different("branch", app.branch, manifest.source.branch),
        **_different("root", app.root, manifest.source.root),
        **_different("dockerfile", app.dockerfile, manifest.build.dockerfile),
        **_different("target", app.target, manifest.build.target),
        **_different("port", app.port, manifest.port),
        **_settings(manifest, app.resources, app.health),
        **_kept(manifest, app.logs),
    }
    for key, (before, after) in changes.items():
        found.changes.append(Change(_WORDS.get(key, key), _say(key, before), _say(key, after)))
    if changes:
        found.call("apps.configure", app=found.app, **{key: after for key, (_, after) in changes.items()})
    replicas = web_replicas(manifest)
    if replicas is not None and replicas != app.replicas:
        found.changes.append(Change("replicas", str(app.replicas), str(replicas)))
        found.call("apps.scale", app=found.app, replicas=replicas)
    for change, call in process_calls(manifest, app):
        found.changes.append(change)
        found.calls.append(call)


_Changes = dict[str, tuple[object, object]]
_WORDS: Mapping[str, str] = {
    key: key.replace("_", " ")
    for key in ("health_path", "health_timeout", "health_port", "health_tcp", "health_command", "log_keep", "log_size")
}


def _settings(manifest: Manifest, resources: Resources, health: HealthCheck) -> _Changes:
    return {
        **_different("memory", resources.memory, manifest.resources.memory),
        **_different("cpus", resources.cpus, manifest.resources.cpus, none=lambda cpus: cpus == 0),
        **_probe(health, probe(web_health(manifest))),
        **_different("health_timeout", health.timeout, web_health(manifest).timeout),
    }


def _kept(manifest: Manifest, logs: LogRetention) -> _Changes:
    return {
        **_different("log_keep", said_age(logs.keep), manifest.logs.keep),
        **_different("log_size", logs.size, manifest.logs.size),
    }


def _probe(now: HealthCheck, wanted: Probe | None) -> _Changes:
    """What differs in how a container is asked; of what no longer counts nothing is told."""
    if wanted is None or now == now.with_probe(wanted):
        return {}
    before = {"health_path": now.path, "health_port": now.port, "health_tcp": now.tcp, "health_command": now.command}
    return {key: (before.get(key), value) for key, value in probe_arguments(wanted).items()}


def _different(
    key: str, before: object, after: object, *, none: Callable[[object], bool] = lambda value: False
) -> _Changes:
    same = after is None or after == before or (before is None and none(after))
    return {} if same else {key: (before, after)}


def _say(key: str, value: object) -> str:
    if key == "memory" and (value is None or isinstance(value, ByteSize)):
        return said_memory(value)
    if isinstance(value, ByteSize):
        return value.words
    return "none" if value is None or value == "" else str(value)


def _host_names(found: _Difference, manifest: Manifest, domains: tuple[Domain, ...], *, prune: bool) -> None:
    have = {domain.host for domain in domains}
    for host in dict.fromkeys(manifest.domains):
        if host not in have:
            found.changes.append(Change(f"host name {host}", "none", "leads to it"))
            found.call("domains.add", app=found.app, host=host)
    for domain in domains:
        if prune and not domain.generated and domain.host not in manifest.domains:
            found.changes.append(Change(f"host name {domain.host}", "leads to it", "none"))
            found.call("domains.remove", host=domain.host)


def _notes(
    manifest: Manifest, app: str, variables: frozenset[str], build_variables: frozenset[str], current: App | None
) -> Iterable[str]:
    missing = [name for name, each in manifest.environment.items() if each.required and name not in variables]
    for name in missing:
        described = manifest.environment[name].description
        yield f"{name} has to be set before a deployment{f': {described}' if described else '.'}"
    if missing:
        yield f"Set them with: sh0 env {app} " + " ".join(f"{name}=…" for name in missing)
    secrets = [name for name in manifest.build.secrets if name not in variables | build_variables]
    if secrets:
        yield f"The secrets of the build have to be set before a deployment: {', '.join(secrets)}."
        yield f"Set them with: sh0 env {app} --build-secret " + " ".join(f"{name}=…" for name in secrets)
    parts = {"processes": manifest.processes, "environment": [e for e in manifest.environment.values() if e.value]}
    parts |= {"volumes": manifest.volumes, "files": manifest.files}
    named = [name for name, part in parts.items() if part]
    build = manifest.build
    if build.install or build.build or build.variables or build.secrets:
        named.append("build")
    if manifest.release is not None:
        named.append("release")
    if manifest.hooks != NO_HOOKS:
        named.append("hooks")
    if named:
        yield f"What it says under {' and '.join(named)} comes with the next deployment of this source."
    for name, volume in manifest.volumes.items():
        if not volume.shared:
            yield (
                f"Deployments are stop-first: the old container ends before the new one starts, because two must not "
                f"write to {volume.path} (volume {name}). If they can: `{name}: {{path: {volume.path}, shared: true}}`."
            )
    yield from _jobs(manifest.cron, () if current is None else current.declared.cron)


def _jobs(wanted: Iterable[CronJob], had: Iterable[CronJob]) -> Iterable[str]:
    """What becomes of the jobs of cron. Those of a file come and go with the version that brings it."""
    before, after = {job.name: job for job in had}, {job.name: job for job in wanted}
    for name, job in after.items():
        if name not in before:
            yield f"The job {name} ({job.when}) comes with the next deployment of this source."
        elif job != before[name]:
            yield f"The job {name} changes with the next deployment of this source: {_difference(before[name], job)}."
    for name in before:
        if name not in after:
            yield f"The job {name} goes with the next deployment of this source."


def _difference(before: CronJob, after: CronJob) -> str:
    changed = [
        field.name for field in attrs.fields(CronJob) if getattr(before, field.name) != getattr(after, field.name)
    ]
    if {"schedule", "timezone"} & {*changed}:
        return f"{before.when} becomes {after.when}"
    return ", ".join(name.replace("_", " ") for name in changed)
