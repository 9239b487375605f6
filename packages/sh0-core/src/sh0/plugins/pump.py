"""Telling plugins what happens, on a thread of their own."""

import queue
import threading
from typing import TYPE_CHECKING

from sh0.plugins.loading import Plugins

if TYPE_CHECKING:
    from sh0.records.journal import Event


class EventPump:
    """Hands events to the plugins on a thread of its own, so that a slow one holds nothing up."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self._pending: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._pump, name="sh0-plugins", daemon=True)
        self._thread.start()

    def __call__(self, event: "Event") -> None:
        self._pending.put(event)

    def stop(self) -> None:
        """Hand out what is pending, then end."""
        self._pending.put(None)
        self._thread.join(5)

    def _pump(self) -> None:
        while (event := self._pending.get()) is not None:
            self._plugins.event(event)
