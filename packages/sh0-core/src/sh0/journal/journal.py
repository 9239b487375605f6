"""Keeps events and audit entries, and tells whoever listens."""

import queue
import threading
from collections.abc import Callable, Iterator

from sh0 import codec
from sh0.operations import AuditRecord, client_address
from sh0.ports.clock import Clock
from sh0.records.journal import AUDIT, EVENTS, AuditEntry, Event
from sh0.sensitive import masked
from sh0.store import Records

_KEPT_EVENTS = 10_000
_PENDING = 1_000


class Journal:
    """What happened on a platform.

    Args:
        records: Where it is kept.
        clock: Tells the time.
    """

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records, self._clock = records, clock
        self._followers: set[queue.Queue[Event | None]] = set()
        self._listeners: list[Callable[[Event], None]] = []
        self._lock = threading.Lock()
        self._closed = False

    def note(self, kind: str, subject: str, message: str) -> Event:
        """Something happened; listeners and followers receive it after it was written down, without credentials."""
        message = masked(message)
        with self._records.transaction():
            number = self._records.next_id(EVENTS)
            event = self._records[EVENTS].insert(Event(number, self._clock.now(), kind, subject, message))
            if number % 100 == 0:
                self._records.database.execute("delete from events where id <= :last", {"last": number - _KEPT_EVENTS})
        with self._lock:
            followers, listeners = list(self._followers), list(self._listeners)
        for follower in followers:
            if follower.qsize() < _PENDING:
                follower.put(event)
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
        with self._lock:
            self._listeners.append(listener)

    def follow(self, since: int | None = None) -> Iterator[Event]:
        """Events from now on (not only from the first `next`), until the platform closes.

        Args:
            since: Id of an event; those after it that are kept come first.
        """
        pending: queue.Queue[Event | None] = queue.Queue()
        with self._lock:
            if self._closed:
                pending.put(None)
            self._followers.add(pending)
        return self._heard(pending, since)

    def _heard(self, pending: "queue.Queue[Event | None]", since: int | None) -> Iterator[Event]:
        last = -1
        try:
            if since is not None:
                for kept in self._kept(since):
                    yield kept
                    last = kept.id
            while (event := pending.get()) is not None:
                if event.id > last:
                    yield event
        finally:
            with self._lock:
                self._followers.discard(pending)

    def _kept(self, since: int) -> Iterator[Event]:
        rows = self._records[EVENTS].where(order="id desc", limit=_KEPT_EVENTS)
        return reversed([event for event in rows if event.id > since])

    def close(self) -> None:
        """End every follower's stream."""
        with self._lock:
            self._closed = True
            for follower in self._followers:
                follower.put(None)
