"""Time, as a thing that tests can hold still."""

import threading
import time
from datetime import UTC, datetime
from typing import Protocol

_AT_ONCE = 30.0  # seconds to wait in one go: while a machine sleeps, what it waits for does not come nearer


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time of day, always UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        ...

    def wait(self, event: threading.Event, until: datetime | None) -> None:
        """Wait until an event is set, or a moment has come; it may return earlier.

        Args:
            event: Ends the wait when it is set, by whomever.
            until: The moment; None to wait for the event alone.
        """
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, event: threading.Event, until: datetime | None) -> None:
        event.wait(None if until is None else min(_AT_ONCE, max(0.0, (until - self.now()).total_seconds())))
