"""Tables whose rows name an app in a column ``app``, and what moves them to another name.

A table that is missing here would keep its rows under the old name of an app: a test compares the list with all tables.
"""

from typing import Any, Final

import attrs

from sh0.deployments.findings import CHECKS
from sh0.records.app import APPS
from sh0.records.build import BUILDS
from sh0.records.command import COMMAND_RUNS
from sh0.records.credential import SSH_KEYS, TOKENS
from sh0.records.cron import ADDED_JOBS, OPEN_ATTEMPTS, PROGRESS, SKIPPED_TIMES
from sh0.records.deploy_key import DEPLOY_KEYS
from sh0.records.deployment import DEPLOYMENTS, PLACEMENTS
from sh0.records.domain import HOST_NAMES
from sh0.records.drain import DRAINS
from sh0.records.former_name import FORMER_NAMES
from sh0.records.variable import BUILD_VARIABLES, VARIABLES
from sh0.records.volume import VOLUMES
from sh0.store import Records, TableSpec

__all__ = ["APP_TABLES", "move_rows"]

APP_TABLES: Final[tuple[TableSpec[Any], ...]] = (
    PLACEMENTS,
    BUILDS,
    VARIABLES,
    BUILD_VARIABLES,
    ADDED_JOBS,
    PROGRESS,
    OPEN_ATTEMPTS,
    SKIPPED_TIMES,
    HOST_NAMES,
    VOLUMES,
    DEPLOYMENTS,
    CHECKS,
    COMMAND_RUNS,
    DEPLOY_KEYS,
    SSH_KEYS,
    TOKENS,
    FORMER_NAMES,
    DRAINS,
)


def move_rows(records: Records, app: str, name: str) -> None:
    """Give an app and all rows that name it another name. Call it inside a transaction.

    A sealed value opens under the key of its row alone, so rows whose key has the name are written anew.

    Args:
        records: Those of the home.
        app: The name that it has.
        name: The name that it gets, which no row has.
    """
    database = records.database
    database.execute("pragma defer_foreign_keys = on")  # rows refer to the app, which goes first
    record = records[APPS].get(app)
    records[APPS].delete(app)
    records[APPS].insert(attrs.evolve(record, name=name))
    for spec in APP_TABLES:
        if "app" not in spec.key:
            database.execute(f"update {spec.name} set app = :name where app = :app", {"name": name, "app": app})
            continue
        rows = records[spec].where(app=app)
        database.execute(f"delete from {spec.name} where app = :app", {"app": app})
        for row in rows:
            records[spec].insert(attrs.evolve(row, app=name))
