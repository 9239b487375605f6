"""How long a drain waits that has failed, and when that is reported. Pure."""

from typing import Final

__all__ = ["is_reported", "pause"]

_FIRST: Final = 1.0
_LONGEST: Final = 60.0
_SPREAD: Final = 0.5
_REPORTED: Final = 3  # failures in a row: a receiver that restarts is no news


def pause(failures: int, chance: float) -> float:
    """Seconds until the next attempt: twice as long each time, a minute at most, and never the same for all.

    Args:
        failures: Attempts that have failed, one after the other.
        chance: A number from 0 to 1.
    """
    longest = min(_LONGEST, _FIRST * 2.0 ** min(failures - 1, 10))
    return longest * (1 - _SPREAD * chance)


def is_reported(failures: int) -> bool:
    """Whether so many failures in a row are worth an event."""
    return failures >= _REPORTED
