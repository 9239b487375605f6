"""Calls that may hang, such as looking a name up, in threads that hold nothing up: not the loop, not the end."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class HangingCalls:
    """Calls functions in threads of their own, a few at once. Those of an executor would be waited for at the end.

    Args:
        most: How many at once.
    """

    def __init__(self, most: int) -> None:
        self._turns = asyncio.Semaphore(most)

    async def call(self, function: Callable[[], T]) -> T:
        """What a function returns, or raises. Who is cancelled meanwhile leaves it running."""
        await self._turns.acquire()
        loop, future = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            self._turns.release()
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)

        def work() -> None:
            result, error = None, None
            try:
                result = function()
            except BaseException as raised:
                error = raised
            try:
                loop.call_soon_threadsafe(settle, result, error)
            except RuntimeError:  # the loop is closed: nobody waits for it any more
                return

        threading.Thread(target=work, name="sh0-drains-call", daemon=True).start()
        return await future  # type: ignore[no-any-return]
