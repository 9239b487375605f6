"""The kept logs of all apps."""

import shutil
import threading
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from pathlib import Path

import attrs

from sh0.logs.app_log import AppLog
from sh0.ports.clock import Clock
from sh0.records.app import LogRetention

__all__ = ["KeptLogs"]

_ABOUT = 2.0  # seconds for which the bounds of an app are known


@attrs.define
class _Bounds:
    retention: LogRetention | None
    asked: float


class KeptLogs:
    """The kept logs of all apps. Any thread may use it.

    Args:
        folder: A folder for each app is in it.
        clock: Tells how old lines are.
        retention: How much is kept of an app; None if there is no such app.
    """

    def __init__(self, folder: Path, clock: Clock, retention: Callable[[str], LogRetention | None]) -> None:
        self._folder, self._clock, self._retention = folder, clock, retention
        self._lock = threading.Lock()
        self._logs: dict[str, AppLog] = {}
        self._bounds: dict[str, _Bounds] = {}
        self._news = threading.Condition()
        self._written = 0
        self._listeners: list[Callable[[str], object]] = []
        self._closed = False

    def of(self, app: str) -> AppLog:
        """The log of an app."""
        with self._lock:
            log = self._logs.get(app)
            if log is None or (log.closed and not self._closed):
                log = self._logs[app] = AppLog(self._folder / app, partial(self._wake, app))
            return log

    def retention(self, app: str) -> LogRetention | None:
        """How much is kept of an app, as of a moment ago; None if there is no such app."""
        now, bounds = self._clock.monotonic(), self._bounds.get(app)
        if bounds is None or bounds.retention is None or now - bounds.asked > _ABOUT:
            bounds = self._bounds[app] = _Bounds(self._retention(app), now)
        return bounds.retention

    def tidy(self, apps: Collection[str]) -> None:
        """Remove what is too old or too much, and the logs of apps that are gone.

        Args:
            apps: Names of the apps that there are.
        """
        self._bounds.clear()
        try:
            folders = [path for path in self._folder.iterdir() if path.is_dir()]
        except FileNotFoundError:
            return
        for path in folders:
            retention = self._retention(path.name) if path.name in apps else None
            if retention is None:
                self.remove(path.name)
            else:
                before = self._clock.now() - timedelta(seconds=retention.keep)
                self.of(path.name).trim(before, int(retention.size))

    def remove(self, app: str) -> None:
        """Remove the log of an app; those who follow it get its end."""
        self.of(app).remove()
        with self._lock:
            self._logs.pop(app, None)
            self._bounds.pop(app, None)
        shutil.rmtree(self._folder / app, ignore_errors=True)

    def move(self, app: str, name: str) -> None:
        """Give the log of an app to another name, which there is no app of; those who follow it get its end.

        Nothing is appended to either meanwhile. A log that has been moved already stays as it is.

        Raises:
            OSError: It cannot be moved.
        """
        old, new = self._folder / app, self._folder / name
        with self._lock:
            for each in (app, name):
                if (log := self._logs.pop(each, None)) is not None:
                    log.close()
                self._bounds.pop(each, None)
            if old.exists():
                shutil.rmtree(new, ignore_errors=True)
                old.rename(new)
        self._wake(app)
        self._wake(name)

    @property
    def written(self) -> int:
        """A number that changes whenever something was appended."""
        return self._written

    def wait(self, seen: int, seconds: float) -> None:
        """Wait until something was appended since `written` was that, at most so long."""
        with self._news:
            self._news.wait_for(lambda: self._written != seen or self._closed, seconds)

    def close(self) -> None:
        """Append nothing more, and let every follower go."""
        with self._lock:
            self._closed = True
            for log in self._logs.values():
                log.close()
        self._wake("")

    def listen(self, listener: Callable[[str], object]) -> None:
        """Call somebody with the name of an app whenever something was appended, or its log removed."""
        self._listeners.append(listener)

    def _wake(self, app: str) -> None:
        with self._news:
            self._written += 1
            self._news.notify_all()
        for listener in self._listeners:
            listener(app)
