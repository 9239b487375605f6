"""The table of registries, and the steps that led to it."""

import sqlite_utils
from sqlite_utils import Migrations

migrations = Migrations("registries")


@migrations()
def registries(db: sqlite_utils.Database) -> None:
    """The table of registries."""
    columns = {"registry": str, "username": str, "password": str, "created": str}
    db.table("registries").create(columns, pk="registry")
