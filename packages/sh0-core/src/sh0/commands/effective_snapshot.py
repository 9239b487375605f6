"""What a command in a version runs with."""

import attrs

from sh0.records.app import App
from sh0.records.deployment import Deployment, Snapshot
from sh0.records.variable import VARIABLES
from sh0.store import Records


def effective_snapshot(records: Records, app: App, deployment: Deployment) -> Snapshot:
    """What a command in a version runs with: what the version does, or the variables of now where none ever served.

    A version on its way has variables of its own.
    """
    if app.live is not None or not deployment.state.ended:
        return deployment.snapshot
    variables = records[VARIABLES].where(app=app.name, order="name")
    marked = {*deployment.snapshot.marked, *(each.name for each in variables if each.secret)}
    return attrs.evolve(
        deployment.snapshot,
        environment={each.name: each.value for each in variables},
        marked=tuple(sorted(marked)),
    )
