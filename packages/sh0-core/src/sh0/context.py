"""What every part of an opened platform works with."""

import attrs

from sh0.home import Home
from sh0.journal.journal import Journal
from sh0.locks import AppLocks
from sh0.ports.clock import Clock
from sh0.servers.fleet import Fleet
from sh0.settings import Settings
from sh0.shutdown import Shutdown
from sh0.store import Records
from sh0.work_folder import WorkFolder


@attrs.frozen(kw_only=True)
class Context:
    """What every part of an opened platform works with.

    Attributes:
        home: Its folder.
        home_id: Its id, which everything carries that it makes on an engine.
        settings: How it is set up.
        records: What it keeps.
        clock: Tells the time.
        journal: Receives what happens.
        fleet: The servers.
        work: Has what work needs meanwhile, on the disk that must have room.
        shutdown: Ends what runs when the platform closes.
        locks: Held by those that change the containers of an app.
    """

    home: Home
    home_id: str
    settings: Settings
    records: Records
    clock: Clock
    journal: Journal
    fleet: Fleet
    work: WorkFolder
    shutdown: Shutdown
    locks: AppLocks = attrs.field(factory=AppLocks)
