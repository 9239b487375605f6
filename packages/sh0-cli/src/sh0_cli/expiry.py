"""Whether a credential ends sooner than was asked for. Pure."""

from datetime import datetime, timedelta

_ROUNDING = timedelta(hours=1)  # clocks of two machines differ


def shortened(days: object, expires: object, now: datetime) -> str | None:
    """What to tell whoever asked for so many days; None if that is what they get."""
    if not isinstance(days, int) or not isinstance(expires, datetime):
        return None
    if expires >= now + timedelta(days=days) - _ROUNDING:
        return None
    return f"It expires at {expires:%Y-%m-%d %H:%M} UTC, before {days} days are over: with the credential that made it."
