"""What a ``sh0.yaml`` says of processes, as settings of the app and of each of them. Pure."""

from collections.abc import Iterator

import attrs

from sh0.manifest.model import Health, Manifest, ProcessDefinition
from sh0.operations import Call
from sh0.records.app import WEB, App, Probe, ProcessSettings
from sh0.records.deployment import Change

__all__ = ["probe", "probe_arguments", "process_calls", "settings_of", "web_health", "web_replicas"]

_WORDS = ("memory", "cpus", "health_timeout", "stop_timeout")


def web_replicas(manifest: Manifest) -> int | None:
    """How many containers get requests, or None if that is not said."""
    web = manifest.processes.get(WEB, ProcessDefinition())
    return web.replicas if manifest.replicas is None else manifest.replicas


def web_health(manifest: Manifest) -> Health:
    """When a container that gets requests counts as ready."""
    web = manifest.processes.get(WEB, ProcessDefinition())
    return web.health if manifest.health == Health() else manifest.health


def probe(health: Health) -> Probe | None:
    """How a container is asked, or None if that is not said."""
    found = Probe(health.path, health.port, health.tcp, health.command, health.none)
    return None if found == Probe() else found


def settings_of(name: str, definition: ProcessDefinition) -> ProcessSettings:
    """The settings of one process; replicas and health of ``web`` are settings of the app."""
    own = ProcessSettings(memory=definition.memory, cpus=definition.cpus, stop_timeout=definition.stop_timeout)
    if name == WEB:
        return own
    asked, timeout = probe(definition.health), definition.health.timeout
    return attrs.evolve(own, replicas=definition.replicas, health=asked, health_timeout=timeout)


def process_calls(manifest: Manifest, app: App) -> Iterator[tuple[Change, Call]]:
    """What makes the settings of an app's processes those of a file, for processes that its live version has."""
    for name, definition in manifest.processes.items():
        if name != WEB and name not in app.declared.processes:
            continue
        wanted, now = settings_of(name, definition), app.processes.get(name, ProcessSettings())
        if wanted.replicas is not None and wanted.replicas != now.replicas:
            change = Change(f"replicas of {name}", _said(now.replicas), str(wanted.replicas))
            yield change, Call("apps.scale", {"app": app.name, "processes": {name: wanted.replicas}})
        different = {word: getattr(wanted, word) for word in _WORDS if _differs(wanted, now, word)}
        if different or _differs(wanted, now, "health"):
            given = {**different, **(probe_arguments(wanted.health) if _differs(wanted, now, "health") else {})}
            words = [*different, *(["health"] if _differs(wanted, now, "health") else [])]
            told = [(word, getattr(now, word), getattr(wanted, word)) for word in words]
            before, after = (", ".join(f"{word} {_said(each[at])}" for word, *each in told) for at in (0, 1))
            change = Change(f"process {name}", before.replace("_", " "), after.replace("_", " "))
            yield change, Call("apps.configure", {"app": app.name, "process": name, **given})


def probe_arguments(probe: Probe | None) -> dict[str, object]:
    """The arguments of ``apps.configure`` for a probe."""
    if probe is None:
        return {}
    if probe.none:
        return {"health": "none"}
    given = {
        "health_path": probe.path,
        "health_port": probe.port,
        "health_tcp": probe.tcp,
        "health_command": probe.command,
    }
    return {name: value for name, value in given.items() if value is not None}


def _differs(wanted: ProcessSettings, now: ProcessSettings, word: str) -> bool:
    return getattr(wanted, word) is not None and getattr(wanted, word) != getattr(now, word)


def _said(value: object) -> str:
    if isinstance(value, Probe):
        return value.words
    return "as the app" if value is None else str(value)
