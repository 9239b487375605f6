"""Operations on servers."""

from sh0.errors import Unavailable
from sh0.operations import Effect, Operations, Scope, operation
from sh0.records.app import APPS
from sh0.servers.fleet import Fleet
from sh0.servers.model import Server
from sh0.store import Records
from sh0.values import ServerName


class Servers(Operations, domain="servers"):
    """Machines that apps run on."""

    def __init__(self, records: Records, fleet: Fleet) -> None:
        self._records, self._fleet = records, fleet

    @operation("GET /servers", effect=Effect.READ, scope=Scope.SERVERS)
    def list(self) -> tuple[Server, ...]:
        """List the servers."""
        return tuple(self._seen(name) for name in self._fleet.names)

    @operation("GET /servers/{server}", effect=Effect.READ, scope=Scope.SERVERS)
    def get(self, server: ServerName) -> Server:
        """Show one server.

        Args:
            server: Its name.

        Raises:
            NotFound: There is no such server.
        """
        return self._seen(server)

    def _seen(self, name: ServerName) -> Server:
        server, apps = self._fleet.at(name), len(self._records[APPS].where(server=name))
        try:
            facts = server.runtime.facts()
        except Unavailable:
            return Server(name, False, "", 0, 0, "", server.proxy.running(), apps)
        return Server(
            name,
            True,
            facts.version,
            facts.cpus,
            facts.memory,
            facts.architecture,
            server.proxy.running(),
            apps,
        )
