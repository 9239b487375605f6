"""The container of a one-off command, as it should be. Pure."""

import attrs

from sh0.builds.shell_command import shell_arguments
from sh0.ports.container import ContainerSpec, HealthCommand, RestartPolicy
from sh0.ports.runtime import Workload
from sh0.records.app import WEB
from sh0.records.command import CommandRequest, CommandRun
from sh0.records.deployment import Snapshot
from sh0.records.formation import limits
from sh0.serving.workload import volume_mounts
from sh0.values import ByteSize, Secret

KIND = "run"
"""The label ``sh0.kind`` of such containers."""


def container_name(home_id: str, run: str) -> str:
    """The engine's name of the container of a run."""
    return f"sh0-{home_id}-{run}"


def memory_of(snapshot: Snapshot, request: CommandRequest) -> ByteSize:
    """What the container of a command may use; 0 for no limit."""
    return limits(snapshot, request.process or WEB).memory if request.memory is None else request.memory


def command_of(snapshot: Snapshot, request: CommandRequest) -> tuple[str, ...]:
    """The arguments that replace the command of the image; empty where that stays."""
    process = snapshot.declared.processes.get(request.process) if request.process else None
    if request.argv:
        return request.argv
    return shell_arguments(process.command) if process is not None and process.command else ()


def one_off(run: CommandRun, snapshot: Snapshot, project: str, port: int | None) -> Workload:
    """The container of a command: as the version's own ones, but that nobody finds it and nothing starts it again.

    Args:
        run: The command.
        snapshot: What it runs with.
        project: Project of its app.
        port: What the variable PORT says; None for none.
    """
    request, spec = run.request, snapshot.container or ContainerSpec()
    command = command_of(snapshot, request)
    told = {"PORT": Secret(str(port))} if port is not None else {}
    given = {field.name: getattr(spec, field.name) for field in attrs.fields(ContainerSpec)}
    given |= {
        "command": command or spec.command,
        "restart": RestartPolicy.NO,
        "attempts": None,
        "published": (),
        "aliases": (),
        "health": HealthCommand(("NONE",)),
        "tty": request.terminal,
        "stdin_open": request.attached,
        "labels": {
            **spec.labels,
            "sh0.kind": KIND,
            "sh0.app": run.app,
            "sh0.project": project,
            "sh0.deployment": run.deployment,
            "sh0.run": run.id,
        },
        "environment": {**spec.environment, **told, **snapshot.variables, **request.environment},
        "mounts": (*spec.mounts, *volume_mounts(snapshot)),
        "files": (*spec.files, *snapshot.declared.files),
    }
    return Workload(
        name=run.container,
        image=run.image,
        network=run.network,
        address=run.address,
        memory=run.memory or None,
        cpus=limits(snapshot, request.process or WEB).cpus,
        **given,
    )
