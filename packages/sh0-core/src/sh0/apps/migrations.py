"""The table of earlier names of apps, and the steps that led to it."""

import sqlite_utils
from sqlite_utils import Migrations

migrations = Migrations("apps")


@migrations()
def former_names(db: sqlite_utils.Database) -> None:
    """Names that apps had before."""
    columns = {"name": str, "app": str, "deployments": int, "commands": int, "renamed": str, "followed": str}
    db.table("former_names").create(columns, pk="name")
