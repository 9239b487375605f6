"""The one command that runs for a time of a job of cron."""

from datetime import datetime

from sh0.records.command import COMMAND_RUNS, CommandRun
from sh0.store import Records


def run_of_time(records: Records, app: str, cron: str | None, instant: datetime, attempt: int) -> CommandRun | None:
    """The command that has begun for a time of a job, if there is one; the database allows no second.

    Args:
        records: Where it is kept.
        app: Name of the app.
        cron: Name of the job.
        instant: The time, UTC.
        attempt: Which attempt at it.
    """
    found = records[COMMAND_RUNS].where(app=app, cron=cron, instant=instant.isoformat(), attempt=attempt, limit=1)
    return found[0] if found else None
