"""What runs of every kind are carried out with."""

import attrs

from sh0.jobs.locks import AppLocks
from sh0.jobs.shutdown import Shutdown
from sh0.jobs.work_folder import WorkFolder
from sh0.journal.journal import Journal
from sh0.ports.clock import Clock
from sh0.store import Records


@attrs.frozen
class Context:
    """What runs of every kind are carried out with.

    Attributes:
        records: Where they are kept.
        journal: Receives how they ended.
        clock: Tells the time.
        work: Has what they need meanwhile, on the disk that must have room.
        locks: Held by those that change the containers of an app.
        shutdown: Ends them when the platform closes.
    """

    records: Records
    journal: Journal
    clock: Clock
    work: WorkFolder
    locks: AppLocks
    shutdown: Shutdown
