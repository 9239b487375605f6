"""The schema of shared variables, as the steps that led to it."""

import sqlite_utils
from sqlite_utils import Migrations

migrations = Migrations("shared")


@migrations()
def shared_variables(db: sqlite_utils.Database) -> None:
    """Variables that the apps of a project share."""
    columns = {"project": str, "name": str, "value": str, "changed": str, "secret": int}
    db.table("shared_variables").create(columns, pk=("project", "name"), defaults={"secret": 0}, not_null={"secret"})
