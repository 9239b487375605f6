"""The tables of jobs of cron, and the steps that led to them."""

import sqlite_utils
from sqlite_utils import Migrations

migrations = Migrations("cron")


@migrations()
def cron(db: sqlite_utils.Database) -> None:
    """Jobs that operators have added, how far each job has come, and the times at which nothing ran."""
    job = {"app": str, "name": str}
    db.table("cron_jobs").create({**job, "job": str, "created": str}, pk=("app", "name"))
    progress = {"schedule": str, "since": str, "last": str, "suspended": str, "failures": int, "problem": str}
    db.table("cron_progress").create({**job, **progress, "reported": str, "retry": str}, pk=("app", "name"))
    db.table("cron_open").create({"run": str, **job}, pk="run")
    skipped = {"instant": str, "reason": str, "times": int, "first": str}
    db.table("cron_skipped").create({**job, **skipped}, pk=("app", "name", "instant"))
