"""Operations on servers."""

from sh0.errors import NotFound, Unavailable
from sh0.operations import Effect, Operations, Scope, operation
from sh0.ports.proxy import Proxy
from sh0.ports.runtime import Runtime
from sh0.records.app import APPS
from sh0.servers.model import Server
from sh0.store import Records
from sh0.values import ServerName

LOCAL = "local"


class Servers(Operations, domain="servers"):
    """Machines that apps run on."""

    def __init__(self, records: Records, runtime: Runtime, proxy: Proxy) -> None:
        self._records, self._runtime, self._proxy = records, runtime, proxy

    @operation("GET /servers", effect=Effect.READ, scope=Scope.SERVERS)
    def list(self) -> tuple[Server, ...]:
        """List the servers."""
        return (self._local(),)

    @operation("GET /servers/{server}", effect=Effect.READ, scope=Scope.SERVERS)
    def get(self, server: ServerName) -> Server:
        """Show one server.

        Args:
            server: Its name.

        Raises:
            NotFound: There is no such server.
        """
        if server != LOCAL:
            raise NotFound(f"there is no server {server}", hint="This machine is called local.")
        return self._local()

    def _local(self) -> Server:
        apps = len(self._records[APPS].where())
        try:
            facts = self._runtime.facts()
        except Unavailable:
            return Server(LOCAL, False, "", 0, 0, "", self._proxy.running(), apps)
        return Server(
            LOCAL,
            True,
            facts.version,
            facts.cpus,
            facts.memory,
            facts.architecture,
            self._proxy.running(),
            apps,
        )
