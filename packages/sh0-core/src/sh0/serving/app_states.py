"""Reporting that an app of a server is in another state."""

from sh0.context import Context
from sh0.errors import Sh0Error
from sh0.jobs.schedule import Every
from sh0.jobs.scheduler import Entry
from sh0.jobs.wakeup import Wakeup
from sh0.ports.runtime import Instance
from sh0.records.app import APPS, App, AppState
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS
from sh0.records.event_payloads import AppRenamedPayload, AppStatePayload
from sh0.records.event_types import ENDED_DEPLOYMENTS, ENDED_RELEASES, EventType
from sh0.records.journal import EVENTS, Event
from sh0.serving.states import state_of
from sh0.values import LOCAL, ServerName

_INTERVAL = Every(60)
_PROBLEM_INTERVAL = 5.0  # seconds
_CHANGES = {EventType.APP_STOPPED, *ENDED_DEPLOYMENTS.values(), *ENDED_RELEASES.values()}


class AppStates:
    """Compares the states of a server's apps with those that were reported last: when told to, and now and then.

    Args:
        context: What should run and what runs; its journal receives new states, and tells when to look.
        server: Which server.

    Attributes:
        due: Set by whoever knows that a container has started or ended.
    """

    def __init__(self, context: Context, server: ServerName) -> None:
        self._server = server
        self._records, self._fleet, self._journal = context.records, context.fleet, context.journal
        self._reported: dict[str, AppState] | None = None
        self.due = Wakeup()
        context.journal.listen(self._heard)

    def entry(self) -> Entry:
        """What the scheduler does with it."""
        self.due.set()
        name = "app-states" if self._server == LOCAL else f"app-states {self._server}"
        return Entry(name, _INTERVAL, self.look, retry=_PROBLEM_INTERVAL, kept=False, wakeup=self.due)

    def look(self) -> str | None:
        """Report every app that is in another state; returns why that cannot be done."""
        apps = self._records[APPS].where(server=self._server, order="name")
        try:
            observed = self._observed() if apps else {}
        except Sh0Error as error:
            return f"the states of apps are unknown: {error.code}"  # the reconciler reports it in full
        reported = self._last(apps) if self._reported is None else self._reported
        for app in apps:
            if self._records[APPS].find(app.name) != app:  # what was observed belongs to neither what was nor what is
                self.due.set()
                continue
            live = self._records[DEPLOYMENTS].find(app.live) if app.live else None
            state = state_of(app, live, self._records[PLACEMENTS].where(app=app.name), observed)
            before = reported.get(app.name, state if self._reported is None else AppState.NEW)
            reported[app.name] = state
            if state is not before:
                payload = AppStatePayload(app.name, state, before)
                text = f"{app.name} is {state.value}; it was {before.value}"
                self._journal.emit(EventType.APP_STATE, payload, text)
        self._reported = reported
        for name in reported.keys() - {app.name for app in apps}:
            del reported[name]
        return None

    def _heard(self, event: Event) -> None:
        if isinstance(event.payload, AppRenamedPayload):
            reported, former = self._reported or {}, event.payload.former
            if former in reported:
                reported[event.payload.app] = reported.pop(former)
        if event.kind in _CHANGES:
            self.due.set()

    def _observed(self) -> dict[str, Instance]:
        runtime = self._fleet.at(self._server).runtime
        return {instance.name: instance for instance in runtime.observe({"sh0.kind": "app"})}

    def _last(self, apps: list[App]) -> dict[str, AppState]:
        """The states that were reported before the platform started."""
        created = {app.name: app.created for app in apps}
        return {
            event.payload.app: event.payload.state
            for event in self._records[EVENTS].where(order="id", kind=EventType.APP_STATE.value)
            if isinstance(event.payload, AppStatePayload)
            and event.payload.app in created
            and event.time >= created[event.payload.app]
        }
