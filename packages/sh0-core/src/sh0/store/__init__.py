"""Where records live: one SQLite file (WAL), one writer process, secrets under a master key."""

from sh0.store.database import Database, Table
from sh0.store.keyring import Keyring
from sh0.store.lock import HomeLock

__all__ = ["Database", "HomeLock", "Keyring", "Table"]
