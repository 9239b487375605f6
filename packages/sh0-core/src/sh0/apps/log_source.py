"""Where the log of an app comes from: its containers as they run, and the last lines of those that were removed."""

from collections.abc import Callable, Iterator
from datetime import datetime

import attrs

from sh0.apps.app_logs import Followed, merged
from sh0.ports.runtime import LogLine
from sh0.records.app import APPS
from sh0.records.deployment import PLACEMENTS, Placement
from sh0.servers.fleet import Fleet
from sh0.serving.known_secrets import redactor_of_deployment
from sh0.serving.last_lines import LastLines
from sh0.serving.output import Redacted
from sh0.store import Records

Wanted = Callable[[Placement | LogLine], bool]


@attrs.frozen
class AppLogs:
    """Reads what the containers of apps print, without the secrets among their variables.

    Attributes:
        records: Apps, their containers and secrets.
        fleet: The servers that the containers are on.
        kept: The last lines of containers that were removed.
    """

    records: Records
    fleet: Fleet
    kept: LastLines

    def previous(self, app: str, wanted: Wanted, tail: int, since: datetime | None) -> Iterator[LogLine]:
        """The last lines of the containers that were removed last."""
        self.records[APPS].get(app)
        lines = [line for line in self.kept.read(app) if wanted(line) and (not since or line.time > since)]
        return iter(lines[max(0, len(lines) - tail) :])

    def containers(self, app: str, wanted: Wanted) -> list[Placement]:
        """The containers of an app's live deployment."""
        live = self.records[APPS].get(app).live
        placements = self.records[PLACEMENTS].where(app=app, deployment=live, order="process, replica")
        return [each for each in placements if wanted(each)]

    def last(self, containers: list[Placement], tail: int, since: datetime | None) -> Iterator[LogLine]:
        """The last lines of containers, in the order in which they were printed."""
        return merged([self._read(each, tail, since, follow=False) for each in containers], tail)

    def follow(self, app: str, wanted: Wanted, tail: int, since: datetime | None) -> Iterator[LogLine]:
        """The lines of an app as they come, until it is deleted."""

        def read(placement: Placement, last: int | None, after: datetime | None) -> Redacted:
            return self._read(placement, last, after, follow=True)

        return Followed(self.fleet, lambda: self.containers(app, wanted), read, tail, since)

    def _read(self, placement: Placement, tail: int | None, since: datetime | None, *, follow: bool) -> Redacted:
        redact = redactor_of_deployment(self.records, placement.deployment, placement.app)
        runtime = self.fleet.at(placement.server).runtime
        lines = runtime.logs(placement.container, tail=tail, follow=follow, since=since)
        return Redacted(lines, redact, placement.process, placement.replica)
