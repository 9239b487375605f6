"""What a server of operations asks about those who call."""

from collections.abc import Callable

import attrs

from sh0.errors import Sh0Error, Unauthenticated
from sh0.operations import Caller

__all__ = ["Callers"]


def _lasting(caller: Caller, end: Callable[[], None]) -> Callable[[], None]:
    return lambda: None


def _as_it_is(address: str, error: Unauthenticated) -> Sh0Error:
    return error


def _nobody(user: int, process: int) -> bool:
    return False


@attrs.frozen
class Callers:
    """Who calls, and for how long they may.

    Attributes:
        identify: Tells who calls from the bearer token and the Unix user at the other end of the socket.
        hold: Takes what ends a call when the authority of its caller ends, and returns what says that the call is over.
            Such calls go on when it is left out.
        unknown: Told the address of a call whose credential is unknown, and the error; returns the error to answer
            with.
        trusts: Says whether a user's process is believed when it says for which address it calls.
    """

    identify: Callable[[str | None, int], Caller]
    hold: Callable[[Caller, Callable[[], None]], Callable[[], None]] = _lasting
    unknown: Callable[[str, Unauthenticated], Sh0Error] = _as_it_is
    trusts: Callable[[int, int], bool] = _nobody
