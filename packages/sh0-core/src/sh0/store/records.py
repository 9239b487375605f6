"""Every table of a database, typed."""

import json
from collections.abc import Iterable
from typing import Any, TypeVar, cast

from sh0.store.database import Database
from sh0.store.sealing import place_of
from sh0.store.table import Table, TableSpec

T = TypeVar("T")


class Records:
    """The tables of one database: ``records[APPS].get("shop")``."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.transaction = database.transaction
        self._tables: dict[TableSpec[Any], Table[Any]] = {}

    def __getitem__(self, spec: TableSpec[T]) -> Table[T]:
        if spec not in self._tables:
            self._tables[spec] = Table(self.database, spec)
        return cast("Table[T]", self._tables[spec])

    def bind_secrets(self, specs: Iterable[TableSpec[Any]]) -> None:
        """Bind secrets to their records, once for a database in which they are not; from then on all are."""
        self._seal_declared()
        if self.database.query("select 1 from facts where name = 'secrets'"):
            return
        with self.transaction():
            for spec in specs:
                self[spec].bind()
            self.database.execute("insert into facts values ('secrets', 'bound')")

    def _seal_declared(self) -> None:
        """Seal what ``sh0.yaml`` declares, once for a database in which it is kept in clear."""
        if self.database.query("select 1 from facts where name = 'declared'"):
            return
        bound = self.database.query("select 1 from facts where name = 'secrets'")
        with self.transaction():
            for table, key, field, path in (
                ("apps", "name", "declared", ()),
                ("deployments", "id", "snapshot", ("declared",)),
            ):
                for row in self.database.query(f"select {key} as key, {field} as text from {table}"):
                    value = declared = json.loads(row["text"])
                    for name in path:
                        declared = declared.get(name, {})
                    kept = declared.get("environment", {})
                    place = place_of(table, [row["key"]], field) if bound else None
                    for name, text in kept.items():
                        kept[name] = self.database.sealing.secret(text, place)
                    if kept:
                        text = json.dumps(value, ensure_ascii=False)
                        change = f"update {table} set {field} = :text where {key} = :key"
                        self.database.execute(change, {"text": text, "key": row["key"]})
            self.database.execute("insert into facts values ('declared', 'sealed')")

    def next_id(self, spec: TableSpec[Any]) -> int:
        """The next number of a table that counts up. Call it inside a transaction."""
        return int(self.database.query(f"select coalesce(max(id), 0) + 1 as next from {spec.name}")[0]["next"])
