"""Asking every server the same: each on its own, so that one that hangs delays nobody for longer than a bound."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from sh0.errors import Sh0Error

__all__ = ["ask_each"]

T = TypeVar("T")


def ask_each(servers: Iterable[str], ask: Callable[[str], T], seconds: float) -> dict[str, T]:
    """The answers of those that answered in time, by their names.

    Args:
        servers: Names of the servers.
        ask: Asks one; a `Sh0Error` counts as no answer.
        seconds: How long all of them have, together.
    """
    answers: dict[str, T] = {}

    def note(server: str) -> None:
        try:
            answers[server] = ask(server)
        except Sh0Error:
            return

    asking = [
        threading.Thread(target=note, args=(server,), name=f"sh0-ask-{server}", daemon=True) for server in servers
    ]
    deadline = time.monotonic() + seconds
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(max(0.0, deadline - time.monotonic()))
    return dict(answers)
