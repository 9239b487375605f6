"""Which ended commands are kept."""

from sh0.records.command import COMMAND_RUNS, UNFINISHED
from sh0.store import Records

KEPT = 100
"""Ended commands that are kept of an app, and of each of its jobs of cron."""


def superfluous(records: Records, app: str, keep: int = KEPT) -> tuple[str, ...]:
    """The ids of an app's ended commands that are kept no longer: of each job, and of all others, the newest stay.

    The database counts them: there may be thousands, and each that begins asks.
    """
    ranked = f"""
        select id, row_number() over (partition by cron order by number desc) as place
        from {COMMAND_RUNS.name} where app = :app and not ({UNFINISHED})
    """
    rows = records.database.query(f"select id from ({ranked}) where place > :keep", {"app": app, "keep": keep})
    return tuple(row["id"] for row in rows)
