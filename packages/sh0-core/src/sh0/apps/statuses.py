"""What apps are doing, from their records and what their engines report."""

from sh0.context import Context
from sh0.deployments.availability import Availability
from sh0.ports.runtime import InstanceState
from sh0.records.app import APPS, App, AppInstance, AppState, AppStatus
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS, Deployment
from sh0.records.domain import HOST_NAMES
from sh0.serving.states import state_of
from sh0.serving.urls import urls


class AppStatuses:
    """Looks at apps.

    Args:
        context: What is recorded of them, and where they run.
    """

    def __init__(self, context: Context) -> None:
        self._records, self._fleet, self._settings = context.records, context.fleet, context.settings
        self._availability = Availability(context)

    def of(self, app: str) -> AppStatus:
        """What an app is doing: its state, where it is reached, its containers.

        Raises:
            NotFound: There is no such app.
        """
        record = self._records[APPS].get(app)
        runtime = self._fleet.at(record.server).runtime
        observed = {i.name: i for i in runtime.observe({"sh0.app": app})} if record.live else {}
        placements = self._records[PLACEMENTS].where(app=app, order="deployment, process != 'web', process, replica")
        instances = tuple(
            AppInstance(
                p.container,
                p.deployment,
                i.state if i else InstanceState.EXITED,
                p.address,
                p.port,
                i.restarts if i else 0,
                p.process,
            )
            for p in placements
            for i in [observed.get(p.container)]
        )
        domains = self._records[HOST_NAMES].where(app=app, order="generated, host")
        live = self._records[DEPLOYMENTS].get(record.live) if record.live else None
        memory = live.snapshot.memory if live else None
        found = urls(domains, self._settings)
        state = state_of(record, live, placements, observed)
        return AppStatus(app, state, record.live, found, instances, memory, self._problem(record, live, state))

    def _problem(self, app: App, live: Deployment | None, state: AppState) -> str | None:
        """Why an app does not run, and the one command that brings it back."""
        if live is None or not (state is AppState.DOWN or app.stopped):
            return None
        if (gone := self._availability.problem(live)) is not None:
            return f"{gone.message}. {gone.hint}"
        return None if app.stopped else f"its containers do not run. Start new ones: sh0 restart {app.name}"
