"""Which containers of a server print for which app. Pure."""

from collections.abc import Mapping

import attrs

from sh0.records.app import WEB
from sh0.records.deployment import Placement

__all__ = ["LogSource", "source_of_labels", "source_of_placement"]

RUN = "run"
"""The process that lines of a one-off command are shown as."""


@attrs.frozen
class LogSource:
    """A container that prints for an app.

    Attributes:
        container: Its name.
        app: Name of the app.
        deployment: Id of the deployment that it is of; empty if it is of none.
        process: Which process of the app; ``run`` for a one-off command.
        replica: Which container of it, from 1; the number of a one-off command.
        run: Id of the one-off command; empty if it is none.
    """

    container: str
    app: str
    deployment: str
    process: str
    replica: int
    run: str = ""


def source_of_placement(placement: Placement) -> LogSource:
    """The source of a container that serves."""
    return LogSource(placement.container, placement.app, placement.deployment, placement.process, placement.replica)


def source_of_labels(container: str, labels: Mapping[str, str], app: str) -> LogSource | None:
    """The source of a container of an app with these labels; None if it prints for none."""
    kind = labels.get("sh0.kind")
    if not app or kind not in ("app", "run"):
        return None
    deployment = labels.get("sh0.deployment", "")
    if kind == "run":
        run = labels.get("sh0.run", "")
        return LogSource(container, app, deployment, RUN, _number(run.rpartition(".")[2]), run)
    return LogSource(
        container, app, deployment, labels.get("sh0.process", WEB), _number(labels.get("sh0.instance", ""))
    )


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0
