"""Secrets of homes from earlier versions: what takes the home's key, and is therefore no migration of the database."""

import json
from collections.abc import Iterable
from typing import Any

from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS
from sh0.store import Records, TableSpec
from sh0.store.keyring import UNBOUND
from sh0.store.sealing import Place

__all__ = ["upgrade_secrets"]


def upgrade_secrets(records: Records, tables: Iterable[TableSpec[Any]]) -> None:
    """Seal what is kept in clear, and bind what is bound to no place, once for a home; from then on all secrets are.

    Args:
        records: Those of the home.
        tables: Every table.

    Raises:
        Undecryptable: The master key does not belong to the database.
    """
    probe = records.database.query("select value from facts where name = 'probe'")
    if probe and not probe[0]["value"].startswith(UNBOUND):
        return  # it is bound once all secrets are: no row that somebody has removed lets older ones in again
    _seal_declared(records)
    records.bind_secrets(tables)


def _seal_declared(records: Records) -> None:
    """Seal the variables that ``sh0.yaml`` declares."""
    database = records.database
    if database.query("select 1 from facts where name = 'declared'"):
        return
    bound = database.query("select 1 from facts where name = 'secrets'")
    with records.transaction():
        for table, key, field, path in (
            (APPS.name, APPS.key[0], "declared", ()),
            (DEPLOYMENTS.name, DEPLOYMENTS.key[0], "snapshot", ("declared",)),
        ):
            for row in database.query(f"select {key} as key, {field} as text from {table}"):
                value = declared = json.loads(row["text"])
                for name in path:
                    declared = declared.get(name, {})
                kept = declared.get("environment", {})
                place = Place(table, (row["key"],), field) if bound else None
                for name, text in kept.items():
                    kept[name] = database.sealing.secret(text, place)
                if kept:
                    change = f"update {table} set {field} = :text where {key} = :key"
                    database.execute(change, {"text": json.dumps(value, ensure_ascii=False), "key": row["key"]})
        database.execute("insert into facts values ('declared', 'sealed')")
