"""The SQLite file of a home: one connection, transactions, and what goes wrong with it."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sh0.errors import Corrupt, DatabaseLocked, DiskFull, WrongState
from sh0.store.keyring import Keyring
from sh0.store.sealing import Sealing

if TYPE_CHECKING:
    from sqlite_utils import Migrations


class Database:
    """The database of a home.

    One connection is shared by all threads under a lock: writers are few and short, and SQLite has one anyway.

    Args:
        path: File of the database; it is made, and brought to the newest schema, when opened.
        keyring: Seals the secrets of records.
        patience: Seconds to wait for another process that has it locked, as a backup does.
        later: Migrations of domains that came after the first schema, in the order of the domains.
    """

    def __init__(
        self, path: Path, keyring: Keyring, *, patience: float = 10.0, later: "Iterable[Migrations]" = ()
    ) -> None:
        import sqlite_utils  # here, as those who only name a table need none of it

        from sh0.store.migrations import migrations

        self._lock = threading.RLock()
        self._depth = 0
        self._changes = 0
        self._closed = False
        self._patience = patience
        connection: sqlite3.Connection | None = None
        try:
            connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=patience)
            path.chmod(0o600)
            self._connection = connection
            self._db = sqlite_utils.Database(connection, execute_plugins=False)
            self._db.enable_wal()
            connection.execute("pragma foreign_keys=on")
            connection.execute("pragma synchronous=normal")  # safe under WAL: a crash of the process loses nothing
            for each in (migrations, *later):
                each.apply(self._db)
        except sqlite3.DatabaseError as error:
            if connection is not None:
                connection.close()
            raise Corrupt(
                f"the database {path} cannot be opened: {error}",
                hint="Restore it from a backup; what is deployed goes on serving meanwhile.",
            ) from error
        self.sealing = Sealing(keyring)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing does. Other threads wait, and this one for other processes.

        The lock for writing is taken at the beginning: SQLite refuses at once to turn a read into a write while another
        process writes, however long one would wait.

        Raises:
            DiskFull: There is no room left.
            DatabaseLocked: Another process keeps the database locked.
            WrongState: It is closed.
        """
        with self._lock, self._translating():
            name = f"level_{self._depth}"
            self._connection.execute(f"savepoint {name}" if self._depth else "begin immediate")
            self._depth += 1
            try:
                yield
                self._connection.execute(f"release {name}" if self._depth > 1 else "commit")
            except BaseException:
                with suppress(sqlite3.OperationalError):  # a full disk may have ended it already
                    self._connection.execute(f"rollback to {name}" if self._depth > 1 else "rollback")
                raise
            finally:
                self._depth -= 1

    @contextmanager
    def _translating(self) -> Iterator[None]:
        if self._closed:
            raise WrongState("the platform is closed", hint="Open it again: sh0.open.")
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise DatabaseLocked(
                    f"another process has kept the database locked for more than {self._patience:g} s",
                    hint="See who: fuser -v sh0.db (a backup, a script, a shell). Let it end, then try again.",
                ) from error
            raise _translated(error) from error

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """Rows of a SELECT."""
        with self._lock, self._translating():
            return list(self._db.query(sql, dict(parameters or {})))

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> int:
        """Run a statement; returns how many rows it changed."""
        with self._lock, self._translating():
            return self._connection.execute(sql, dict(parameters or {})).rowcount

    @property
    def changes(self) -> int:
        """A number that grows with every change of a record, and stays once the file is closed."""
        with suppress(sqlite3.ProgrammingError):
            self._changes = self._connection.total_changes
        return self._changes

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._closed = True
            self._db.close()


def _translated(error: sqlite3.OperationalError) -> Exception:
    if "disk is full" in str(error) or "disk I/O" in str(error):
        return DiskFull("there is no room left to write the database", hint="Free some space, then try again.")
    return error
