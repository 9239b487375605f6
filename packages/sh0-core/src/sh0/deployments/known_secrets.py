"""What must not appear in the output of an app: its own secrets, and those of its stack."""

from collections.abc import Iterator

from sh0.deployments.model import Snapshot
from sh0.deployments.secrecy import secrets_among, secrets_of
from sh0.records import Records
from sh0.values import Secret

__all__ = ["known_secrets"]


def known_secrets(records: Records, app: str, snapshot: Snapshot) -> Iterator[Secret]:
    """Secrets that an app may print; services of a stack talk to each other, and print what they were told."""
    yield from secrets_of(snapshot)
    record = records.apps.find(app)
    if record is None or record.stack is None:
        return
    for release in records.releases.where(stack=record.stack, order="number desc")[:1]:
        yield from secrets_among(release.variables, release.marked)
    for other in records.apps.where(stack=record.stack):
        if other.name != app:
            for latest in records.deployments.where(app=other.name, order="number desc")[:1]:
                yield from secrets_of(latest.snapshot)
