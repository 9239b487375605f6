"""A whole platform over fakes: operations, queue, pipeline and records are the real ones, the world outside is not."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from sh0.bootstrap import Core, compose
from sh0.home import Home
from sh0.outside import Ports
from sh0.platform import Platform
from sh0.servers.fleet import ServerPorts
from sh0.settings import Settings
from sh0.testing.builder import FakeBuilder
from sh0.testing.clock import FakeClock
from sh0.testing.confinement import FakeConfinement
from sh0.testing.link import FakeLink
from sh0.testing.outgoing import FakeOutgoing
from sh0.testing.proxy import FakeProxy
from sh0.testing.runtime import FakeRuntime
from sh0.testing.sinks import FakeSinks
from sh0.values import LOCAL

__all__ = ["FakeWorld", "fake_world"]


@attrs.frozen
class FakeWorld:
    """A platform and the fakes it stands on.

    Attributes:
        core: The platform with its parts.
        runtime: The pretended engine; what it does can be scripted.
        builder: The pretended builder.
        proxy: The pretended proxy.
        clock: Stands still until it is moved.
        outgoing: Has the URLs that were called.
        sinks: Has what was sent to log drains.
    """

    core: Core
    runtime: FakeRuntime
    builder: FakeBuilder
    proxy: FakeProxy
    clock: FakeClock
    outgoing: FakeOutgoing
    sinks: FakeSinks

    @property
    def platform(self) -> Platform:
        """The platform."""
        return self.core.platform


@contextmanager
def fake_world(
    folder: str | Path, *, plugins: Iterable[object] = (), settings: Settings | None = None
) -> Iterator[FakeWorld]:
    """Open a platform over fakes, and close it at the end.

    Args:
        folder: An empty folder for its home.
        plugins: Plugins to load beside those that are installed.
        settings: How it is set up.
    """
    proxy, clock, link, outgoing, sinks = FakeProxy(), FakeClock(), FakeLink(), FakeOutgoing(), FakeSinks()

    def ports(home: Home, home_id: str, settings: Settings) -> Ports:
        runtime = FakeRuntime(home_id)
        server = ServerPorts(runtime, FakeBuilder(runtime), proxy, link)
        return Ports([server], clock, FakeConfinement(), outgoing, lambda: sinks)

    core = compose(Home(folder), settings or Settings(base_domain="example.org"), ports=ports, plugins=plugins)
    here = core.context.fleet.at(LOCAL)
    runtime, builder = here.runtime, here.builder
    assert isinstance(runtime, FakeRuntime)
    assert isinstance(builder, FakeBuilder)
    try:
        core.start()
        yield FakeWorld(core, runtime, builder, proxy, clock, outgoing, sinks)
    finally:
        core.platform.close()
        link.close()
