"""Whether an app, or its stack, is being changed already."""

from sh0.errors import WrongState
from sh0.jobs.sentences import stands
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, DeploymentState
from sh0.records.stack import RELEASES
from sh0.store import Records

__all__ = ["demand_idle"]


def demand_idle(records: Records, app: str) -> None:
    """Go on if nothing changes an app.

    Args:
        records: Those of the home.
        app: Name of the app.

    Raises:
        NotFound: There is no such app.
        WrongState: A deployment of it, or a release of its stack, is under way.
    """
    record = records[APPS].get(app)
    for release in records[RELEASES].where(stack=record.stack, state="running") if record.stack else ():
        raise WrongState(
            f"the release {release.id} of the stack {record.stack} is running",
            hint="Wait for it, or cancel it: sh0 stacks cancel",
        )
    for state in (DeploymentState.RUNNING, DeploymentState.QUEUED):
        for deployment in records[DEPLOYMENTS].where(app=app, state=state.value):
            raise WrongState(
                stands(deployment.id, state),
                hint=f"Wait for it, or cancel it: sh0 deployments cancel {app} {deployment.id}",
            )
