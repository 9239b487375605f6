"""Records of what happened."""

from collections.abc import Mapping
from datetime import datetime

import attrs

from sh0.records.event_payloads import Payload
from sh0.records.event_types import EventType
from sh0.store import TableSpec


@attrs.frozen
class Event:
    """Something happened.

    Attributes:
        id: Counts up.
        time: When.
        kind: What sort of thing, as in ``deployment.live``.
        subject: What it happened to, as in ``app/shop``.
        message: One sentence for a person.
        payload: The same for a program, in the record that belongs to the kind; None in events from before there were
            any.
    """

    id: int
    time: datetime
    kind: EventType
    subject: str
    message: str
    payload: Payload | None = None


@attrs.frozen
class AuditEntry:
    """Somebody changed something, or tried.

    Attributes:
        id: Counts up.
        time: When.
        caller: Who.
        address: Address that they called from; "local" for the machine itself.
        operation: What they called.
        arguments: With what; secrets are redacted.
        outcome: "ok", or the code of the error.
    """

    id: int
    time: datetime
    caller: str
    operation: str
    arguments: Mapping[str, object]
    outcome: str
    address: str = "local"


EVENTS = TableSpec("events", Event, ("id",), "event")


AUDIT = TableSpec("audit", AuditEntry, ("id",), "audit entry")
