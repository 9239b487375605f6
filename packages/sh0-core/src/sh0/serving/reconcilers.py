"""Every server is reconciled on its own: one that hangs, or is lost, delays no other."""

import attrs

from sh0.context import Context
from sh0.jobs.schedule import Every
from sh0.jobs.scheduler import Entry
from sh0.jobs.wakeup import Wakeup
from sh0.serving.app_states import AppStates
from sh0.serving.engine_events import EngineEvents
from sh0.serving.log_collectors import LogCollectors
from sh0.serving.reconciler import Rebuilder, Reconciler
from sh0.serving.rollout import Rollout
from sh0.values import LOCAL

_INTERVAL = Every(60)  # between two looks when nothing happens
_PROBLEM_INTERVAL = 5.0  # seconds between two looks while something is wrong


@attrs.frozen
class _Watched:
    reconciler: Reconciler
    wakeup: Wakeup
    states: AppStates
    events: EngineEvents


class Reconcilers:
    """A reconciler for each server, woken by the events of its engine.

    Args:
        context: The servers, and what should run on them.
        rollout: Knows how containers are made.
        rebuilder: Deploys versions anew whose images are gone.
        logs: Are told which containers start.
    """

    def __init__(self, context: Context, rollout: Rollout, rebuilder: Rebuilder, logs: LogCollectors) -> None:
        self._shutdown = context.shutdown
        self._watched: dict[str, _Watched] = {}
        for server in context.fleet.names:
            reconciler, wakeup = Reconciler(context, server, rollout, rebuilder), Wakeup()
            states = AppStates(context, server)
            events = EngineEvents(context, reconciler, wakeup, states.due, logs)
            self._watched[server] = _Watched(reconciler, wakeup, states, events)

    def entries(self) -> tuple[Entry, ...]:
        """What the scheduler does: look now and then, soon where something is wrong, and at once when woken."""
        looks = (self._entry(server, each) for server, each in self._watched.items())
        return (*looks, *(each.states.entry() for each in self._watched.values()))

    def _entry(self, server: str, watched: _Watched) -> Entry:
        def look() -> str | None:
            return watched.reconciler.problem if self._shutdown.begun else watched.reconciler.reconcile()

        name = "reconciling" if server == LOCAL else f"reconciling {server}"
        return Entry(name, _INTERVAL, look, retry=_PROBLEM_INTERVAL, kept=False, wakeup=watched.wakeup)

    def of(self, server: str) -> Reconciler:
        """The reconciler of a server."""
        return self._watched[server].reconciler

    def wake(self, server: str) -> None:
        """Make one look."""
        self._watched[server].wakeup.set()

    def start(self) -> None:
        """Begin to follow the events of every engine."""
        for watched in self._watched.values():
            watched.events.start()

    def close(self) -> None:
        """Stop following."""
        for watched in self._watched.values():
            watched.events.close()

    @property
    def problem(self) -> str | None:
        """What could not be brought in order, on any server."""
        return self._said({server: each.reconciler.problem for server, each in self._watched.items()})

    @property
    def unguarded(self) -> str | None:
        """Why containers are not kept away from a server itself, on any server."""
        return self._said({server: each.reconciler.unguarded for server, each in self._watched.items()})

    def redacted(self, text: str) -> str:
        """A text that quotes an engine or a proxy, without the secrets of any app."""
        return self.of(LOCAL).redacted(text)

    @staticmethod
    def _said(found: dict[str, str | None]) -> str | None:
        texts = [text if server == LOCAL else f"{server}: {text}" for server, text in found.items() if text]
        return "; ".join(texts) or None
