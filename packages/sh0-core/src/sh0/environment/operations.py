"""Operations on the environment of apps."""

from collections.abc import Mapping

from sh0.deployments.queue import DeploymentQueue
from sh0.errors import NotFound
from sh0.operations import FILES, Effect, Operations, Scope, operation
from sh0.records.app import APPS
from sh0.records.deployment import Deployment, Reason, SettingsChange
from sh0.records.environment_size import demand_fitting
from sh0.records.variable import VARIABLES, Variable
from sh0.store import Records
from sh0.values import AppName, EnvName, Secret, as_secrets


class Environment(Operations, domain="env"):
    """Variables of apps. Their values are sealed at rest and redacted in every answer but `reveal`."""

    tables = (VARIABLES,)

    def __init__(self, records: Records, queue: DeploymentQueue) -> None:
        self._records, self._queue = records, queue

    @operation("GET /apps/{app}/env", effect=Effect.READ, scope=Scope.ENVIRONMENT)
    def list(self, app: AppName) -> tuple[Variable, ...]:
        """List the variables of an app; values are redacted.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
        """
        self._records[APPS].get(app)
        return tuple(self._records[VARIABLES].where(app=app, order="name"))

    @operation("POST /apps/{app}/env/{name}/reveal", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def reveal(self, app: AppName, name: EnvName) -> str:
        """Show the value of one variable. It needs the right to change it, and is audited.

        Args:
            app: Name of the app.
            name: Name of the variable.

        Raises:
            NotFound: The app has no such variable.
        """
        return self._records[VARIABLES].get(app, name).value.reveal()

    @operation("PATCH /apps/{app}/env", effect=Effect.WRITE, scope=Scope.ENVIRONMENT, body=FILES)
    def set(
        self,
        app: AppName,
        variables: Mapping[EnvName, str | Secret],
        *,
        secret: tuple[EnvName, ...] = (),
        unset: tuple[EnvName, ...] = (),
        deploy: bool = True,
    ) -> Deployment | None:
        """Set variables of an app; a live app is deployed with them.

        They are the app's own when that deployment is live. If it fails, they stay as they were.

        Args:
            app: Name of the app.
            variables: Names and values.
            secret: Names of variables whose values no log shows, though their names do not say that they are secrets.
                They stay marked until they are removed.
            unset: Names of variables that are removed along with it.
            deploy: Whether to deploy a live app. If not, the change is stored at once and counts from the next
                deployment, as for a version on its way that needs it.

        Raises:
            NotFound: There is no such app, or it has no variable of those that are to be marked or removed.
            InvalidValue: A value is longer than the kernel takes, or all of them are together.
        """
        record, pending = self._records[APPS].get(app), self._queue.pending(app)
        for name in unset:
            own = self._records[VARIABLES].find(app, name) is not None and name not in pending.unset
            if not own and name not in pending.variables:
                raise NotFound(f"{app} has no variable {name}", hint=f"See 'sh0 env list {app}'.")
        given = as_secrets(variables)
        kept = {held.name: held.value for held in self._records[VARIABLES].where(app=app)}
        after = {name: value for name, value in {**kept, **pending.variables}.items() if name not in unset}
        demand_fitting({**self._queue.snapshot(record).brought, **after, **given})
        for name in secret:
            if name not in after and name not in given:
                raise NotFound(f"{app} has no variable {name}", hint=f"See 'sh0 env list {app}'.")
        changes = SettingsChange(variables=given, marked=secret, unset=unset)
        return self._queue.enqueue_settings(record, Reason.ENVIRONMENT, changes, deploy=deploy)

    @operation("DELETE /apps/{app}/env/{name}", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def unset(self, app: AppName, name: EnvName, *, deploy: bool = True) -> Deployment | None:
        """Remove a variable of an app; a live app is deployed without it.

        It is gone when that deployment is live. If it fails, the variable stays.

        Args:
            app: Name of the app.
            name: Name of the variable.
            deploy: Whether to deploy a live app. If not, the change counts from its next deployment.

        Raises:
            NotFound: There is no such app, or it has no such variable.
        """
        return self.set(app, {}, unset=(name,), deploy=deploy)
