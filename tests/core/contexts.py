"""A context for tests of one part."""

from pathlib import Path

from sh0.context import Context
from sh0.home import Home
from sh0.journal.journal import Journal
from sh0.ports.clock import Clock
from sh0.servers.fleet import Fleet
from sh0.settings import Settings
from sh0.shutdown import Shutdown
from sh0.store import Records
from sh0.work_folder import WorkFolder


def context_of(records: Records, clock: Clock, folder: Path) -> Context:
    """A context without servers, over records that are there."""
    home, shutdown = Home(folder), Shutdown()
    home.work.mkdir(parents=True, exist_ok=True)
    return Context(
        home=home,
        home_id="x",
        settings=Settings(),
        records=records,
        clock=clock,
        journal=Journal(records, clock),
        fleet=Fleet([]),
        work=WorkFolder(home.work, shutdown),
        shutdown=shutdown,
    )
