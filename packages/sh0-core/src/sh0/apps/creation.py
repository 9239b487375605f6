"""The records of a new app."""

import attrs

from sh0.errors import NameTaken
from sh0.records.app import APPS, App
from sh0.records.domain import HOST_NAMES, Domain, Https
from sh0.serving.routing import free_slot
from sh0.store import Records

__all__ = ["insert_app"]


def insert_app(records: Records, app: App, host: str) -> App:
    """Insert an app with a free backend of its server's proxy, and its first host name.

    Args:
        records: Where.
        app: The app; its slot is found here.
        host: Its first host name.

    Raises:
        NameTaken: There is an app of that name, or the host name leads to another one.
    """
    with records.transaction():
        if records[APPS].find(app.name):
            raise NameTaken(f"there is an app {app.name}", hint="Choose another name.")
        if records[HOST_NAMES].find(host):
            raise NameTaken(f"the host name {host} leads to another app", hint="Choose another name.")
        slot = free_slot(records[APPS].where(server=app.server))
        made = records[APPS].insert(attrs.evolve(app, slot=slot))
        records[HOST_NAMES].insert(Domain(host, app.name, True, Https.OFF, app.created))
    return made
