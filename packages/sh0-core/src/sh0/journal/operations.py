"""Operations on the journal."""

from collections.abc import Iterator

from sh0.journal.journal import Journal
from sh0.operations import Effect, Operations, Scope, confined_to, operation
from sh0.records.journal import AUDIT, EVENTS, AuditEntry, Event
from sh0.store import Records
from sh0.values import Count, Number

_APP = "app/"


def _app_of_event(event: Event) -> str | None:
    return event.subject.removeprefix(_APP) if event.subject.startswith(_APP) else None


def _app_of_entry(entry: AuditEntry) -> str | None:
    return str(entry.arguments.get("app", ""))


class Events(Operations, domain="events"):
    """What happened on the platform."""

    def __init__(self, records: Records, journal: Journal) -> None:
        self._records, self._journal = records, journal

    @operation("GET /events", effect=Effect.READ, scope=Scope.AUDIT, belongs_to=_app_of_event)
    def list(self, *, limit: Count = 50) -> tuple[Event, ...]:
        """List the latest events, newest first.

        Args:
            limit: At most so many.
        """
        app = confined_to()
        if app is None:
            return tuple(self._records[EVENTS].where(order="id desc", limit=limit))
        return tuple(self._records[EVENTS].where(order="id desc", limit=limit, subject=f"{_APP}{app}"))

    @operation("GET /events/follow", effect=Effect.READ, scope=Scope.AUDIT, belongs_to=_app_of_event)
    def follow(self, *, since: Number | None = None) -> Iterator[Event]:
        """Follow events as they happen.

        Args:
            since: Id of an event: those that came after it are told first, as far as they are kept.
        """
        return self._journal.follow(since)


class Audit(Operations, domain="audit"):
    """Who changed what."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @operation("GET /audit", effect=Effect.READ, scope=Scope.AUDIT, belongs_to=_app_of_entry)
    def list(self, *, limit: Count = 50) -> tuple[AuditEntry, ...]:
        """List the latest entries of the audit log, newest first.

        Args:
            limit: At most so many.
        """
        app = confined_to()
        if app is None:
            return tuple(self._records[AUDIT].where(order="id desc", limit=limit))
        about = "json_extract(arguments, '$.app') is :app"
        return tuple(self._records[AUDIT].where(about, order="id desc", limit=limit, values={"app": app}))
