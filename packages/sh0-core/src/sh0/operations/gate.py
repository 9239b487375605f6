"""The one gate: who is calling → may they → does the licence allow it → run → audit."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextvars import Context, ContextVar, copy_context
from typing import Protocol

import attrs

from sh0.errors import Sh0Error, Unauthenticated
from sh0.operations.call import Call
from sh0.operations.caller import Caller, current_caller
from sh0.operations.mark import ANY_APP, Effect
from sh0.operations.registry import Operation
from sh0.os_errors import translated

_inside: ContextVar[bool] = ContextVar("sh0_inside_operation", default=False)


@attrs.frozen
class AuditRecord:
    """What the gate has to say of one call that changes something.

    Attributes:
        caller: Who called.
        call: What they called; secrets are redacted.
        outcome: "ok", or the code of the error.
    """

    caller: Caller
    call: Call
    outcome: str


class Licence(Protocol):
    """Says whether the installed licence covers an operation."""

    def demand(self, operation: Operation) -> None:
        """Let it through, or raise LicenceRequired."""
        ...


class Unlimited:
    """The licence while nothing is for sale: it covers everything."""

    def demand(self, operation: Operation) -> None:
        """Let it through."""


class Gate:
    """Stands before every operation of a platform.

    Args:
        check: Reads plain arguments as the operation's types, or raises InvalidValue.
        plain: Writes arguments as plain JSON values with secrets redacted, for the audit log; it must take any.
        audit: Receives one record per call that writes or destroys.
        licence: Covers operations.
        current: A caller with what they may do now, or None once their credential is gone.
    """

    def __init__(
        self,
        check: Callable[[Operation, Mapping[str, object]], dict[str, object]],
        plain: Callable[[Operation, Mapping[str, object]], dict[str, object]],
        audit: Callable[[AuditRecord], None],
        licence: Licence | None = None,
        current: Callable[[Caller], Caller | None] = lambda caller: caller,
    ) -> None:
        self._current = current
        self._check, self._plain, self._audit = check, plain, audit
        self._licence = licence or Unlimited()

    def __call__(self, operation: Operation, run: Callable[..., object], arguments: Mapping[str, object]) -> object:
        """Run an operation for the current caller.

        A call from inside another operation is trusted: its caller was asked at the outer one, and the audit log
        has that.
        """
        if _inside.get():
            return run(**self._check(operation, arguments))
        context = copy_context()
        return context.run(self._outermost, context, operation, run, arguments)

    def admit(self, operation: Operation, known: Mapping[str, object]) -> None:
        """Refuse the current caller before the rest of the arguments is read: nothing is spent on whoever may not call.

        An app that only the rest may name is left for the call itself.

        Raises:
            Denied: No grant covers the operation.
        """
        caller = current_caller()
        try:
            _demand(operation, caller, known.get("app", caller.app))
        except Sh0Error as error:
            self.refused(operation, known, error)
            raise

    def refused(self, operation: Operation, known: Mapping[str, object], error: Sh0Error) -> None:
        """Audit a call of the current caller that ended before its operation, with what is known of its arguments."""
        if operation.effect is not Effect.READ:
            record = AuditRecord(current_caller(), Call(operation.name, self._plain(operation, known)), error.code)
            self._audit(record)

    def _outermost(
        self,
        context: Context,
        operation: Operation,
        run: Callable[..., object],
        arguments: Mapping[str, object],
    ) -> object:
        caller = current_caller()
        outcome = "error"
        try:
            _demand(operation, caller, _subject(operation, arguments, caller))
            self._licence.demand(operation)
            checked = self._check(operation, arguments)
            _inside.set(True)
            result = run(**checked)
            if isinstance(result, tuple):
                result = tuple(item for item in result if _visible(operation, caller, item))
            outcome = "ok"
        except Sh0Error as error:
            outcome = error.code
            raise
        except OSError as error:
            said = translated(error)
            outcome = said.code
            raise said from error
        finally:
            if operation.effect is not Effect.READ:
                self._audit(AuditRecord(caller, Call(operation.name, self._plain(operation, arguments)), outcome))
        if isinstance(result, Iterator):
            return _Within(context, result, lambda item: _visible(operation, self._now(operation, caller), item))
        return result

    def _now(self, operation: Operation, caller: Caller) -> Caller:
        """A caller as they are while a stream goes on, where what they are shown depends on it.

        Raises:
            Unauthenticated: Their credential has ended.
        """
        if operation.belongs_to is None and operation.parts is None:
            return caller
        if (now := self._current(caller)) is None:
            raise Unauthenticated(f"the credential of {caller} has ended", hint="Call again with another one.")
        return now


def _subject(operation: Operation, arguments: Mapping[str, object], caller: Caller) -> object:
    """The app that a call is about; for one that reads of all apps, and names none, that of its caller."""
    app = arguments.get("app")
    return caller.app if app is None and operation.belongs_to is not None else app


def _demand(operation: Operation, caller: Caller, app: object) -> None:
    parts = operation.parts.scopes if operation.parts is not None else frozenset()
    caller.demand(operation.scope, operation.effect, operation.name, app, parts)


def _visible(operation: Operation, caller: Caller, item: object) -> bool:
    """Whether an item of a result is for a caller."""
    belongs_to, parts = operation.belongs_to, operation.parts
    scopes = (operation.scope,) if parts is None else (operation.scope, parts.of(item))
    if not any(caller.permits(scope, operation.effect) for scope in scopes):
        return False
    return caller.app is None or belongs_to is None or belongs_to(item) in (caller.app, ANY_APP)


class _Within:
    """A stream whose every step runs in the context that its operation was called in, and what of it is shown."""

    def __init__(self, context: Context, stream: Iterator[object], keep: Callable[[object], bool]) -> None:
        self._context, self._stream, self._keep = context, stream, keep

    def __iter__(self) -> Iterator[object]:
        return self

    def __next__(self) -> object:
        try:
            while not self._keep(item := self._context.run(next, self._stream)):
                pass
        except OSError as error:
            raise translated(error) from error
        return item

    def close(self) -> None:
        """End the stream early, from any thread; a generator that runs in another ends when that comes out of it."""
        close = getattr(self._stream, "close", None)
        if close is not None:
            with contextlib.suppress(RuntimeError, ValueError):
                self._context.copy().run(close)  # the context itself may be entered by the thread that waits
