"""Watching over a container until it ends: what it prints is taken, and it is stopped when it is to end."""

import threading
import time

from sh0.commands.printed import Printed
from sh0.errors import EngineUnavailable, NotFound, ServerUnreachable, Sh0Error
from sh0.ports.runtime import Instance, InstanceState
from sh0.records.command import CommandEnd
from sh0.servers.fleet import Fleet
from sh0.shutdown import Shutdown
from sh0.values import ServerName

_AGAIN = 1.0  # seconds between two looks at what cannot be followed
_SOON = 0.02  # seconds; the engine closes a log a moment before it knows of the end, mostly less than this
_LOOK = 0.5  # seconds after which a watcher notices that there is nothing left to watch
_AWAY = (EngineUnavailable, ServerUnreachable)


class Supervision:
    """Watches over one container that is started once.

    Args:
        fleet: The servers.
        server: The one that it is on.
        container: Its name.
        stopping: Set when it is to be stopped, or the platform closes.
        shutdown: Whether the platform closes: then the container is let go of.
        printed: Takes what it prints.

    Attributes:
        stopped: Why it was stopped, if it was.
    """

    def __init__(
        self,
        fleet: Fleet,
        server: ServerName,
        container: str,
        stopping: threading.Event,
        shutdown: Shutdown,
        printed: Printed,
    ) -> None:
        self._fleet, self._server, self._container = fleet, server, container
        self._stopping, self._shutdown, self._printed = stopping, shutdown, printed
        self._feed: object = None
        self._over = threading.Event()
        self.stopped: CommandEnd | None = None

    def until_end(self, seconds: float, grace: int) -> Instance | None:
        """Wait until it has ended. Returns it as it is then; None if it is gone.

        Args:
            seconds: That it may take from now on.
            grace: Seconds between the signal that asks it to end and the one that kills it.

        Raises:
            Interrupted: The platform closes.
        """
        threading.Thread(target=self._watch, args=(seconds, grace), name="sh0-run-watch", daemon=True).start()
        try:
            return self._follow()
        finally:
            self._over.set()

    def _follow(self) -> Instance | None:
        wanted = True
        while True:
            try:
                if wanted:
                    wanted = self._read()
                instance = self._fleet.at(self._server).runtime.inspect(self._container)
                if instance is None or (instance.state is InstanceState.EXITED and instance.exit_code is not None):
                    return instance
            except NotFound:
                return None
            except _AWAY:
                pass  # it may run on meanwhile; what has become of it is seen when the engine answers
            self._shutdown.proceed()
            self._over.wait(_SOON if wanted else _AGAIN)

    def _read(self) -> bool:
        """Take what it prints until it ends; false once no more is wanted."""
        feed = self._fleet.at(self._server).runtime.logs(self._container, follow=True, since=self._printed.again())
        self._feed = feed
        if self._shutdown.begun:  # before anybody could have cut it off
            self._cut()
        for line in feed:
            if not self._printed.take(line):
                self._cut()
                return False
        return True

    def _watch(self, seconds: float, grace: int) -> None:
        ends = time.monotonic() + seconds
        while not (asked := self._stopping.wait(min(_LOOK, max(0.0, ends - time.monotonic())))):
            if self._over.is_set():
                return
            if time.monotonic() >= ends:
                break
        if self._shutdown.begun:
            self._cut()
            return
        self.stopped = CommandEnd.STOPPED if asked else CommandEnd.TIMED_OUT
        while not self._over.is_set() and not self._shutdown.begun:
            try:
                self._fleet.at(self._server).runtime.stop(self._container, grace)
                return
            except Sh0Error:  # the engine is away, and asked again
                self._over.wait(_AGAIN)

    def _cut(self) -> None:
        if (close := getattr(self._feed, "close", None)) is not None:
            close()
