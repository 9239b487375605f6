"""Two servers: what happens on one of them changes nothing on the other, neither its routes nor its times."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import attrs
import pytest

from sh0.bootstrap import Core, compose
from sh0.errors import NotFound, ServerUnreachable, Sh0Error
from sh0.home import Home
from sh0.outside import Ports
from sh0.platform import Platform
from sh0.ports.runtime import Runtime
from sh0.records.deployment import PLACEMENTS, Deployment, DeploymentState, RegistryImage
from sh0.servers.fleet import ServerPorts
from sh0.settings import Settings
from sh0.testing import FakeBuilder, FakeRuntime, fake_image
from sh0.testing.clock import FakeClock
from sh0.testing.confinement import FakeConfinement
from sh0.testing.proxy import FakeProxy
from tests.core.stacks.parts import FakeLink
from tests.core.waiting import until

LIMIT = 20.0  # seconds; nothing here takes that long
PROMPT = 5.0  # seconds for what takes a fraction of one; whoever waits for a server that hangs takes LIMIT


class Line:
    """The way to an engine, which can hang, or be cut."""

    def __init__(self, runtime: FakeRuntime) -> None:
        self._runtime = runtime
        self._answers = threading.Event()
        self._answers.set()
        self._feeds: list[Any] = []
        self.failure: Sh0Error | None = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._runtime, name)

        def call(*arguments: Any, **more: Any) -> Any:
            self._answers.wait()
            if self.failure is not None:
                raise self.failure
            result = method(*arguments, **more)
            if name == "events":
                self._feeds.append(result)
            return result

        return call

    def hang(self) -> None:
        self._answers.clear()

    def go_on(self) -> None:
        self._answers.set()

    def cut(self) -> None:
        self.failure = ServerUnreachable("nothing answers there")
        for feed in self._feeds:
            feed.close()


@attrs.frozen
class Site:
    """A server, as a test looks at it."""

    runtime: FakeRuntime
    line: Line
    proxy: FakeProxy

    def running(self) -> set[str]:
        return {each.labels["sh0.app"] for each in self.runtime.observe() if each.state.value == "running"}


@attrs.frozen
class Two:
    """A platform with two servers, this machine and ``eu``."""

    core: Core
    here: Site
    eu: Site

    @property
    def platform(self) -> Platform:
        return self.core.platform

    def deploy(self, app: str, image: str = "web:1") -> Deployment:
        begun = self.platform.deployments.create(app, RegistryImage(image))
        return self.platform.deployments.wait(app, begun.id, timeout=LIMIT)


def site() -> Site:
    runtime = FakeRuntime("x", {name: fake_image(name) for name in ("web:1", "web:2")})
    return Site(runtime, Line(runtime), FakeProxy())


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    here, eu, link = site(), site(), FakeLink()

    def ports(home: Home, home_id: str, settings: Settings) -> Ports:
        servers = [
            ServerPorts(cast(Runtime, each.line), FakeBuilder(each.runtime), each.proxy, link, name)
            for name, each in (("local", here), ("eu", eu))
        ]
        return Ports(servers, FakeClock(), FakeConfinement())

    core = compose(Home(tmp_path / "home"), Settings(base_domain="example.org"), ports=ports)
    core.start()
    core.platform.apps.create("shop")
    core.platform.apps.create("blog", server="eu")
    yield Two(core, here, eu)
    eu.line.failure = None
    eu.line.go_on()
    core.platform.close()


def test_each_app_runs_and_is_served_where_it_says(two: Two) -> None:
    two.deploy("shop")
    two.deploy("blog")
    assert (two.here.running(), two.eu.running()) == ({"shop"}, {"blog"})
    assert two.here.proxy.routes.hosts.keys() == {"shop.example.org"}
    assert two.eu.proxy.routes.hosts.keys() == {"blog.example.org"}
    assert {each.server for each in two.core.context.records[PLACEMENTS].where(app="blog")} == {"eu"}
    assert [(each.name, each.apps) for each in two.platform.servers.list()] == [("local", 1), ("eu", 1)]


def test_servers_are_listed_although_one_hangs_or_is_cut_off(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sh0.servers.operations._SECONDS", 0.4)
    two.eu.line.hang()
    begun = time.monotonic()
    assert [(each.name, each.reachable) for each in two.platform.servers.list()] == [("local", True), ("eu", False)]
    assert two.platform.servers.get("local").reachable
    assert not two.platform.servers.get("eu").reachable
    assert time.monotonic() - begun < PROMPT
    two.eu.line.go_on()
    two.eu.line.cut()
    assert [(each.name, each.reachable) for each in two.platform.servers.list()] == [("local", True), ("eu", False)]
    two.eu.line.failure = None
    assert all(each.reachable for each in two.platform.servers.list())
    with pytest.raises(NotFound):
        two.platform.servers.get("us")


def test_backends_and_addresses_are_counted_on_each_server(two: Two) -> None:
    assert two.platform.apps.get("shop").slot == two.platform.apps.get("blog").slot == 1
    two.deploy("shop")
    two.deploy("blog")
    assert len({each.address for each in two.core.context.records[PLACEMENTS].where()}) == 1
    assert two.platform.projects.get("default").subnets.keys() == {"local", "eu"}


def test_a_server_that_hangs_delays_no_other(two: Two) -> None:
    two.deploy("shop")
    two.deploy("blog")
    before = two.eu.proxy.routes
    two.eu.line.hang()
    stuck = two.platform.deployments.create("blog", RegistryImage("web:2"))
    begun = time.monotonic()
    live = two.deploy("shop", "web:2")
    two.here.runtime.end(f"sh0-{two.core.context.home_id}-{live.id}-1")
    until(lambda: two.here.running() == {"shop"})
    assert time.monotonic() - begun < PROMPT
    assert two.eu.proxy.routes == before
    two.eu.line.go_on()
    assert two.platform.deployments.wait("blog", stuck.id, timeout=LIMIT).state is DeploymentState.LIVE


def test_a_server_that_was_lost_is_brought_in_order_when_it_is_back(two: Two) -> None:
    two.deploy("shop")
    lost = two.deploy("blog")
    here = two.here.proxy.routes
    two.eu.line.cut()
    until(lambda: "eu: " in (two.platform.system.status().problem or ""))
    assert two.platform.servers.get("eu").reachable is False
    assert two.here.proxy.routes == here
    two.eu.line.failure = None
    two.eu.runtime.end(f"sh0-{two.core.context.home_id}-{lost.id}-1")
    until(lambda: two.platform.system.status().problem is None and two.eu.running() == {"blog"})


def test_an_app_on_a_server_that_is_not_there_is_refused(two: Two) -> None:
    with pytest.raises(NotFound, match="there is no server us"):
        two.platform.apps.create("news", server="us")


def test_states_of_apps_are_reported_while_another_server_hangs(two: Two) -> None:
    two.deploy("shop")
    two.deploy("blog")
    two.eu.line.hang()
    two.platform.apps.stop("shop")
    until(lambda: [each for each in two.platform.events.list() if each.message == "shop is stopped; it was live"])


def test_a_server_that_is_lost_keeps_no_other_from_being_cleaned(two: Two) -> None:
    two.deploy("shop")
    two.deploy("blog")
    two.eu.runtime.add_image(fake_image("old:1", labels={"sh0.home": "x", "sh0.app": "blog"}))
    assert "old:1" in {tag for image in two.eu.runtime.images() for tag in image.tags}
    two.here.line.cut()
    with pytest.raises(ServerUnreachable):
        two.platform.deployments.clean()
    assert "old:1" not in {tag for image in two.eu.runtime.images() for tag in image.tags}
