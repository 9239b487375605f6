"""Calls of a job's ping URL: when a run begins, when it has succeeded, when it has failed."""

import logging
import queue
import threading
from enum import StrEnum

from sh0.errors import Sh0Error
from sh0.ports.outgoing import Outgoing

_AT_ONCE = 4
_WAITING = 1000  # calls; those beyond are left out, which the one who waits for them notices
_SECONDS = 10.0
_TRIES = 2

log = logging.getLogger("sh0.cron")


class Ping(StrEnum):
    """What is said, by the end of the URL.

    Attributes:
        START: A run begins.
        SUCCESS: It ended with exit code 0.
        FAIL: It did not.
    """

    START = "/start"
    SUCCESS = ""
    FAIL = "/fail"


class Pings:
    """Calls URLs one after the other, a few at the same time; nobody waits for them.

    Args:
        outgoing: Calls them.
    """

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._waiting: queue.Queue[str] = queue.Queue(_WAITING)
        self._lock = threading.Lock()
        self._callers = 0

    def send(self, url: str | None, ping: Ping) -> None:
        """Call a URL soon; nothing happens where there is none."""
        if url is None:
            return
        try:
            self._waiting.put_nowait(url.rstrip("/") + ping.value)
        except queue.Full:
            log.warning("%s is not called: too many calls wait", url)
            return
        with self._lock:
            if self._callers >= _AT_ONCE:
                return
            self._callers += 1
        threading.Thread(target=self._serve, name="sh0-pings", daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                url = self._waiting.get_nowait()
            except queue.Empty:
                with self._lock:
                    if self._waiting.empty():
                        self._callers -= 1
                        return
                continue
            self._call(url)

    def _call(self, url: str) -> None:
        for last in (*[False] * (_TRIES - 1), True):
            try:
                status = self._outgoing.call(url, timeout=_SECONDS)
            except Sh0Error as error:
                if last:
                    log.warning("a ping was not received: %s", error.message)
            else:
                if status >= 400:
                    log.warning("a ping was answered with status %s", status)
                return
