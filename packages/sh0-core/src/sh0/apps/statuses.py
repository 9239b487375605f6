"""What apps are doing, from their records and what their engines report."""

from collections.abc import Mapping

import attrs

from sh0.context import Context
from sh0.deployments.availability import Availability
from sh0.ports.runtime import Instance, InstanceState
from sh0.ports.usage import Usage
from sh0.records.app import APPS, WEB, App, AppInstance, AppProcesses, AppState, AppStatus, ProcessInstance
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS, Deployment, Placement
from sh0.records.domain import HOST_NAMES
from sh0.records.formation import limits, serves
from sh0.serving.owners import names_of
from sh0.serving.states import process_statuses, state_of
from sh0.serving.urls import urls
from sh0.values import ByteSize


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
        observed = self._observed(record)
        placements = self._placements(app)
        live = self._records[DEPLOYMENTS].get(record.live) if record.live else None
        domains = self._records[HOST_NAMES].where(app=app, order="generated, host")
        state = state_of(record, live, placements, observed)
        return AppStatus(
            app=app,
            state=state,
            deployment=record.live,
            urls=urls(domains, self._settings) if live is None or serves(live.snapshot) else (),
            instances=tuple(_instance(each, observed.get(each.container)) for each in placements),
            memory=live.snapshot.memory if live else None,
            problem=self._problem(record, live, state),
            processes=process_statuses(live, placements, observed),
        )

    def processes(self, app: str) -> AppProcesses:
        """The processes of an app, and what their containers use now.

        Raises:
            NotFound: There is no such app.
        """
        record = self._records[APPS].get(app)
        observed, placements = self._observed(record), self._placements(app)
        running = [name for name, each in observed.items() if each.state is InstanceState.RUNNING]
        used = self._fleet.at(record.server).runtime.usage(running) if running else {}
        live = self._records[DEPLOYMENTS].get(record.live) if record.live else None
        containers = tuple(self._measured(each, observed.get(each.container), used) for each in placements)
        return AppProcesses(process_statuses(live, placements, observed), containers)

    def _measured(self, placement: Placement, found: Instance | None, used: Mapping[str, Usage]) -> ProcessInstance:
        deployment, usage = self._records[DEPLOYMENTS].find(placement.deployment), used.get(placement.container)
        shown = _instance(placement, found)
        return ProcessInstance(
            **{field.name: getattr(shown, field.name) for field in attrs.fields(AppInstance)},
            exit_code=found.exit_code if found else None,
            cpu=usage.cpu if usage else None,
            memory=usage.memory if usage else None,
            memory_limit=limits(deployment.snapshot, placement.process).memory if deployment else ByteSize(0),
        )

    def _observed(self, app: App) -> dict[str, Instance]:
        if app.live is None:
            return {}
        runtime, placed = self._fleet.at(app.server).runtime, {each.container for each in self._placements(app.name)}
        wanted = ({"sh0.app": name, "sh0.kind": "app"} for name in names_of(self._records, app.name))
        return {each.name: each for labels in wanted for each in runtime.observe(labels) if each.name in placed}

    def _placements(self, app: str) -> list[Placement]:
        return self._records[PLACEMENTS].where(app=app, order="deployment, process != 'web', process, replica")

    def _problem(self, app: App, live: Deployment | None, state: AppState) -> str | None:
        """Why an app does not run, and the one command that brings it back."""
        if live is None or not (state is AppState.DOWN or app.stopped):
            return None
        if (gone := self._availability.problem(live)) is not None:
            return f"{gone.message}. {gone.hint}"
        return None if app.stopped else f"its containers do not run. Start new ones: sh0 restart {app.name}"


def _instance(placement: Placement, found: Instance | None) -> AppInstance:
    return AppInstance(
        container=placement.container,
        deployment=placement.deployment,
        state=found.state if found else InstanceState.EXITED,
        address=placement.address,
        port=placement.port if placement.process == WEB else None,
        restarts=found.restarts if found else 0,
        process=placement.process,
        replica=placement.replica,
        since=found.since if found else None,
    )
