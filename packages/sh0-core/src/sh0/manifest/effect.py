"""What a ``sh0.yaml`` changes in the deployment of the tree that it lies in. Pure."""

import attrs

from sh0.builds.model import BuildChanges
from sh0.errors import MissingVariables
from sh0.manifest.model import Manifest
from sh0.records.app import WEB, Declared
from sh0.records.deployment import Snapshot
from sh0.records.environment_size import demand_fitting
from sh0.records.volume import VolumeOrigin, attachments, with_volumes
from sh0.values import Secret

__all__ = ["build_changes", "demand_variables", "snapshot_with"]


def build_changes(manifest: Manifest) -> BuildChanges:
    """What it says of the build."""
    web = manifest.processes.get(WEB)
    return BuildChanges(
        dockerfile=manifest.build.dockerfile,
        install=manifest.build.install,
        build=manifest.build.build,
        start=web.command if web is not None else None,
        port=manifest.port,
    )


def snapshot_with(snapshot: Snapshot, manifest: Manifest) -> Snapshot:
    """What the deployment runs with: what the file says, and for the rest what is set."""
    declared = Declared(
        processes=dict(manifest.processes),
        environment={name: Secret(each.value) for name, each in manifest.environment.items() if each.value is not None},
        port=manifest.port,
        replicas=manifest.replicas,
        memory=manifest.resources.memory,
        cpus=manifest.resources.cpus,
        health_path=manifest.health.path,
        health_timeout=manifest.health.timeout,
        cron=manifest.cron,
        volumes=dict(manifest.volumes),
    )
    resources, health = declared.over(snapshot.resources, snapshot.health)
    return attrs.evolve(
        snapshot,
        port=declared.port or snapshot.port,
        replicas=declared.replicas or snapshot.replicas,
        resources=resources,
        health=health,
        declared=declared,
        volumes=with_volumes(
            attachments(declared.volumes, VolumeOrigin.FILE),
            (each for each in snapshot.volumes if each.origin is VolumeOrigin.SETTING),
        ),
    )


def demand_variables(app: str, snapshot: Snapshot, manifest: Manifest) -> None:
    """Refuse a deployment for which nobody has set what the file requires, or that no process starts with.

    Raises:
        MissingVariables: It names them, with what they are for.
        InvalidValue: One is longer than the kernel takes, or all of them are together, those that are set included.
    """
    demand_fitting(snapshot.variables, "sh0.yaml: environment")
    missing = [name for name, each in manifest.environment.items() if each.required and name not in snapshot.variables]
    if missing:
        said = [f"{name} ({manifest.environment[name].description.rstrip('.')})".replace(" ()", "") for name in missing]
        raise MissingVariables(
            f"sh0.yaml requires variables that {app} does not have: {', '.join(said)}",
            hint=f"Set them: sh0 env {app} " + " ".join(f"{name}=…" for name in missing),
            missing=missing,
        )
