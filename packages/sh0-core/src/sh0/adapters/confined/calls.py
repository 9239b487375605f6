"""A call of a function in another process, and its answer: lines of JSON that are read by the annotations."""

import inspect
import json
import logging
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Self, get_type_hints

import attrs

from sh0 import crossing
from sh0.errors import InvalidValue, Sh0Error, Unreadable, error_from_problem

__all__ = ["Call", "InternalError", "unreadable"]

log = logging.getLogger("sh0.confined")


class InternalError(Exception):
    """The function raised what nobody foresaw."""


@attrs.frozen
class Call:
    """A function, and what it is called with.

    Attributes:
        module: Its module.
        name: Its name there.
        arguments: Its arguments by name, as plain JSON.
        seconds: How long it may take.
    """

    module: str
    name: str
    arguments: Mapping[str, Any]
    seconds: float

    @classmethod
    def to(cls, function: Callable[..., object], seconds: float, *args: object, **kwargs: object) -> Self:
        """The call of a function with arguments."""
        given = inspect.signature(function).bind(*args, **kwargs).arguments
        plain = {name: crossing.to_process(value) for name, value in given.items()}
        return cls(function.__module__, function.__name__, plain, seconds)

    @classmethod
    def read(cls, line: bytes) -> Self:
        """The call that stands in a line."""
        return cls(**json.loads(line))

    def line(self) -> bytes:
        """The call as a line."""
        return _line(attrs.asdict(self, recurse=False))

    def answer(self) -> bytes:
        """What becomes of it here, as a line."""
        try:
            function = getattr(import_module(self.module), self.name)
            kinds = get_type_hints(function, include_extras=True)
            given = {name: crossing.from_process(plain, kinds[name]) for name, plain in self.arguments.items()}
            return _line({"result": crossing.to_process(function(**given))})
        except Sh0Error as error:
            return _line({"problem": error.to_problem()})
        except MemoryError:
            return _line({"ended": "it needs more memory than there is for it"})
        except RecursionError:
            return _line({"ended": "it is nested too deeply"})
        except Exception as error:
            log.exception("%s.%s failed", self.module, self.name)
            return _line({"fault": f"{type(error).__name__}: {error}"})

    def result(self, function: Callable[..., Any], line: bytes) -> Any:
        """What a line says that became of it there.

        Raises:
            Sh0Error: What the function has raised.
            Unreadable: It has ended for want of memory or of levels.
            InternalError: It has raised something else.
        """
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):  # numbers and levels that no reader lets pass
            raise unreadable("what it found cannot be passed on") from None
        if "ended" in said:
            raise unreadable(said["ended"])
        if "problem" in said:
            raise error_from_problem(said["problem"])
        if "fault" in said:
            raise InternalError(said["fault"])
        try:
            return crossing.from_process(said["result"], get_type_hints(function, include_extras=True)["return"])
        except InvalidValue as error:
            raise InternalError(f"the result of {self.module}.{self.name} is read as another: {error}") from None


def unreadable(reason: str) -> Unreadable:
    """The error for files that have ended what looked at them."""
    return Unreadable(
        f"the files could not be read: {reason}",
        hint="Take out what is unusually large or deep, such as generated manifests.",
        reason=reason,
    )


def _line(plain: Mapping[str, object]) -> bytes:
    return json.dumps(plain, separators=(",", ":"), default=str).encode() + b"\n"
