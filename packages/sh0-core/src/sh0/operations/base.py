"""The base of every class of operations."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, ClassVar, Self

from sh0.operations.gate import Gate
from sh0.operations.registry import describe, marks


class Operations:
    """A domain's operations. Every marked method is wrapped with the gate once, when the class is defined."""

    domain: ClassVar[str] = ""
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
        bound = signature.bind(self, *args, **kwargs)
        arguments = {key: value for key, value in bound.arguments.items() if key != "self"}
        return self._gate(operation(), functools.partial(method, self), arguments)

    return call
