"""What must not appear in the output of an app: its own secrets, and those of its stack."""

from collections.abc import Iterable, Iterator

from sh0.jobs.redactor import Redactor
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, Snapshot
from sh0.records.stack import RELEASES
from sh0.serving.own_names import own_names
from sh0.serving.secrecy import secrets_among, secrets_of
from sh0.store import Records
from sh0.values import Secret

__all__ = ["known_secrets", "redactor_of"]


def known_secrets(records: Records, app: str, snapshot: Snapshot) -> Iterator[Secret]:
    """Secrets that an app may print; services of a stack talk to each other, and print what they were told."""
    yield from secrets_of(snapshot)
    record = records[APPS].find(app)
    if record is None or record.stack is None:
        return
    for release in records[RELEASES].where(stack=record.stack, order="number desc")[:1]:
        yield from secrets_among(release.variables, release.marked)
    for other in records[APPS].where(stack=record.stack):
        if other.name != app:
            for latest in records[DEPLOYMENTS].where(app=other.name, order="number desc")[:1]:
                yield from secrets_of(latest.snapshot)


def redactor_of(records: Records, apps: Iterable[str]) -> Redactor:
    """What takes the secrets of apps out of a sentence that quotes an engine, a proxy or a container about them.

    They are those of each app's version that serves and of the one that was made last.
    """
    names = tuple(apps)
    redact = Redactor(own=own_names(records, names))
    for name in names:
        for found in records[DEPLOYMENTS].where(app=name, order="number desc")[:1]:
            redact.hide(known_secrets(records, name, found.snapshot))
            app = records[APPS].find(name)
            live = records[DEPLOYMENTS].find(app.live) if app is not None and app.live not in (None, found.id) else None
            if live is not None:
                redact.hide(known_secrets(records, name, live.snapshot))
    return redact
