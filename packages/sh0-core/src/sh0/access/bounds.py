"""Nobody hands on more than they have: not in grants, not in time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sh0.errors import Forbidden
from sh0.operations import Caller, Effect, Scope


def demand_own(caller: Caller, grants: Iterable[str]) -> None:
    """Let grants be handed on.

    Raises:
        Forbidden: One goes beyond what the caller may do.
    """
    for grant in grants:
        area, level = grant.split(":")
        scopes = [scope for scope in Scope if scope is not Scope.HOST] if area == "*" else [Scope(area)]
        if not all(caller.permits(scope, Effect(level)) for scope in scopes):
            raise Forbidden(
                f"{caller} cannot grant {grant}: it goes beyond what they may do themselves",
                hint="Grant less, or let the operator do it.",
            )


def expiry(caller: Caller, now: datetime, days: int | None) -> datetime | None:
    """When what a caller makes stops working: after `days`, and never later than the caller's own credential."""
    asked = now + timedelta(days=days) if days is not None else None
    if caller.expires is None or asked is None:
        return asked or caller.expires
    return min(asked, caller.expires)
