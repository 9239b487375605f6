"""A platform on real parts: this process's own, and daemons."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import attrs
import pytest

import sh0
from sh0.bootstrap import Core, compose
from tests.integration import web, world


@attrs.frozen
class Embedded:
    """A platform in this process, with what tests look at behind its back."""

    core: Core

    @property
    def platform(self) -> sh0.Platform:
        return self.core.platform

    @property
    def home_id(self) -> str:
        return self.core.context.home_id

    def get(self, app: str, path: str = "/", **headers: str) -> web.Answer:
        """Ask the proxy for an app."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.get(self.core.context.settings.http_port, f"{app}.localhost", path, given)

    def version(self, app: str) -> str:
        """Which version of the test app answers."""
        answer = self.get(app)
        assert answer.status == 200, answer
        return answer.text.split(" on ")[0].removeprefix("version ")

    def upload(self, app: str, tree: Path) -> sh0.Deployment:
        """Ask for a deployment of a tree."""
        with sh0.pack(tree) as archive:
            return self.platform.deployments.upload(app, archive)

    def deployed(self, deployment: sh0.Deployment | None) -> sh0.Deployment:
        """Wait for a deployment to be live."""
        assert deployment is not None
        return self.platform.deployments.wait(deployment.app, deployment.id, timeout=120)

    def ended(self, deployment: sh0.Deployment) -> sh0.Deployment:
        """Wait for a deployment to end, however."""
        try:
            return self.deployed(deployment)
        except sh0.Sh0Error:
            return self.platform.deployments.get(deployment.app, deployment.id)

    def log(self, deployment: sh0.Deployment) -> list[str]:
        """The text of a deployment's log; it must have ended."""
        return [event.text for event in self.platform.deployments.follow(deployment.app, deployment.id)]

    def containers(self, app: str) -> set[str]:
        """An app's containers, running or not."""
        return world.containers(self.home_id, app=app)


@pytest.fixture(scope="session", autouse=True)
def _engine() -> None:
    if not world.docker("version", "--format", "{{.Server.Version}}", check=False):
        pytest.skip("no Docker Engine answers")


@pytest.fixture(scope="session")
def embed() -> Iterator[Callable[..., Embedded]]:
    """Opens platforms on homes of their own; all of them, and what they made, are gone at the end."""
    opened: list[Embedded] = []

    def make(**changes: object) -> Embedded:
        core = compose(world.new_home(), world.test_settings(**changes))
        opened.append(Embedded(core))
        core.start()
        return opened[-1]

    yield make
    for each in opened:
        each.platform.close()
        world.clear(each.home_id)
        shutil.rmtree(each.core.context.home.path, ignore_errors=True)


@pytest.fixture(scope="session")
def shared(embed: Callable[..., Embedded]) -> Embedded:
    """One platform for all tests of a worker; each test uses apps of its own."""
    return embed()


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], sh0.RegistryImage]:
    """Images of the test app, each of its own version, that exist on this machine only."""
    made: dict[str, sh0.RegistryImage] = {}

    def image(version: str) -> sh0.RegistryImage:
        if version not in made:
            made[version] = sh0.RegistryImage(world.image(version, tmp_path_factory.mktemp("image")))
        return made[version]

    return image


_numbers = itertools.count(1)


@pytest.fixture
def new_app(shared: Embedded) -> Callable[..., str]:
    """Makes apps on the shared platform, with a short patience."""

    def make(**settings: object) -> str:
        name = f"app{next(_numbers)}"
        shared.platform.apps.create(name, **settings)  # type: ignore[arg-type]
        shared.platform.apps.configure(name, health_timeout=3)
        return name

    return make


@pytest.fixture
def app(new_app: Callable[..., str]) -> str:
    """An app on the shared platform that was never deployed."""
    return new_app()


@pytest.fixture
def live(shared: Embedded, app: str, images: Callable[[str], sh0.RegistryImage]) -> str:
    """An app on the shared platform whose version 1 serves."""
    shared.deployed(shared.platform.deployments.create(app, images("1")))
    return app


@pytest.fixture(scope="module")
def daemons() -> Iterator[Callable[..., world.Daemon]]:
    """Daemon processes on homes of their own; all of them, and what they made, are gone at the end."""
    made: list[world.Daemon] = []

    def make(
        program: tuple[str, ...] = ("-m", "sh0.daemon"),
        environment: Mapping[str, str] | None = None,
        **changes: object,
    ) -> world.Daemon:
        made.append(world.Daemon(world.new_home(), world.test_settings(**changes), program, environment))
        return made[-1]

    yield make
    for each in made:
        each.clear()


is_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
