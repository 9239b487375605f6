"""Work that would be confined, done right here: it is quick, and nothing ends it."""

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar, get_type_hints

from sh0 import crossing

__all__ = ["FakeConfinement"]

P = ParamSpec("P")
T = TypeVar("T")


class FakeConfinement:
    """Calls functions in this process, with arguments and results that have become JSON and come back."""

    @contextmanager
    def open(self, proceed: Callable[[], None]) -> "Iterator[FakeConfined]":
        """Nothing is started."""
        yield FakeConfined(proceed)


class FakeConfined:
    """No process at all.

    Args:
        proceed: Called before and after each call.
    """

    def __init__(self, proceed: Callable[[], None]) -> None:
        self._proceed = proceed

    def begin(self) -> None:
        """There is nothing to make ready."""

    def run(self, seconds: float, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function here, however long it takes."""
        called: Callable[..., Any] = function
        kinds = get_type_hints(function, include_extras=True)
        given = inspect.signature(function).bind(*args, **kwargs).arguments
        self._proceed()
        found = called(**{name: _crossed(value, kinds[name]) for name, value in given.items()})
        self._proceed()
        result: T = _crossed(found, kinds["return"])
        return result


def _crossed(value: object, annotation: object) -> Any:
    return crossing.from_process(json.loads(json.dumps(crossing.to_process(value))), annotation)
