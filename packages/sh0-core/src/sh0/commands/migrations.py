"""The table of one-off commands, and the steps that led to it."""

import sqlite_utils
from sqlite_utils import Migrations

migrations = Migrations("runs")


@migrations()
def command_runs(db: sqlite_utils.Database) -> None:
    """One-off commands. A job of cron runs once for each of its times, however often it is asked to."""
    texts = (
        "id app reason request deployment image container server network address requested_by state step steps failure"
        " created started finished warnings end cron instant"
    )
    columns = dict.fromkeys(texts.split(), str) | {"number": int, "exit_code": int, "attempt": int, "memory": int}
    table = db.table("command_runs")
    table.create(columns, pk="id")
    table.create_index(["app", "number"], unique=True)
    table.create_index(["state"])
    db.execute(
        "create unique index idx_command_runs_instant on command_runs (app, cron, instant, attempt)"
        " where instant is not null"
    )
