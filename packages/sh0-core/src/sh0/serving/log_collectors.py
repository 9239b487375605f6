"""What apps print, on every server: collected, and kept of containers before they are removed."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sh0.context import Context
from sh0.jobs.schedule import Every
from sh0.jobs.scheduler import Entry
from sh0.logs.kept import KeptLogs
from sh0.ports.runtime import EngineEvent, Instance
from sh0.records.app import APPS
from sh0.records.deployment import PLACEMENTS
from sh0.serving.log_collector import LogCollector
from sh0.serving.log_disk import LogDisk
from sh0.serving.log_sources import LogSource, source_of_labels, source_of_placement
from sh0.serving.owners import app_of
from sh0.values import ServerName

log = logging.getLogger("sh0.logs")

_TIDYING = Every(600)


class LogCollectors:
    """A collector for each server.

    Args:
        context: The servers, and what runs there.
        kept: Where lines are kept.
    """

    def __init__(self, context: Context, kept: KeptLogs) -> None:
        self._records, self._kept, self._folder = context.records, kept, context.home.logs
        self._tidying = threading.Lock()
        self._collectors = {
            server: LogCollector(context, server, kept, LogDisk(context, server)) for server in context.fleet.names
        }
        for server in context.fleet.names:
            context.fleet.at(server).runtime.before_removal(partial(self._removing, server))

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

    def _removing(self, server: ServerName, container: Instance) -> None:
        """Keep what a container has printed last. It is removed whatever comes of that."""
        try:
            source = self._source(container)
            if source is not None:
                self._collectors[server].finish(source)
        except Exception as error:
            log.warning("the last lines of %s could not be kept: %s", container.name, error)

    def _source(self, container: Instance) -> LogSource | None:
        placement = self._records[PLACEMENTS].find(container.name)
        if placement is not None:
            return source_of_placement(placement)
        return source_of_labels(container.name, container.labels, app_of(self._records, container.labels))

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
