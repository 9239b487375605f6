"""A clock that stands still until it is told to go on."""

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

    def now(self) -> datetime:
        """The time of day that it was set to."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that it was told to go on so far."""
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Go on."""
        self._now += timedelta(seconds=seconds)
        self._seconds += seconds


_: type[Clock] = FakeClock
