"""What a ``sh0.yaml`` changes in the deployment of the tree that it lies in. Pure."""

from collections.abc import Mapping

import attrs

from sh0.builds.model import BuildChanges
from sh0.errors import MissingVariables
from sh0.log_values import age_in_seconds
from sh0.manifest.model import Manifest, ProcessDefinition
from sh0.manifest.processes import probe, settings_of, web_health, web_replicas
from sh0.records.app import WEB, Declared, Process, overlaid
from sh0.records.deployment import Snapshot
from sh0.records.environment_size import demand_fitting
from sh0.records.formation import formation
from sh0.records.release_command import ReleaseCommand
from sh0.records.volume import VolumeOrigin, attachments, with_volumes
from sh0.source.processes import NOT_PROCESSES
from sh0.values import Secret

__all__ = ["build_changes", "demand_variables", "not_running", "snapshot_with", "with_commands", "with_release_line"]


def build_changes(manifest: Manifest) -> BuildChanges:
    """What it says of the build."""
    web = manifest.processes.get(WEB, ProcessDefinition())
    return BuildChanges(
        dockerfile=manifest.build.dockerfile,
        install=manifest.build.install,
        build=manifest.build.build,
        start=web.command,
        port=manifest.port,
    )


def snapshot_with(snapshot: Snapshot, manifest: Manifest) -> Snapshot:
    """What the deployment runs with: what the file says, and for the rest what is set."""
    health = web_health(manifest)
    declared = Declared(
        processes={
            name: Process(each.command or "", settings=settings_of(name, each))
            for name, each in manifest.processes.items()
        },
        environment={name: Secret(each.value) for name, each in manifest.environment.items() if each.value is not None},
        port=manifest.port,
        replicas=web_replicas(manifest),
        memory=manifest.resources.memory,
        cpus=manifest.resources.cpus,
        cron=manifest.cron,
        volumes=dict(manifest.volumes),
        log_keep=None if manifest.logs.keep is None else age_in_seconds(manifest.logs.keep),
        log_size=manifest.logs.size,
        health_path=health.path,
        health_timeout=health.timeout,
        health=None if health.port is None and health.path is not None else probe(health),
        release=manifest.release,
        hooks=manifest.hooks,
        build={name: Secret(value) for name, value in manifest.build.variables.items()},
        build_secrets=manifest.build.secrets,
    )
    resources, checked = declared.over(snapshot.resources, snapshot.health)
    return attrs.evolve(
        snapshot,
        port=declared.port or snapshot.port,
        replicas=snapshot.replicas if declared.replicas is None else declared.replicas,
        resources=resources,
        health=checked,
        declared=declared,
        volumes=with_volumes(
            attachments(declared.volumes, VolumeOrigin.FILE),
            (each for each in snapshot.volumes if each.origin is VolumeOrigin.SETTING),
        ),
        processes=overlaid(snapshot.processes, declared.settings),
    )


def with_commands(snapshot: Snapshot, commands: Mapping[str, str], *, web: bool, own_image: bool) -> Snapshot:
    """The same with what its processes start in the image that is built.

    Args:
        snapshot: What the deployment runs with, as far as ``sh0.yaml`` says.
        commands: The commands of its processes, out of that file and the Procfile, as the image can run them.
        web: Whether one of them gets requests.
        own_image: Whether the image starts ``web`` by itself: sh0 has built it so.
    """
    declared = snapshot.declared.processes
    lines = {name: line for name, line in commands.items() if name not in NOT_PROCESSES}
    others = [name for name in lines if name != WEB]
    alone = not web and len(others) == 1
    processes = {**declared}
    for name, line in lines.items():
        if name in declared:
            processes[name] = attrs.evolve(declared[name], command=line)
        elif name != WEB:
            processes[name] = Process(line, replicas=1 if alone else 0)
    if WEB in processes and own_image:
        processes[WEB] = attrs.evolve(processes[WEB], command="")
    return attrs.evolve(snapshot, declared=attrs.evolve(snapshot.declared, processes=processes, web=web))


def not_running(app: str, snapshot: Snapshot) -> tuple[str, ...]:
    """A sentence about each process that is declared and has no container."""
    idle = [name for name, count in formation(snapshot).items() if not count]
    return tuple(f"{name} is declared and not running: sh0 scale {app} {name}=1" for name in idle)


def with_release_line(snapshot: Snapshot, line: str | None) -> Snapshot:
    """The same with the ``release`` line of the Procfile, where ``sh0.yaml`` says nothing of it."""
    if line is None or snapshot.declared.release is not None:
        return snapshot
    return attrs.evolve(snapshot, declared=attrs.evolve(snapshot.declared, release=ReleaseCommand(line)))


def demand_variables(app: str, snapshot: Snapshot, manifest: Manifest) -> None:
    """Refuse a deployment for which nobody has set what the file requires, or that no process starts with.

    Raises:
        MissingVariables: It names them, with what they are for.
        InvalidValue: One is longer than the kernel takes, or all of them are together, those that are set included.
    """
    demand_fitting(snapshot.variables, "sh0.yaml: environment")
    missing = [name for name, each in manifest.environment.items() if each.required and name not in snapshot.variables]
    unset = [name for name in manifest.build.secrets if name not in {**snapshot.variables, **snapshot.build_variables}]
    if unset:
        raise MissingVariables(
            f"the build in sh0.yaml has secrets that {app} does not have: {', '.join(unset)}",
            hint=f"Set them: sh0 env {app} --build-secret " + " ".join(f"{name}=…" for name in unset),
            missing=unset,
        )
    hooks = (manifest.hooks.pre_deploy, manifest.hooks.post_deploy)
    for name in sorted({hook.secret for hook in hooks if hook is not None and hook.secret is not None}):
        if name not in snapshot.variables:
            raise MissingVariables(
                f"a hook in sh0.yaml is signed with the variable {name}, which {app} does not have",
                hint=f"Set it: sh0 env {app} {name}=… --secret {name}",
                missing=[name],
            )
    if missing:
        said = [f"{name} ({manifest.environment[name].description.rstrip('.')})".replace(" ()", "") for name in missing]
        raise MissingVariables(
            f"sh0.yaml requires variables that {app} does not have: {', '.join(said)}",
            hint=f"Set them: sh0 env {app} " + " ".join(f"{name}=…" for name in missing),
            missing=missing,
        )
