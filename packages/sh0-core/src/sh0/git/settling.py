"""A branch whose version went live while its push was cut off is written after all."""

import logging

from sh0.errors import Sh0Error
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, PushedRevision
from sh0.repositories.repository import Repositories
from sh0.store import Records

log = logging.getLogger("sh0.git")


def settle(records: Records, repositories: Repositories, name: str) -> None:
    """Move an app's branch to the pushed revision that is live, if it still stands where that push found it.

    A pusher may leave, and the daemon may be killed, between the moment at which routes move and the one at which git
    writes the reference. Call it while no push to the app is under way.
    """
    app = records[APPS].find(name)
    live = records[DEPLOYMENTS].find(app.live) if app is not None and app.live else None
    if app is None or live is None or not isinstance(live.source, PushedRevision):
        return
    source = live.source
    if source.previous is None or source.branch != app.branch:
        return
    try:
        if repositories.move(name, source.branch, source.previous, source.commit):
            log.warning("%s: the push of %s was cut off; its branch is written", name, live.id)
    except Sh0Error as error:
        log.warning("%s: the branch of %s cannot be written: %s", name, live.id, error.message)
