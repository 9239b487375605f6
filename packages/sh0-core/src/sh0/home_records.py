"""The database of a home: opened, brought to the newest schema, and of one piece with its key."""

from sh0.domain_classes import TABLES, later_migrations
from sh0.errors import Undecryptable
from sh0.home import Home, new_id
from sh0.records.older_homes import upgrade_secrets
from sh0.store import Database, Keyring, Records
from sh0.store.keyring import UNBOUND


def open_records(home: Home) -> tuple[Records, str]:
    """The records of a home, and its id.

    Raises:
        Undecryptable: Its master key is missing, or does not belong to its database.
        Corrupt: Its database or its key cannot be read.
    """
    fresh = not home.database.exists()
    if not fresh and not home.master_key.exists():
        raise Undecryptable(
            f"the master key {home.master_key} is missing",
            hint="Restore the master.key that belongs to this sh0.db.",
        )
    keyring = Keyring.load(home.master_key)
    database = Database(home.database, keyring, later=later_migrations())
    try:
        records = Records(database)
        upgrade_secrets(records, TABLES)
        return records, _identity(database, keyring)
    except BaseException:
        database.close()
        raise


def _identity(database: Database, keyring: Keyring) -> str:
    """The id of a home; a new one gets one. Fails when its key and its database do not belong together."""
    facts = {row["name"]: row["value"] for row in database.query("select name, value from facts")}
    if "id" not in facts:
        facts = {"id": new_id(), "probe": keyring.probe()}
        with database.transaction():
            for name, value in facts.items():
                database.execute("insert into facts values (:name, :value)", {"name": name, "value": value})
    keyring.fits(facts["probe"])
    if facts["probe"].startswith(UNBOUND):
        database.execute("update facts set value = :probe where name = 'probe'", {"probe": keyring.probe()})
    return str(facts["id"])
