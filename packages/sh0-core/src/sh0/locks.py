"""Locks of things that one piece of work at a time may change."""

import threading


class AppLocks:
    """A lock per app: whoever changes the containers of an app holds it meanwhile."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.RLock] = {}

    def of(self, app: str) -> threading.RLock:
        """The lock of an app; whoever holds it may take it again."""
        return self._locks.setdefault(app, threading.RLock())
