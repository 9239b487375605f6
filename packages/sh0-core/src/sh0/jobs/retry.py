"""Waiting out what passes: a full disk, a locked database."""

import logging
from collections.abc import Callable
from typing import TypeVar

from sh0.errors import DatabaseLocked, DiskFull
from sh0.shutdown import Shutdown

INTERVAL = 2.0  # seconds
PASSING: tuple[type[Exception], ...] = (DiskFull, DatabaseLocked, OSError)

log = logging.getLogger("sh0.jobs")

T = TypeVar("T")


def insist(
    shutdown: Shutdown, what: str, attempt: Callable[[], T], passing: tuple[type[Exception], ...] = PASSING
) -> T:
    """Try until it succeeds, or the platform closes: then the last error is raised.

    Args:
        shutdown: Whether the platform closes.
        what: What is tried, as the log is to say it.
        attempt: Does it; what it did before it failed it may do again.
        passing: Errors that will not last.
    """
    while True:
        try:
            return attempt()
        except passing as error:
            if shutdown.begun:
                raise
            log.error("%s is tried again: %s", what, error)
            shutdown.wait(INTERVAL)
