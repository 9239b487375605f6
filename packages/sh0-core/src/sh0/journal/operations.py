"""Operations on the journal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sh0.operations import Effect, Operations, Parts, Scope, confined_to, current_caller, operation
from sh0.records.event_types import EventType
from sh0.records.journal import AUDIT, EVENTS, AuditEntry, Event
from sh0.values import Count, Number

if TYPE_CHECKING:
    from sh0.journal.journal import Journal
    from sh0.store import Records

_APP = "app/"


def _app_of_event(event: Event) -> str | None:
    return event.subject.removeprefix(_APP) if event.subject.startswith(_APP) else None


def _app_of_entry(entry: AuditEntry) -> str | None:
    return str(entry.arguments.get("app", ""))


_PARTS = Parts(frozenset(kind.scope for kind in EventType), lambda event: event.kind.scope)


class Events(Operations, domain="events"):
    """What happened on the platform."""

    tables = (EVENTS,)

    def __init__(self, records: "Records", journal: "Journal") -> None:
        self._records, self._journal = records, journal

    @operation("GET /events", effect=Effect.READ, scope=Scope.AUDIT, belongs_to=_app_of_event, parts=_PARTS)
    def list(self, *, limit: Count = 50) -> tuple[Event, ...]:
        """List the latest events, newest first.

        Whoever may read audit is shown all of them; others those of the areas that they may read.

        Args:
            limit: At most so many.
        """
        app, caller = confined_to(), current_caller()
        every = caller.permits(Scope.AUDIT, Effect.READ)
        kinds = [kind for kind in EventType if every or caller.permits(kind.scope, Effect.READ)]
        about = {} if app is None else {"subject": f"{_APP}{app}"}
        names = {f"kind{number}": kind.value for number, kind in enumerate(kinds)}
        among = f"kind in ({', '.join(f':{name}' for name in names)})"
        return tuple(self._records[EVENTS].where(among, order="id desc", limit=limit, values=names, **about))

    @operation("GET /events/follow", effect=Effect.READ, scope=Scope.AUDIT, belongs_to=_app_of_event, parts=_PARTS)
    def follow(self, *, since: Number | None = None) -> Iterator[Event]:
        """Follow events as they happen.

        Whoever may read audit is shown all of them; others those of the areas that they may read. It is looked up for
        each event.

        Args:
            since: Id of an event: those that came after it are told first, as far as they are kept.
        """
        return self._journal.follow(since)


class Audit(Operations, domain="audit"):
    """Who changed what."""

    tables = (AUDIT,)

    def __init__(self, records: "Records") -> None:
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
