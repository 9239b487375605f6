"""Operations on the environment of apps."""

from collections.abc import Mapping

from sh0.deployments.model import Deployment, Reason
from sh0.deployments.queue import DeploymentQueue
from sh0.environment.model import Variable
from sh0.errors import NotFound
from sh0.operations import Effect, Operations, Scope, operation
from sh0.ports.clock import Clock
from sh0.records import Records
from sh0.values import AppName, EnvName, Secret


class Environment(Operations, domain="env"):
    """Variables of apps. Their values are sealed at rest and redacted in every answer but `reveal`."""

    def __init__(self, records: Records, queue: DeploymentQueue, clock: Clock) -> None:
        self._records, self._queue, self._clock = records, queue, clock

    @operation("GET /apps/{app}/env", effect=Effect.READ, scope=Scope.ENVIRONMENT)
    def list(self, app: AppName) -> tuple[Variable, ...]:
        """List the variables of an app; values are redacted.

        Args:
            app: Name of the app.
        """
        self._records.apps.get(app)
        return tuple(self._records.variables.where(app=app, order="name"))

    @operation("POST /apps/{app}/env/{name}/reveal", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def reveal(self, app: AppName, name: EnvName) -> str:
        """Show the value of one variable. It needs the right to change it, and is audited.

        Args:
            app: Name of the app.
            name: Name of the variable.

        Raises:
            NotFound: The app has no such variable.
        """
        return self._records.variables.get(app, name).value.reveal()

    @operation("PATCH /apps/{app}/env", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def set(self, app: AppName, variables: Mapping[EnvName, Secret]) -> Deployment | None:
        """Set variables of an app; a live app is deployed with them.

        Args:
            app: Name of the app.
            variables: Names and values.
        """
        record, now = self._records.apps.get(app), self._clock.now()
        with self._records.transaction():
            for name, value in variables.items():
                self._records.variables.save(Variable(app, name, value, now))
        return self._queue.enqueue_settings(record, Reason.ENVIRONMENT)

    @operation("DELETE /apps/{app}/env/{name}", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def unset(self, app: AppName, name: EnvName) -> Deployment | None:
        """Remove a variable of an app; a live app is deployed without it.

        Args:
            app: Name of the app.
            name: Name of the variable.

        Raises:
            NotFound: The app has no such variable.
        """
        if not self._records.variables.delete(app, name):
            raise NotFound(f"{app} has no variable {name}", hint=f"See 'sh0 env list {app}'.")
        return self._queue.enqueue_settings(self._records.apps.get(app), Reason.ENVIRONMENT)
