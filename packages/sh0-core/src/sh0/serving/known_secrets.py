"""What must not appear in texts about an app: its own secrets, and those of its stack."""

from collections.abc import Callable, Iterable, Iterator

from sh0.jobs.redactor import Redactor
from sh0.records.app import APPS, App
from sh0.records.command import COMMAND_RUNS
from sh0.records.deployment import DEPLOYMENTS, Snapshot
from sh0.records.stack import RELEASES
from sh0.serving.own_names import own_names
from sh0.serving.secrecy import secrets_among, secrets_of
from sh0.store import Records
from sh0.values import Secret

__all__ = [
    "CurrentRedactor",
    "known_secrets",
    "redactor_of",
    "redactor_of_command",
    "redactor_of_deployment",
    "secrets_of_stack",
]


class CurrentRedactor(Redactor):
    """A redactor that asks for the secrets again whenever a record has changed, and forgets none.

    Whatever becomes of a snapshot while a text is written, it holds back what the records hold now.

    Args:
        records: Those of the home.
        secrets: Reads the secrets out of them.
        own: Names that may always appear.
    """

    def __init__(self, records: Records, secrets: Callable[[], Iterable[Secret]], own: Iterable[str] = ()) -> None:
        super().__init__(own=own)
        self._database, self._secrets, self._seen = records.database, secrets, -1
        self.values()  # what is replaced before the first text was a secret too

    def values(self) -> tuple[str, ...]:
        """What is looked for in a text."""
        now = self._database.changes
        if now != self._seen:
            self.hide(self._secrets())
            self._seen = now
        return super().values()


def known_secrets(records: Records, app: str, snapshot: Snapshot | None = None) -> Iterator[Secret]:
    """Secrets that an app may print; services of a stack talk to each other, and print what they were told.

    Args:
        records: Those of the home.
        app: Name of the app.
        snapshot: What the version runs with that the text is of; besides it count the one that serves and the newest.
    """
    if snapshot is not None:
        yield from secrets_of(snapshot)
    record = records[APPS].find(app)
    if record is not None:
        yield from _secrets_now(records, record) if record.stack is None else secrets_of_stack(records, record.stack)


def secrets_of_stack(records: Records, stack: str) -> Iterator[Secret]:
    """The secrets of a stack: of its newest release, and of all its services."""
    for release in records[RELEASES].where(stack=stack, order="number desc", limit=1):
        yield from secrets_among(release.variables, release.marked)
    for app in records[APPS].where(stack=stack):
        yield from _secrets_now(records, app)


def redactor_of_deployment(records: Records, deployment: str, app: str) -> CurrentRedactor:
    """What takes the secrets out of what a deployment, or a container of it, prints."""

    def secrets() -> Iterator[Secret]:
        found = records[DEPLOYMENTS].find(deployment)
        yield from known_secrets(records, app, None if found is None else found.snapshot)

    return CurrentRedactor(records, secrets, own_names(records, [app]))


def redactor_of_command(records: Records, run: str, deployment: str, app: str) -> CurrentRedactor:
    """What takes the secrets out of what a one-off command prints: also those that it alone was given."""

    def secrets() -> Iterator[Secret]:
        found, version = records[COMMAND_RUNS].find(run), records[DEPLOYMENTS].find(deployment)
        if found is not None:
            yield from secrets_among(found.request.environment)
        yield from known_secrets(records, app, None if version is None else version.snapshot)

    return CurrentRedactor(records, secrets, own_names(records, [app]))


def redactor_of(records: Records, apps: Iterable[str]) -> CurrentRedactor:
    """What takes the secrets of apps out of a sentence that quotes an engine, a proxy or a container about them.

    They are those of each app's version that serves and of the one that was made last.
    """
    names = tuple(apps)

    def secrets() -> Iterator[Secret]:
        for name in names:
            yield from known_secrets(records, name)

    return CurrentRedactor(records, secrets, own_names(records, names))


def _secrets_now(records: Records, app: App) -> Iterator[Secret]:
    """Those of an app's version that serves, and of the one that was made last."""
    latest = records[DEPLOYMENTS].where(app=app.name, order="number desc", limit=1)
    live = records[DEPLOYMENTS].find(app.live) if app.live is not None else None
    for snapshot in {each.id: each.snapshot for each in (*latest, live) if each is not None}.values():
        yield from secrets_of(snapshot)
