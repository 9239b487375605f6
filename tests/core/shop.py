"""An app on a platform over fakes, and short ways to deploy it."""

import contextlib

import attrs

from sh0.errors import Sh0Error
from sh0.platform import Platform
from sh0.records.deployment import DEPLOYMENTS, Deployment, DeploymentState, RegistryImage
from sh0.store import Records
from sh0.testing import FakeRuntime
from tests.core.stacks.parts import FakeLink, Stage

LIMIT = 20.0  # seconds; nothing here takes that long


@attrs.frozen
class Shop:
    """The app ``shop``, created when it is first deployed."""

    stage: Stage

    def __attrs_post_init__(self) -> None:
        self.platform.apps.create("shop")

    @property
    def platform(self) -> Platform:
        return self.stage.core.platform

    @property
    def records(self) -> Records:
        return self.stage.core.context.records

    @property
    def runtime(self) -> FakeRuntime:
        return self.stage.runtime

    @property
    def link(self) -> FakeLink:
        return self.stage.link

    def deploy(self, image: str = "web:1") -> Deployment:
        """Deploy an image and see that it is live."""
        return self.live(self.platform.deployments.create("shop", RegistryImage(image)))

    def live(self, deployment: Deployment | None) -> Deployment:
        """The deployment once it is live."""
        assert deployment is not None
        return self.platform.deployments.wait("shop", deployment.id, timeout=LIMIT)

    def ended(self, deployment: Deployment | None) -> Deployment:
        """The deployment after its end, however that is."""
        assert deployment is not None
        with contextlib.suppress(Sh0Error):
            self.platform.deployments.wait("shop", deployment.id, timeout=LIMIT)
        return self.platform.deployments.get("shop", deployment.id)

    def states(self) -> list[str]:
        """The states of its deployments, oldest first."""
        return [each.state.value for each in reversed(self.platform.deployments.list("shop"))]

    def serving(self) -> list[Deployment]:
        """Deployments of which the record says that they serve."""
        return self.records[DEPLOYMENTS].where(app="shop", state=DeploymentState.LIVE.value)

    def log(self, deployment: Deployment) -> list[str]:
        """The lines of a deployment's log."""
        return [event.text for event in self.platform.deployments.follow("shop", deployment.id)]
