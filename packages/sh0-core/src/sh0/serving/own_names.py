"""Names of the platform's own that texts about an app may always show."""

from collections.abc import Iterable, Iterator

from sh0.records.app import APPS
from sh0.records.domain import HOST_NAMES
from sh0.store import Records


def own_names(records: Records, apps: Iterable[str]) -> Iterator[str]:
    """The names of apps, of their projects and stacks, and the host names that lead to them."""
    for name in apps:
        yield name
        if app := records[APPS].find(name):
            yield from filter(None, (app.project, app.stack))
        yield from (domain.host for domain in records[HOST_NAMES].where(app=name))
