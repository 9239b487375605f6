"""The servers that there are, and how each is reached: the one place that holds ports."""

from collections.abc import Callable, Iterable

import attrs

from sh0.errors import NotFound
from sh0.ports.builder import Builder
from sh0.ports.guard import Guard, NoGuard
from sh0.ports.link import ServerLink
from sh0.ports.proxy import Proxy
from sh0.ports.registries import RegistryLogins
from sh0.ports.runtime import Runtime
from sh0.values import LOCAL, ServerName


@attrs.frozen
class ServerPorts:
    """What one server offers.

    Attributes:
        runtime: Runs containers.
        builder: Builds images.
        proxy: Leads requests to containers.
        link: Opens connections as seen from the server.
        name: Name of the server.
        guard: Keeps containers away from the server itself.
        close: Ends every connection to it.
        logins: Credentials that its engine pulls images with.
    """

    runtime: Runtime
    builder: Builder
    proxy: Proxy
    link: ServerLink
    name: ServerName = LOCAL
    guard: Guard = attrs.field(factory=NoGuard)
    close: Callable[[], None] = lambda: None
    logins: RegistryLogins = attrs.field(factory=RegistryLogins)


class Fleet:
    """Every server of a platform. Nothing that is not about one server may depend on another.

    Args:
        servers: What each offers.
    """

    def __init__(self, servers: Iterable[ServerPorts]) -> None:
        self._servers = {server.name: server for server in servers}

    @property
    def names(self) -> tuple[ServerName, ...]:
        """Names of the servers, this machine first."""
        return tuple(sorted(self._servers, key=lambda name: (name != LOCAL, name)))

    def at(self, server: ServerName) -> ServerPorts:
        """What a server offers.

        Raises:
            NotFound: There is no such server.
        """
        found = self._servers.get(server)
        if found is None:
            raise NotFound(f"there is no server {server}", hint=f"There are: {', '.join(self.names)}.")
        return found

    def close(self) -> None:
        """End every connection."""
        for server in self._servers.values():
            server.close()
