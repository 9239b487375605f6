"""How much is kept of an app a second, so that one that prints without end takes nothing from others. Pure."""

from typing import Final

import attrs

__all__ = ["BURST", "RATE", "TOTAL", "Admission"]

RATE: Final = 12_000
"""Lines a second of one app."""
TOTAL: Final = 24_000
"""Lines a second of all apps, divided by how many of them print."""
BURST: Final = 60_000
"""Lines that an app may print at once."""
_IDLE: Final = 1.0  # seconds after which an app does not count among those that print


@attrs.define
class _Budget:
    lines: float
    refilled: float
    used: float


class Admission:
    """Counts what apps print. Each may print so much at once, and so much a second from then on."""

    def __init__(self) -> None:
        self._budgets: dict[str, _Budget] = {}

    def spend(self, app: str, lines: int, now: float) -> None:
        """Lines of an app are kept.

        Args:
            app: Name of the app.
            lines: How many.
            now: Seconds of a clock that only goes on.
        """
        budget = self._refilled(app, now)
        budget.lines -= lines
        budget.used = now

    def is_over(self, app: str, now: float) -> bool:
        """Whether nothing more of an app is kept for now."""
        return self._refilled(app, now).lines <= 0

    def _refilled(self, app: str, now: float) -> _Budget:
        budget = self._budgets.get(app)
        if budget is None:
            budget = self._budgets[app] = _Budget(BURST, now, now)
        printing = sum(now - each.used < _IDLE for each in self._budgets.values())
        rate = min(RATE, TOTAL / max(1, printing))
        budget.lines = min(BURST, budget.lines + (now - budget.refilled) * rate)
        budget.refilled = now
        return budget
