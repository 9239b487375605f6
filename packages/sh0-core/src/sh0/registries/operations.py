"""Operations on registries."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sh0.operations import Effect, Operations, Scope, operation
from sh0.ports.registries import RegistryLogin
from sh0.records.registry import REGISTRIES, PrivateRegistry
from sh0.values import RegistryName, Secret, Username

if TYPE_CHECKING:
    from sh0.context import Context


class Registries(Operations, domain="registries"):
    """Private registries: every pull of an image from one uses its credentials."""

    tables = (REGISTRIES,)
    migrations = "sh0.registries.migrations:migrations"

    def __init__(self, context: "Context") -> None:
        self._records, self._clock = context.records, context.clock
        for server in context.fleet.names:
            context.fleet.at(server).logins.come_from(self._logins)

    @operation("PUT /registries/{registry}", effect=Effect.WRITE, scope=Scope.ACCESS)
    def add(self, registry: RegistryName, username: Username, password: str | Secret) -> PrivateRegistry:
        """Pull from a registry with credentials: images of apps and stacks, and base images of builds.

        They take the place of those that it had, and of what `docker login` left on the server. Whether the registry
        accepts them shows at the next pull.

        Args:
            registry: Its host name, with its port if it has one; docker.io for Docker Hub.
            username: Who pulls.
            password: Password or token; one that may only read is enough.
        """
        held = password if isinstance(password, Secret) else Secret(password)
        return self._records[REGISTRIES].save(PrivateRegistry(registry, username, held, self._clock.now()))

    @operation("GET /registries", effect=Effect.READ, scope=Scope.ACCESS)
    def list(self) -> tuple[PrivateRegistry, ...]:
        """List the registries that are pulled from with credentials; passwords are redacted."""
        return tuple(self._records[REGISTRIES].where(order="registry"))

    @operation("DELETE /registries/{registry}", effect=Effect.DESTROY, scope=Scope.ACCESS)
    def remove(self, registry: RegistryName) -> None:
        """Forget the credentials of a registry. Images that are on the server stay.

        Args:
            registry: Its host name.

        Raises:
            NotFound: There are none for it.
        """
        self._records[REGISTRIES].get(registry)
        self._records[REGISTRIES].delete(registry)

    def _logins(self) -> Iterable[RegistryLogin]:
        held = self._records[REGISTRIES].where()
        return tuple(RegistryLogin(each.registry, each.username, each.password) for each in held)
