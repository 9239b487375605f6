"""What the engine of a server reports as it happens: a container that ends is a reason to look at all of them."""

import threading
from collections.abc import Iterator

from sh0.context import Context
from sh0.errors import Sh0Error
from sh0.jobs.wakeup import Wakeup
from sh0.ports.runtime import EngineEvent
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS
from sh0.records.event_payloads import ContainerPayload
from sh0.records.event_types import EventType
from sh0.serving.diagnosis import killed_at, more_memory, named
from sh0.serving.log_collectors import LogCollectors
from sh0.serving.reconciler import Reconciler

_STOPPING = 5.0  # seconds that the feed may take to end
_PATIENCE = 2.0  # seconds before the engine is asked for its events again


class EngineEvents:
    """Follows the events of one server's engine.

    Args:
        context: Which container is whose, and the servers.
        reconciler: Of the server.
        wakeup: Makes it look.
        states: Set when a container has started or ended.
        logs: Follow what containers print from their start.
    """

    def __init__(
        self, context: Context, reconciler: Reconciler, wakeup: Wakeup, states: Wakeup, logs: LogCollectors
    ) -> None:
        self._states, self._logs = states, logs
        self._context, self._reconciler, self._wakeup = context, reconciler, wakeup
        self._feed: Iterator[EngineEvent] | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, name=f"sh0-events-{reconciler.server}", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def close(self) -> None:
        """Stop following."""
        self._closing.set()
        if (close := getattr(self._feed, "close", None)) is not None:
            close()
        if self._thread.is_alive():
            self._thread.join(_STOPPING)

    def _follow(self) -> None:
        while not self._closing.is_set():
            try:
                self._feed = self._context.fleet.at(self._reconciler.server).runtime.events()
                self._logs.heard(self._reconciler.server, None)
                for event in self._feed:
                    self._logs.heard(self._reconciler.server, event)
                    self._states.set()
                    if event.action in ("die", "destroy", "oom"):
                        self._receive(event.action, event.name, event.labels.get("sh0.app"))
            except Sh0Error as error:
                self._reconciler.problem = self._reconciler.redacted(error.message)
            if not self._closing.wait(_PATIENCE):
                self._wakeup.set()

    def _receive(self, action: str, container: str, app: str | None) -> None:
        records = self._context.records
        if app is None:
            self._wakeup.set()
        elif not self._closing.is_set() and (placement := records[PLACEMENTS].find(container)):
            if action == "oom":
                limit = records[DEPLOYMENTS].get(placement.deployment).snapshot.memory
                text = f"{named(placement)} {killed_at(limit)}. {more_memory(placement.app, limit)}"
                payload = ContainerPayload(placement.app, placement.deployment, container, limit)
                self._context.journal.emit(EventType.CONTAINER_OOM, payload, text)
            self._wakeup.set()
