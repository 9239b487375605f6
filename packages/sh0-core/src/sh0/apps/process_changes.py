"""Changes of the settings of single processes: which they are, and whether there is such a process. Pure."""

from collections.abc import Iterable, Mapping

import attrs

from sh0.errors import InvalidValue, NotFound, WrongState
from sh0.process_values import ReplicaCount
from sh0.records.app import WEB, App, HealthMode, Probe, ProcessSettings
from sh0.records.deployment import Deployment
from sh0.records.formation import declared_processes, formation
from sh0.records.settings_change import SettingsChange
from sh0.values import ByteSize

__all__ = ["HealthOptions", "demand_container", "demand_processes", "of_process", "scaling"]


@attrs.frozen
class HealthOptions:
    """How a container is to be asked whether it is ready, as somebody has said it; None where nothing is said.

    Attributes:
        mode: As it is by default, or not at all.
        path: Path that it must answer.
        port: Port that is asked for the path.
        tcp: Port that must accept connections.
        command: Command in it that must end with exit code 0.
    """

    mode: HealthMode | None = None
    path: str | None = None
    port: int | None = None
    tcp: int | None = None
    command: str | None = None

    def probe(self) -> Probe | None:
        """The probe, or None if nothing is said.

        Raises:
            InvalidValue: Two ways are named, or a port without a path.
        """
        ways = {"health": self.mode, "health_path": self.path, "health_tcp": self.tcp, "health_command": self.command}
        named = [name for name, value in ways.items() if value is not None]
        if len(named) > 1:
            raise InvalidValue(f"a container is asked in one way, not by {' and '.join(named)}", hint="Name one.")
        if self.port is not None and self.path is None:
            hint = "Name the path as well, or use health_tcp to see whether the port is open."
            raise InvalidValue("health_port needs the path that is asked for there: health_path", hint=hint)
        if self.command is not None and not self.command.strip():
            raise InvalidValue("health_command is empty", hint="To ask nothing, set health to none.")
        none = self.mode is HealthMode.NONE
        return Probe(self.path, self.port, self.tcp, self.command, none) if named else None


def of_process(
    process: str | None,
    health: HealthOptions,
    *,
    port: int | None = None,
    memory: ByteSize | None = None,
    cpus: float | None = None,
    health_timeout: float | None = None,
    stop_timeout: int | None = None,
) -> SettingsChange:
    """The change of settings of an app, or of one process of it.

    Args:
        process: Name of the process; None for the app: its health is that of ``web``.
        health: How a container is asked whether it is ready.
        port: Port that the app listens on.
        memory: What each container may use.
        cpus: Cores' worth of time that each may use.
        health_timeout: Seconds that a new container has to become ready.
        stop_timeout: Seconds that a container has to end by itself.

    Raises:
        InvalidValue: The settings do not fit together.
    """
    probe = health.probe()
    if process is not None and process != WEB and port is not None:
        raise InvalidValue(f"the port is the one of {WEB}, and {process} gets no requests", hint="Leave it out.")
    own = ProcessSettings(stop_timeout=stop_timeout)
    if process is not None:
        own = attrs.evolve(own, memory=memory, cpus=cpus)
    if process not in (None, WEB):
        own = attrs.evolve(own, health=probe, health_timeout=health_timeout)
        return SettingsChange(processes={str(process): own})
    simple = health.path is not None and health.port is None
    return SettingsChange(
        port=port,
        memory=memory if process is None else None,
        cpus=cpus if process is None else None,
        health_path=health.path if simple else None,
        health_timeout=health_timeout,
        health=None if simple else probe,
        processes={} if own == ProcessSettings() else {WEB: own},
    )


def scaling(replicas: int | None, processes: Mapping[str, ReplicaCount]) -> SettingsChange:
    """The change of settings that gives processes other numbers of containers.

    Args:
        replicas: That of ``web``.
        processes: Those of processes by name.

    Raises:
        InvalidValue: There is none, or two for the same process.
    """
    if replicas is not None and WEB in processes:
        raise InvalidValue("there are two numbers of containers for web", hint="Leave out replicas.")
    web = processes.get(WEB) if replicas is None else replicas
    others = {name: ProcessSettings(replicas=count) for name, count in processes.items() if name != WEB}
    if web is None and not others:
        raise InvalidValue("no number of containers is given", hint="Give one for web, or some by process: worker=1.")
    return SettingsChange(replicas=web, processes=others)


def demand_processes(app: App, live: Deployment | None, names: Iterable[str]) -> None:
    """See to it that an app has the processes that are named; before its first version it may come to have any.

    Raises:
        NotFound: It has no such process.
        InvalidValue: It is a service of a stack, which has one process.
    """
    for name in names:
        if app.stack is not None and name != WEB:
            raise InvalidValue(
                f"{app.name} is a service of the stack {app.stack} and has no process {name}",
                hint="Each process of a stack is a service of its Compose file.",
            )
        known = declared_processes(live.snapshot) if live is not None else None
        if known is not None and name not in known:
            raise NotFound(
                f"{app.name} has no process {name}; it has {', '.join(known)}",
                hint="Declare it in the Procfile, or in sh0.yaml under processes, and push.",
            )


def demand_container(app: App, live: Deployment, process: str) -> None:
    """See to it that a process of an app is not scaled to 0.

    Raises:
        WrongState: It is.
    """
    if not formation(live.snapshot).get(process):
        hint = f"Run one: sh0 scale {app.name} {process}=1"
        raise WrongState(f"{process} of {app.name} is declared and not running", hint=hint)
