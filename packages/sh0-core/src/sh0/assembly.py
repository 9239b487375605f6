"""Putting a platform together: its parts by their types, and the one order in which they start and end."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast, get_origin, get_type_hints

import attrs

__all__ = ["Lifecycle", "Part", "Parts"]

P = TypeVar("P")

log = logging.getLogger("sh0")


class Parts:
    """Parts of a platform, each under its type."""

    def __init__(self) -> None:
        self._parts: dict[Any, object] = {}

    def put(self, part: P, kind: Any = None) -> P:
        """Keep a part.

        Args:
            part: The part.
            kind: What it is asked for as, where that is not its class: a protocol, a generic class of something.
        """
        self._parts[kind or type(part)] = part
        return part

    def __getitem__(self, kind: type[P]) -> P:
        return cast("P", self._parts[kind])

    def build(self, *kinds: type[object]) -> None:
        """Make parts one after the other, and keep each."""
        for kind in kinds:
            self._parts[kind] = self.make(kind)

    def make(self, kind: type[P]) -> P:
        """A part whose constructor takes other parts, each by the type that it names. It is not kept.

        The types may be imported for type checkers only, as those of operations are: clients load these, and no part.

        Raises:
            TypeError: There is no part of a type, or parts of two types have one name.
            NameError: No part, and nothing in its module, has a name.
        """
        hints = get_type_hints(kind.__init__, localns={**self._by_name(), **kind.__init__.__globals__})
        hints.pop("return", None)
        missing = [f"{name}: {hint}" for name, hint in hints.items() if hint not in self._parts]
        if missing:
            raise TypeError(f"{kind.__name__} takes what no part is: {', '.join(missing)}")
        return kind(**{name: self._parts[hint] for name, hint in hints.items()})

    def _by_name(self) -> dict[str, type[object]]:
        known: dict[str, type[object]] = {}
        for part in self._parts:
            kind = get_origin(part) or part
            if known.setdefault(kind.__name__, kind) is not kind:
                raise TypeError(f"parts of two types are called {kind.__name__}, and constructors name them")
        return known


def _nothing() -> None:
    return None


@attrs.frozen
class Part:
    """How a part begins and ends.

    Attributes:
        name: Its name, for the log.
        start: Begins; what it needs has begun.
        close: Ends, also what has never begun.
    """

    name: str
    start: Callable[[], object] = _nothing
    close: Callable[[], object] = _nothing


class Lifecycle:
    """Parts that start in order, and end in the reverse order.

    Args:
        parts: Each needs only those before it.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = list(parts)

    def start(self) -> None:
        """Start all of them. Where one fails, all end, and its error is raised."""
        for part in self._parts:
            try:
                part.start()
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """End all of them, each once. One that fails keeps none from ending; its error is raised at the end."""
        failure: Exception | None = None
        while self._parts:
            part = self._parts.pop()
            try:
                part.close()
            except Exception as error:
                log.exception("%s could not be closed", part.name)
                failure = failure or error
        if failure is not None:
            raise failure
