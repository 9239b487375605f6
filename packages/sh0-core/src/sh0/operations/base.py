"""The base of every class of operations."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from sh0.errors import Sh0Error
from sh0.operations.gate import Gate
from sh0.operations.registry import Operation, describe, marks


class Operations:
    """A domain's operations. Every marked method is wrapped with the gate once, when the class is defined.

    Attributes:
        domain: Name of the domain.
        tables: Specifications of its tables.
        migrations: Module and name of the steps that led to those, for a domain that came after the first schema; they
            are loaded when a home is opened.
    """

    domain: ClassVar[str] = ""
    tables: ClassVar[tuple[Any, ...]] = ()
    migrations: ClassVar[str] = ""
    _gate: Gate | None = None

    def __init_subclass__(cls, domain: str = "", **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if not domain:
            return
        cls.domain = domain
        for name, _ in list(marks(cls)):
            setattr(cls, name, _gated(cls, name, vars(cls)[name]))

    def behind(self, gate: Gate) -> Self:
        """Put these operations behind a gate; before that, calling one is a bug and raises."""
        self._gate = gate
        return self

    def admit(self, operation: Operation, known: Mapping[str, object]) -> None:
        """Refuse a call whose caller may not make it, whatever its other arguments are.

        Raises:
            Denied: They may not.
        """
        if self._gate is not None:
            self._gate.admit(operation, known)

    def refused(self, operation: Operation, known: Mapping[str, object], error: Sh0Error) -> None:
        """Audit a call whose arguments could not be read."""
        if self._gate is not None:
            self._gate.refused(operation, known, error)


def by_name(signature: inspect.Signature, args: tuple[object, ...], kwargs: Mapping[str, object]) -> dict[str, object]:
    """Arguments by their names. What is missing or unknown is left to the check of the call, which says it better.

    Raises:
        TypeError: There are too many, or one is given twice.
    """
    named = dict(signature.bind_partial(None, *args).arguments)
    named.pop("self")
    if twice := named.keys() & kwargs.keys():
        raise TypeError(f"got several values for {', '.join(sorted(twice))}")
    return {**named, **kwargs}


def _gated(cls: type[Operations], name: str, method: Callable[..., object]) -> Callable[..., object]:
    signature = inspect.signature(method)

    @functools.cache
    def operation() -> Any:
        mark = dict(marks(cls))[name]
        return describe(cls.domain, cls, name, mark)

    @functools.wraps(method)
    def call(self: Operations, *args: object, **kwargs: object) -> object:
        if self._gate is None:
            raise RuntimeError(f"{cls.domain}.{name} was called before its platform was composed")
        return self._gate(operation(), functools.partial(method, self), by_name(signature, args, kwargs))

    return call
