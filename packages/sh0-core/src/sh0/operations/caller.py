"""Who is calling, and what they may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

import attrs

from sh0.errors import Forbidden, Unauthenticated
from sh0.operations.mark import Effect, Scope

_IMPLIES = {
    Effect.READ: ("read", "write", "destroy"),
    Effect.WRITE: ("write", "destroy"),
    Effect.DESTROY: ("destroy",),
}


class CallerKind(StrEnum):
    """By which door somebody came in."""

    ANONYMOUS = "anonymous"
    SYSTEM = "system"
    OPERATOR = "operator"
    TOKEN = "token"
    KEY = "key"


@attrs.frozen
class Caller:
    """Somebody who calls operations.

    Attributes:
        kind: By which door they came in.
        name: Their name at that door (of the token, of the SSH key, of the Unix user).
        grants: What they may do, as ``scope:effect`` with ``*`` for any scope; ``apps:write`` includes reading apps.
        app: The only app they may touch, or None for all (a push is confined to its app).
    """

    kind: CallerKind
    name: str
    grants: frozenset[str] = frozenset()
    app: str | None = None

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}" if self.name else self.kind.value

    def permits(self, scope: Scope, effect: Effect) -> bool:
        """Whether a grant covers this scope and effect."""
        return any(f"{area}:{level}" in self.grants for area in (scope.value, "*") for level in _IMPLIES[effect])

    def demand(self, scope: Scope, effect: Effect, operation: str, app: object = None) -> None:
        """Let the call through, or not.

        Raises:
            Unauthenticated: Nobody in particular is calling.
            Forbidden: No grant covers it.
        """
        if self.kind is CallerKind.ANONYMOUS:
            raise Unauthenticated(
                f"{operation} needs a credential",
                hint="Send a token as 'Authorization: Bearer …'; the operator makes one with 'sh0 tokens create NAME'.",
            )
        if not self.permits(scope, effect) or (self.app is not None and app != self.app):
            raise Forbidden(
                f"{self} may not call {operation}: it needs {scope.value}:{effect.value}"
                + (f" on {app}" if app is not None and self.app is not None else ""),
                hint="Use a token with that grant, or ask the operator for one.",
            )


ALL = frozenset({"*:destroy"})
SYSTEM = Caller(CallerKind.SYSTEM, "", ALL)
ANONYMOUS = Caller(CallerKind.ANONYMOUS, "")

_current: ContextVar[Caller] = ContextVar("sh0_caller", default=SYSTEM)


def current_caller() -> Caller:
    """Whoever is calling in this context; a program that opened the platform is the system."""
    return _current.get()


@contextmanager
def acting_as(caller: Caller) -> Iterator[None]:
    """Call operations as somebody else."""
    token = _current.set(caller)
    try:
        yield
    finally:
        _current.reset(token)
