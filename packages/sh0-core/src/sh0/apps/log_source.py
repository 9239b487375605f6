"""Where the log of an app comes from: what is kept, and what its containers have printed a moment ago."""

from collections.abc import Callable, Iterator

import attrs

from sh0.apps.absent_container import absence
from sh0.apps.app_logs import Followed, Lines, merged
from sh0.errors import InvalidValue, Sh0Error
from sh0.logs.app_log import LogState
from sh0.logs.kept import KeptLogs
from sh0.logs.levels import level_of
from sh0.logs.query import Query
from sh0.logs.search import find
from sh0.logs.stored import Origin
from sh0.ports.confinement import Confinement
from sh0.ports.runtime import LogLine
from sh0.records.app import APPS, WEB
from sh0.records.deployment import PLACEMENTS, Placement
from sh0.servers.fleet import Fleet
from sh0.serving.known_secrets import redactor_of_deployment
from sh0.serving.output import Redacted
from sh0.store import Records

_ALL = Query()
_RECENT = 5000  # lines of a container that it may have printed since it was read


@attrs.frozen
class AppLogs:
    """Reads what the containers of apps print, without the secrets among their variables.

    Attributes:
        records: Apps, their containers and secrets.
        fleet: The servers that the containers are on.
        kept: What is kept of them.
        confinement: Searches through much of it.
    """

    records: Records
    fleet: Fleet
    kept: KeptLogs
    confinement: Confinement

    def containers(self, app: str, query: Query = _ALL) -> list[Placement]:
        """The containers of an app's live deployment that are asked for."""
        live = self.records[APPS].get(app).live
        placements = self.records[PLACEMENTS].where(app=app, deployment=live, order="process, replica")
        return [each for each in placements if query.wants(_origin(each))]

    def asked(self, app: str, query: Query, *, follow: bool, previous: bool) -> Iterator[LogLine]:
        """The lines of an app that are asked for.

        Args:
            app: Name of the app.
            query: Which of them.
            follow: Whether it goes on with those to come.
            previous: Only those of the containers that were removed last.

        Raises:
            NotFound: There is no such app, or no such container.
            WrongState: It is stopped, or has never been live, and has printed nothing.
            InvalidValue: What was removed cannot be followed, nor what was printed before a time; or the text is no
                regular expression.
        """
        self.records[APPS].get(app)
        if follow and (previous or query.until):
            what = "previous containers" if previous else "what was printed before a time"
            raise InvalidValue(f"{what} cannot be followed", hint="Leave out follow, or the other.")
        if previous:
            removed = self.kept.of(app).removed
            return self.last(app, attrs.evolve(query, deployment=removed)) if removed else iter(())
        if not self.containers(app, query) and not self.has_lines(app, query):
            raise self.absence(app, query.process or WEB, query.replica or 1)
        return self.follow(app, query) if follow else self.last(app, query)

    def absence(self, app: str, process: str, replica: int) -> Sh0Error:
        """Why an app has no such container.

        Args:
            app: Name of the app.
            process: Process that is asked for.
            replica: Which of its containers.
        """
        return absence(self.records[APPS].get(app), self.containers(app), process, replica)

    def has_lines(self, app: str, query: Query) -> bool:
        """Whether anything is kept of those who print that are asked for."""
        state = self.kept.of(app).state()
        every = Query(1, process=query.process, replica=query.replica, deployment=query.deployment)
        return bool(state.parts) and bool(self._find(state, every))

    def last(self, app: str, query: Query) -> Iterator[LogLine]:
        """The last lines that are asked for, in the order in which they were printed.

        Raises:
            InvalidValue: What is looked for is no regular expression.
        """
        log, wanted = self.kept.of(app), query.matcher()

        def look(proceed: Callable[[], None]) -> list[LogLine]:
            state = log.state()
            found = self._find(state, query, proceed)
            placements = self.records[PLACEMENTS].where(app=app)
            recent = [self._recent(each, state, wanted) for each in placements if query.wants(_origin(each))]
            return merged([found, *recent], query.tail)

        return Lines(look)

    def follow(self, app: str, query: Query) -> Iterator[LogLine]:
        """The last lines that are asked for and those to come, until the app is deleted.

        Raises:
            InvalidValue: What is looked for is no regular expression.
        """
        log = self.kept.of(app)
        state, wanted = log.state(), query.matcher()
        before = Lines(lambda proceed: self._find(state, query, proceed))
        return Followed(before, self.kept, log, state.end, wanted)

    def _find(self, state: LogState, query: Query, proceed: Callable[[], None] = lambda: None) -> list[LogLine]:
        return find(state.parts, query, self.confinement, proceed)

    def _recent(self, placement: Placement, state: LogState, wanted: Callable[[LogLine], bool]) -> list[LogLine]:
        """What a container has printed since it was read; nothing where its engine does not say."""
        cursor = state.cursors.get(placement.container)
        since = None if cursor is None else cursor.moment
        runtime = self.fleet.at(placement.server).runtime
        try:
            redact = redactor_of_deployment(self.records, placement.deployment, placement.app)
            printed = runtime.logs(placement.container, tail=_RECENT, since=since)
            lines = [*Redacted(printed, redact, placement.process, placement.replica)]
        except Sh0Error:
            if not state.parts:
                raise
            return []
        if cursor is not None:
            lines = [line for line in lines if line.time >= cursor.moment]
            lines = lines[min(cursor.lines, sum(line.time == cursor.moment for line in lines)) :]
        marked = (
            attrs.evolve(line, deployment=placement.deployment, level=level_of(line.text) or "") for line in lines
        )
        return [line for line in marked if wanted(line)]


def _origin(placement: Placement) -> Origin:
    return Origin(placement.container, placement.process, placement.replica, placement.deployment)
