"""Whose a container is: its label has the name that the app had when it was made, which may be another one by now."""

from collections.abc import Mapping

from sh0.records.former_name import FORMER_NAMES
from sh0.store import Records

__all__ = ["app_of", "names_of"]


def app_of(records: Records, labels: Mapping[str, str]) -> str:
    """What the app is called now whose container has these labels; empty if it is of no app.

    The record of its deployment says so, whose id is never used again. Where that is gone, the label does.
    """
    found = records.database.query(
        "select app from deployments where id = :deployment", {"deployment": labels.get("sh0.deployment", "")}
    )
    return str(found[0]["app"]) if found else labels.get("sh0.app", "")


def names_of(records: Records, app: str) -> tuple[str, ...]:
    """The name of an app and those that it had before: what labels of its containers may say."""
    return (app, *(former.name for former in records[FORMER_NAMES].where(app=app) if former.name != app))
