"""A version whose image is gone is deployed anew, where its source is still there."""

from sh0.context import Context
from sh0.deployments.queue import DeploymentQueue
from sh0.deployments.rebuilding import exact_source, image_is_gone, origin
from sh0.errors import ImageUnavailable
from sh0.records.app import App
from sh0.records.deployment import DEPLOYMENTS, Deployment, Reason, SameImage


class Rebuilder:
    """Deploys versions anew whose images are gone.

    Args:
        context: Where deployments are kept.
        queue: Takes the new ones.
    """

    def __init__(self, context: Context, queue: DeploymentQueue) -> None:
        self._records, self._queue = context.records, queue

    def rebuild(self, app: App, deployment: Deployment) -> None:
        """Deploy a version anew, once; where that is impossible or has failed, say what helps.

        Raises:
            ImageUnavailable: It cannot be made again, or that has failed.
        """
        deployments = self._records[DEPLOYMENTS].where(app=app.name, order="number desc")
        if not deployments[0].state.ended:
            return
        brought = origin(deployment, deployments)
        if exact_source(brought) is None or deployments[0].reason is Reason.REBUILD:
            error = image_is_gone(deployment, brought)
            raise ImageUnavailable(f"{app.name} is down: {error.message}. {error.hint}")
        self._queue.enqueue(app, Reason.REBUILD, SameImage(), deployment.revision)
