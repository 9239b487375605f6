"""Whether a version can run: its image is on the server, or is made again out of its source."""

from sh0.context import Context
from sh0.deployments.rebuilding import exact_source, image_is_gone, origin
from sh0.errors import ImageUnavailable, Unavailable
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, Deployment


class Availability:
    """Looks whether versions of apps can run.

    Args:
        context: What is recorded of them, and where their images are.
    """

    def __init__(self, context: Context) -> None:
        self._records, self._fleet = context.records, context.fleet

    def problem(self, deployment: Deployment) -> ImageUnavailable | None:
        """Why a version that was live cannot run, with the command that helps; None if it can, or nobody can tell.

        Args:
            deployment: The deployment that it is of.
        """
        if deployment.image is None or self._there(deployment.app, deployment.image):
            return None
        brought = origin(deployment, self._records[DEPLOYMENTS].where(app=deployment.app))
        return None if exact_source(brought) else image_is_gone(deployment, brought)

    def _there(self, app: str, image: str) -> bool:
        try:
            return self._fleet.at(self._records[APPS].get(app).server).runtime.image(image) is not None
        except Unavailable:  # of which whoever needs the engine tells
            return True
