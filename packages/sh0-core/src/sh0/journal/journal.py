"""Keeps events and audit entries, and tells whoever listens."""

import threading
from collections.abc import Callable, Iterator

import attrs

from sh0 import codec
from sh0.errors import WrongState
from sh0.operations import AuditRecord, client_address
from sh0.ports.clock import Clock
from sh0.records.event_payloads import Payload
from sh0.records.event_types import EventType
from sh0.records.journal import AUDIT, EVENTS, AuditEntry, Event
from sh0.sensitive import masked
from sh0.store import Records

_KEPT_EVENTS = 10_000
_AT_ONCE = 200  # events that a follower reads in one go


class Journal:
    """What happened on a platform.

    Args:
        records: Where it is kept.
        clock: Tells the time.
    """

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records, self._clock = records, clock
        self._listeners: list[Callable[[Event], None]] = []
        self._arrival = threading.Condition()
        self._arrived = 0
        self._closed = False

    def emit(self, kind: EventType, payload: Payload, message: str) -> Event:
        """Something happened; listeners and followers receive it after it was written down, without credentials.

        Args:
            kind: What sort of thing.
            payload: What it happened to, in the record that belongs to the kind.
            message: One sentence for a person.
        """
        if not isinstance(payload, kind.payload):
            raise TypeError(f"an event {kind.value} carries {kind.payload.__name__}, not {type(payload).__name__}")
        payload, message = _masked(payload), masked(message)
        with self._records.transaction():
            number = self._records.next_id(EVENTS)
            event = Event(number, self._clock.now(), kind, payload.subject, message, payload)
            self._records[EVENTS].insert(event)
            if number % 100 == 0:
                self._records.database.execute("delete from events where id <= :last", {"last": number - _KEPT_EVENTS})
        with self._arrival:
            self._arrived += 1
            self._arrival.notify_all()
            listeners = list(self._listeners)
        for listener in listeners:
            listener(event)
        return event

    def audit(self, record: AuditRecord) -> None:
        """Somebody called an operation that changes something."""
        with self._records.transaction():
            number = self._records.next_id(AUDIT)
            self._records[AUDIT].insert(
                AuditEntry(
                    number,
                    self._clock.now(),
                    str(record.caller),
                    record.call.operation,
                    dict(codec.unstructure(record.call.arguments)),
                    record.outcome,
                    client_address(),
                )
            )

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call somebody with every event. A listener must be quick and must not raise."""
        with self._arrival:
            self._listeners.append(listener)

    def follow(self, since: int | None = None) -> Iterator[Event]:
        """Events from now on (not only from the first `next`), until the platform closes.

        A follower reads them from the table, so that one who is slow, or comes back with the last id, misses none.

        Args:
            since: Id of an event; those after it that are kept come first.
        """
        newest = self._records.next_id(EVENTS) - 1
        return self._after(newest if since is None else min(since, newest))

    def _after(self, last: int) -> Iterator[Event]:
        while True:
            arrived, closed = self._arrived, self._closed
            found = self._read(last)
            for event in found:
                yield event
                last = event.id
            if not found and closed:
                return
            if not found:
                self._wait(arrived)

    def _wait(self, arrived: int) -> None:
        with self._arrival:
            self._arrival.wait_for(lambda: self._closed or self._arrived != arrived)

    def _read(self, last: int) -> list[Event]:
        try:
            return self._records[EVENTS].where("id > :last", order="id", limit=_AT_ONCE, values={"last": last})
        except WrongState:
            if self._closed:  # and the database with it; what is not read now can be read from the same id later
                return []
            raise

    def close(self) -> None:
        """End every follower's stream."""
        with self._arrival:
            self._closed = True
            self._arrival.notify_all()


def _masked(payload: Payload) -> Payload:
    fields = attrs.asdict(payload, recurse=False)
    texts = {name: masked(text) for name, text in fields.items() if type(text) is str}
    return type(payload)(**{**fields, **texts})
