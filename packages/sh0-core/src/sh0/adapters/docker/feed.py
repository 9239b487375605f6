"""An answer of the engine that goes on for long, as an iterator that can be closed from any thread."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.transport import Exchange

T = TypeVar("T")


class Feed(Generic[T]):
    """An iterator over a long answer. Any thread may `close` it; one that waits in it then gets the end."""

    def __init__(self, exchange: Exchange, items: Callable[[Iterator[bytes]], Iterator[T]], doing: str) -> None:
        self._exchange = exchange
        self._items = items(exchange.chunks())
        self._doing = doing

    def __iter__(self) -> "Feed[T]":
        return self

    def __next__(self) -> T:
        try:
            with translated(self._doing):
                return next(self._items)
        except BaseException:
            self._exchange.release()
            raise

    def close(self) -> None:
        """Close the connection."""
        self._exchange.close()

    def __del__(self) -> None:
        self._exchange.release()
