"""What a deployment will do, decided before anything is touched. Pure."""

from collections.abc import Sequence

from sh0.records.app import WEB, Probe, ProcessSettings, said_memory
from sh0.records.deployment import Change, Deployment, SameImage, Snapshot, Step
from sh0.records.formation import declared_processes, formation
from sh0.records.settings_change import NO_CHANGES
from sh0.records.volume import VolumeOrigin, said_attachment
from sh0.serving.differences import container_differences
from sh0.values import Secret

_FROM_SOURCE = tuple(Step)
_FROM_IMAGE = tuple(step for step in Step if step not in (Step.ANALYSE, Step.BUILD))
_FROM_DEPLOYMENT = tuple(step for step in _FROM_IMAGE if step is not Step.FETCH)


def steps(deployment: Deployment) -> tuple[Step, ...]:
    """The steps that a deployment takes; the others are recorded as skipped."""
    match deployment.source.kind:
        case "same" | "compose":
            return _FROM_DEPLOYMENT
        case "image":
            return _FROM_IMAGE
        case _:
            return _FROM_SOURCE


def superseded(waiting: Sequence[Deployment], newcomer: Deployment) -> tuple[Deployment, ...]:
    """The waiting deployments of an app that a newcomer makes pointless.

    A newer version supersedes every older one that waits, and restarts. A change of settings alone (a restart, a new
    variable) brings no version, so it supersedes only waiting changes of settings, which it takes along: a push that
    waits is never lost to it. A change of settings that waits is not lost to a version either: it has its turn first.
    A restart of one process supersedes only those of the same process.
    """
    older = tuple(each for each in waiting if each.app == newcomer.app and each.number < newcomer.number)
    if newcomer.process is not None:
        return tuple(each for each in older if each.process == newcomer.process)
    if _keeps_version(newcomer):
        return tuple(each for each in older if _keeps_version(each))
    return tuple(each for each in older if each.changes == NO_CHANGES)


def _keeps_version(deployment: Deployment) -> bool:
    return isinstance(deployment.source, SameImage) and deployment.source.deployment is None


def compare(before: Deployment, after: Deployment) -> tuple[Change, ...]:
    """What differs between two deployments; values of variables stay unsaid."""
    changes = []
    if before.image != after.image:
        changes.append(Change("revision", before.revision, after.revision))
    old, new = before.snapshot, after.snapshot
    was_set, becomes_set = _set_variables(old), _set_variables(new)
    for name in sorted({*was_set, *becomes_set}):
        if name not in becomes_set:
            changes.append(Change(f"variable {name}", "set", "unset"))
        elif name not in was_set:
            changes.append(Change(f"variable {name}", "unset", "set"))
        elif was_set[name] != becomes_set[name]:
            changes.append(Change(f"variable {name}", "one value", "another value"))
    for what, was, becomes in (*_settings(old, new), *container_differences(old, new)):
        if was != becomes:
            changes.append(Change(what, was, becomes))
    return tuple(changes)


def _set_variables(snapshot: Snapshot) -> dict[str, Secret]:
    """Its variables without those that only say what its image was built from."""
    told = snapshot.made_of
    return {name: value for name, value in snapshot.variables.items() if told.get(name) != value}


def _settings(old: Snapshot, new: Snapshot) -> list[tuple[str, str, str]]:
    def say(value: object) -> str:
        return "none" if value is None else str(value)

    def asked(snapshot: Snapshot) -> str:
        """How it is asked, unless that is only a path, which has a line of its own."""
        probe = snapshot.health.probe
        return "the path" if probe == Probe(path=probe.path) else probe.words

    return [
        ("host names", ", ".join(old.hosts), ", ".join(new.hosts)),
        ("replicas", str(old.replicas), str(new.replicas)),
        ("port", say(old.port), say(new.port)),
        ("memory", said_memory(old.resources.memory), said_memory(new.resources.memory)),
        ("cpus", say(old.resources.cpus), say(new.resources.cpus)),
        ("health path", say(old.health.path), say(new.health.path)),
        ("health", asked(old), asked(new)),
        ("release", _release(old), _release(new)),
        ("health timeout", str(old.health.timeout), str(new.health.timeout)),
        *(
            (f"process {name}", _process(old, name), _process(new, name))
            for name in sorted({*old.declared.processes, *new.declared.processes, *old.processes, *new.processes})
        ),
        *(
            (f"volume {name}", _volume(old, name), _volume(new, name))
            for name in sorted({each.name for each in (*old.volumes, *new.volumes)})
        ),
        ("files", _files(old), _files(new)),
    ]


def _volume(snapshot: Snapshot, name: str) -> str:
    """Where it is attached; what an image declares comes and goes with the image."""
    chosen = (each for each in snapshot.volumes if each.origin is not VolumeOrigin.IMAGE and each.name == name)
    return next(map(said_attachment, chosen), "none")


def _files(snapshot: Snapshot) -> str:
    return ", ".join(each.target for each in snapshot.declared.files) or "none"


def _release(snapshot: Snapshot) -> str:
    declared = snapshot.declared.release
    return snapshot.release or (declared.command if declared is not None else "none")


def _process(snapshot: Snapshot, name: str) -> str:
    process, count = declared_processes(snapshot).get(name), formation(snapshot).get(name)
    if process is None or (name == WEB and name not in {**snapshot.declared.processes, **snapshot.processes}):
        return "none"
    own = snapshot.processes.get(name, ProcessSettings())
    said = {
        "memory": None if own.memory is None else said_memory(own.memory),
        "cpus": own.cpus,
        "health": None if own.health is None else own.health.words,
        "health timeout": own.health_timeout,
        "stop timeout": own.stop_timeout,
    }
    limits = "".join(f", {word} {value}" for word, value in said.items() if value is not None)
    return f"{process.command or 'the image starts it'} ({count}×){limits}"
