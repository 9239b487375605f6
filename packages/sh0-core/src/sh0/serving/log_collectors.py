"""What apps print, on every server: collected, and kept of containers before they are removed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from sh0.context import Context
from sh0.errors import Sh0Error
from sh0.jobs.schedule import Every
from sh0.jobs.scheduler import Entry
from sh0.logs.kept import KeptLogs
from sh0.ports.runtime import EngineEvent
from sh0.records.app import APPS
from sh0.records.deployment import Placement
from sh0.serving.log_collector import LogCollector
from sh0.serving.log_disk import LogDisk
from sh0.serving.log_sources import LogSource, source_of_placement
from sh0.values import ServerName

_TIDYING = Every(600)


class LogCollectors:
    """A collector for each server.

    Args:
        context: The servers, and what runs there.
        kept: Where lines are kept.
    """

    def __init__(self, context: Context, kept: KeptLogs) -> None:
        self._records, self._fleet, self._kept, self._folder = context.records, context.fleet, kept, context.home.logs
        self._tidying = threading.Lock()
        self._collectors = {
            server: LogCollector(context, server, kept, LogDisk(context, server)) for server in context.fleet.names
        }

    def entry(self) -> Entry:
        """What the scheduler does: remove what is too old."""
        return Entry("log-retention", _TIDYING, self.tidy)

    def tidy(self) -> None:
        """Remove what is too old or too much, and what is left of apps that are gone."""
        with self._tidying:  # no app gets another name meanwhile
            self._kept.tidy({app.name for app in self._records[APPS].where()})
        for old in self._folder.glob("*.previous"):  # of versions that kept nothing else of removed containers
            old.unlink(missing_ok=True)

    def start(self) -> None:
        """Begin to follow what runs."""
        for collector in self._collectors.values():
            collector.start()

    def close(self) -> None:
        """Stop following."""
        for collector in self._collectors.values():
            collector.close()
        self._kept.close()

    def heard(self, server: ServerName, event: EngineEvent | None) -> None:
        """An engine reports something about a container; None: its reports began anew."""
        self._collectors[server].heard(event)

    def remove_container(self, placement: Placement, patience: int) -> None:
        """Stop a container that serves no more, keep what it printed last, and remove it.

        Args:
            placement: The container.
            patience: Seconds that it may take to end.

        Raises:
            EngineUnavailable: The engine of its server does not answer.
        """
        runtime = self._fleet.at(placement.server).runtime
        runtime.stop(placement.container, patience)
        self.finish(placement.server, source_of_placement(placement))
        runtime.remove(placement.container, patience)

    def finish(self, server: ServerName, source: LogSource) -> None:
        """Keep what a container printed last that has ended. What cannot be read is given up."""
        with suppress(Sh0Error):
            self._collectors[server].finish(source)

    @contextmanager
    def moving(self, app: str, name: str) -> Iterator[Callable[[], None]]:
        """Keep nothing that an app prints while it gets another name; it is read afterwards, so that nothing is lost.

        Args:
            app: The name that it has.
            name: The name that it gets.

        Yields:
            Moves what is kept, once the records have the new name; raises an `OSError` if it cannot.
        """
        with self._tidying:
            for collector in self._collectors.values():
                collector.release(app)
                collector.release(name)
            try:
                yield partial(self._kept.move, app, name)
            finally:
                for collector in self._collectors.values():
                    collector.take_up(app)
                    collector.take_up(name)

    def move(self, app: str, name: str) -> None:
        """Give what is kept of an app to another name, while nothing is collected.

        Raises:
            OSError: It cannot be moved.
        """
        self._kept.move(app, name)

    def forget(self, app: str) -> None:
        """Remove what is kept of an app."""
        self._kept.remove(app)
