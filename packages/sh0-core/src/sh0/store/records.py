"""Every table of a database, typed."""

from collections.abc import Iterable
from typing import Any, TypeVar, cast

from sh0.store.database import Database
from sh0.store.table import Table, TableSpec

T = TypeVar("T")


class Records:
    """The tables of one database: ``records[APPS].get("shop")``.

    Attributes:
        database: Where they are.
        transaction: Keeps several changes together.
        digest: Makes a digest of a text under the home's key, with which nobody can try out what it holds.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.transaction = database.transaction
        self.digest = database.sealing.digest
        self._tables: dict[TableSpec[Any], Table[Any]] = {}

    def __getitem__(self, spec: TableSpec[T]) -> Table[T]:
        if spec not in self._tables:
            self._tables[spec] = Table(self.database, spec)
        return cast("Table[T]", self._tables[spec])

    def bind_secrets(self, specs: Iterable[TableSpec[Any]]) -> None:
        """Bind secrets to their records, once for a database in which they are not; from then on all are."""
        if self.database.query("select 1 from facts where name = 'secrets' and value = 'placed'"):
            return
        with self.transaction():
            for spec in specs:
                self[spec].bind()
            self.database.execute("insert or replace into facts values ('secrets', 'placed')")

    def next_id(self, spec: TableSpec[Any]) -> int:
        """The next number of a table that counts up. Call it inside a transaction."""
        return int(self.database.query(f"select coalesce(max(id), 0) + 1 as next from {spec.name}")[0]["next"])
