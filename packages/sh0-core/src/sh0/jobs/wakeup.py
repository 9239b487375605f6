"""A reason to do at once what would be done at its time."""

import threading
from collections.abc import Callable


class Wakeup:
    """Brings an entry of the scheduler forward. It may be set by any thread, at any time, as often as one likes.

    What is set while the entry runs makes it run once more: what it was set for may have come too late for that run.
    """

    def __init__(self) -> None:
        self._set = threading.Event()
        self._notify: Callable[[], None] = lambda: None

    def set(self) -> None:
        """Run the entry now, or again when it has ended."""
        self._set.set()
        self._notify()

    def take(self) -> bool:
        """Whether it was set since it was asked last."""
        was_set = self._set.is_set()
        self._set.clear()
        return was_set

    def attach(self, notify: Callable[[], None]) -> None:
        """Call somebody whenever it is set."""
        self._notify = notify
