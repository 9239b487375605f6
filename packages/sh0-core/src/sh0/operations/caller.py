"""Who is calling, and what they may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
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
    """By which interface somebody came in.

    Attributes:
        ANONYMOUS: Nobody that is known.
        SYSTEM: The platform itself.
        OPERATOR: A user of the machine, by the owner's socket.
        TOKEN: A program, by its token.
        KEY: Somebody who pushes, by an SSH key.
    """

    ANONYMOUS = "anonymous"
    SYSTEM = "system"
    OPERATOR = "operator"
    TOKEN = "token"
    KEY = "key"


@attrs.frozen
class Caller:
    """Somebody who calls operations.

    Attributes:
        kind: By which interface they came in.
        name: Their name there (of the token, of the SSH key, of the Unix user).
        grants: What they may do, as ``scope:effect`` with ``*`` for any scope but ``host``; ``apps:write``
            includes reading apps.
        app: The only app they may touch, or None for all (a push is confined to its app). Operations that list what is
            there show them what belongs to it; those on the whole platform refuse them.
        credential: What they showed: the digest of a token, the fingerprint of a key. By it their authority is looked
            up again, as it may have ended since.
        expires: When that credential stops working, or None.
    """

    kind: CallerKind
    name: str
    grants: frozenset[str] = frozenset()
    app: str | None = None
    credential: str = attrs.field(default="", eq=False, repr=False)
    expires: datetime | None = attrs.field(default=None, eq=False)

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}" if self.name else self.kind.value

    def permits(self, scope: Scope, effect: Effect) -> bool:
        """Whether a grant covers this scope and effect."""
        areas = (scope.value,) if scope is Scope.HOST else (scope.value, "*")
        return any(f"{area}:{level}" in self.grants for area in areas for level in _IMPLIES[effect])

    def demand(
        self,
        scope: Scope,
        effect: Effect,
        operation: str,
        app: object = None,
        parts: frozenset[Scope] = frozenset(),
    ) -> None:
        """Let the call through, or not.

        Args:
            scope: Area that a grant must cover.
            effect: What the call does.
            operation: Its name.
            app: The app that it is about.
            parts: Areas of which one is enough, where the rest is not shown.

        Raises:
            Unauthenticated: Nobody in particular is calling.
            Forbidden: No grant covers it.
        """
        if self.kind is CallerKind.ANONYMOUS:
            raise Unauthenticated(
                f"{operation} needs a credential",
                hint="Send a token: with --token, SH0_TOKEN or 'sh0 login' on the command line, token= in Python, the "
                "header 'Authorization: Bearer …' over HTTP. The operator makes one with 'sh0 tokens create NAME'.",
            )
        if not any(self.permits(area, effect) for area in (scope, *parts)):
            either = f", or to see a part of it {', '.join(sorted(parts))}" if parts else ""
            raise Forbidden(
                f"{self} may not call {operation}: it needs {scope.value}:{effect.value}{either}",
                hint="Use a token with that grant, or ask the operator for one.",
            )
        if self.app is not None and app != self.app:
            raise Forbidden(
                f"{self} may not call {operation}"
                + (f" on {app}" if isinstance(app, str) and app else "")
                + f": it is confined to the app {self.app}",
                hint=(
                    "Use a credential that is not confined to one app."
                    if not app
                    else f"Call it on {self.app}, or use a credential that is not confined to one app."
                ),
            )


ALL = frozenset({"*:destroy", f"{Scope.HOST.value}:destroy"})
SYSTEM = Caller(CallerKind.SYSTEM, "", ALL)
ANONYMOUS = Caller(CallerKind.ANONYMOUS, "")

LOCAL = "local"
"""The address of whoever calls on the machine itself."""

_address: ContextVar[str] = ContextVar("sh0_address", default=LOCAL)
_current: ContextVar[Caller] = ContextVar("sh0_caller", default=SYSTEM)


def current_caller() -> Caller:
    """Whoever is calling in this context; a program that opened the platform is the system."""
    return _current.get()


def confined_to() -> str | None:
    """The only app that whoever calls may touch, or None."""
    return current_caller().app


def client_address() -> str:
    """The address that this call comes from."""
    return _address.get()


@contextmanager
def called_from(address: str) -> Iterator[None]:
    """Say which address the calls in this context come from."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


@contextmanager
def acting_as(caller: Caller) -> Iterator[None]:
    """Call operations as somebody else."""
    token = _current.set(caller)
    try:
        yield
    finally:
        _current.reset(token)
