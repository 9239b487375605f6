"""Operations on servers."""

from typing import TYPE_CHECKING

from sh0.operations import Effect, Operations, Scope, operation
from sh0.ports.runtime import EngineFacts
from sh0.records.app import APPS
from sh0.servers.asking import ask_each
from sh0.servers.model import Server
from sh0.values import ByteSize, ServerName

if TYPE_CHECKING:
    from sh0.servers.fleet import Fleet
    from sh0.store import Records

_SECONDS = 6.0
"""How long servers have to answer."""


class Servers(Operations, domain="servers"):
    """Machines that apps run on."""

    def __init__(self, records: "Records", fleet: "Fleet") -> None:
        self._records, self._fleet = records, fleet

    @operation("GET /servers", effect=Effect.READ, scope=Scope.SERVERS)
    def list(self) -> tuple[Server, ...]:
        """List the servers; one that does not answer within a few seconds is listed as not reachable."""
        return self._seen(*self._fleet.names)

    @operation("GET /servers/{server}", effect=Effect.READ, scope=Scope.SERVERS)
    def get(self, server: ServerName) -> Server:
        """Show one server.

        Args:
            server: Its name.

        Raises:
            NotFound: There is no such server.
        """
        self._fleet.at(server)
        return self._seen(server)[0]

    def _seen(self, *names: ServerName) -> tuple[Server, ...]:
        proxies = ask_each(names, lambda name: self._fleet.at(name).proxy.running(), _SECONDS / 2)
        facts = ask_each(names, lambda name: self._fleet.at(name).runtime.facts(), _SECONDS / 2)
        return tuple(self._server(name, facts.get(name), proxies.get(name, False)) for name in names)

    def _server(self, name: ServerName, facts: EngineFacts | None, proxy: bool) -> Server:
        apps = self._records[APPS].count(server=name)
        if facts is None:
            return Server(name, False, "", 0, ByteSize(0), "", proxy, apps)
        return Server(name, True, facts.version, facts.cpus, ByteSize(facts.memory), facts.architecture, proxy, apps)
