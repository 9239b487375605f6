"""Where records live: one SQLite file (WAL), one writer process, secrets under a master key."""

from sh0.store.database import Database
from sh0.store.keyring import Keyring
from sh0.store.lock import HomeLock
from sh0.store.records import Records
from sh0.store.table import Table, TableSpec

__all__ = ["Database", "HomeLock", "Keyring", "Records", "Table", "TableSpec"]
