"""What an app is doing, in a word. Pure."""

from collections.abc import Iterable, Mapping

from sh0.ports.runtime import Instance
from sh0.records.app import App, AppState, ProcessStatus
from sh0.records.deployment import Deployment, Placement
from sh0.records.formation import declared_processes, formation
from sh0.serving.health import is_healthy


def state_of(
    app: App, live: Deployment | None, placements: Iterable[Placement], observed: Mapping[str, Instance]
) -> AppState:
    """The state of an app.

    Args:
        app: The app.
        live: Its deployment that serves.
        placements: Containers of the app; those of other deployments do not count.
        observed: What the engine reports, by the name of the container.
    """
    if app.stopped:
        return AppState.STOPPED
    if live is None:
        return AppState.NEW
    if not any(formation(live.snapshot).values()):
        return AppState.IDLE
    healthy = [is_healthy(observed.get(p.container), live.snapshot) for p in placements if p.deployment == live.id]
    if healthy and all(healthy):
        return AppState.LIVE
    return AppState.DEGRADED if any(healthy) else AppState.DOWN


def process_statuses(
    live: Deployment | None, placements: Iterable[Placement], observed: Mapping[str, Instance]
) -> tuple[ProcessStatus, ...]:
    """The processes of a live version, each with how many of its containers do what is expected.

    Args:
        live: The version; None if there is none.
        placements: Containers of the app; those of other deployments do not count.
        observed: What the engine reports, by the name of the container.
    """
    if live is None:
        return ()
    serving, counts = [each for each in placements if each.deployment == live.id], formation(live.snapshot)
    return tuple(
        ProcessStatus(
            process=name,
            replicas=counts[name],
            healthy=sum(
                is_healthy(observed.get(each.container), live.snapshot) for each in serving if each.process == name
            ),
            command=process.command,
        )
        for name, process in declared_processes(live.snapshot).items()
    )
