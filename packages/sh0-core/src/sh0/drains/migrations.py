"""The table of log drains, and the steps that led to it."""

import sqlite_utils
from sqlite_utils import Migrations

migrations = Migrations("drains")


@migrations()
def drains(db: sqlite_utils.Database) -> None:
    """The table of log drains."""
    columns = {"app": str, "name": str, "destination": str, "id": str, "created": str, "credential": str}
    columns |= {"variable": str, "header": str, "ca": str, "gzip": str}
    db.table("log_drains").create(columns, pk=("app", "name"))
