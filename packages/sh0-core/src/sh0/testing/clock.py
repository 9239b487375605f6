"""A clock that stands still until it is told to go on."""

import threading
from datetime import UTC, datetime, timedelta

from sh0.ports.clock import Clock

BEGINNING = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


class FakeClock:
    """A clock for tests.

    Args:
        now: What it shows at first.
    """

    def __init__(self, now: datetime = BEGINNING) -> None:
        self._now, self._seconds = now, 0.0
        self._lock = threading.Lock()
        self._waiting: list[tuple[threading.Event, datetime]] = []

    def now(self) -> datetime:
        """The time of day that it was set to."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that it was told to go on so far."""
        return self._seconds

    def wait(self, event: threading.Event, until: datetime | None) -> None:
        """Wait until an event is set, or the clock has gone on to a moment; then the event is set as well."""
        with self._lock:
            if until is not None and until <= self._now:
                return
            waiting = (event, datetime.max.replace(tzinfo=UTC) if until is None else until)
            self._waiting.append(waiting)
        event.wait()
        with self._lock:
            self._waiting.remove(waiting)

    def advance(self, seconds: float) -> None:
        """Go on; whoever waits for a moment that has come goes on as well."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
            self._seconds += seconds
            come = [event for event, until in self._waiting if until <= self._now]
        for event in come:
            event.set()

    def set(self, now: datetime) -> None:
        """Show another time, as when somebody sets the clock: no time passes, and nobody who waits goes on."""
        self._now = now


_: type[Clock] = FakeClock
