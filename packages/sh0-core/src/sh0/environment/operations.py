"""Operations on the environment of apps."""

from collections.abc import Mapping, Sequence
from typing import IO, TYPE_CHECKING

from sh0.compose.dotenv_text import written
from sh0.environment import variable_file
from sh0.environment.changes import EnvironmentChanges, compared
from sh0.errors import NotFound
from sh0.operations import FILES, Effect, Operations, Scope, operation
from sh0.records.app import APPS, App
from sh0.records.deployment import Deployment, Reason
from sh0.records.environment_size import demand_fitting
from sh0.records.settings_change import SettingsChange
from sh0.records.variable import SHARED_VARIABLES, VARIABLES, EffectiveVariable, Origin, SharedVariable, Variable
from sh0.values import AppName, EnvName, Label, Secret, as_secrets

if TYPE_CHECKING:
    from sh0.deployments.queue import DeploymentQueue
    from sh0.store import Records


class Environment(Operations, domain="env"):
    """Variables of apps. Their values are sealed at rest and redacted in every answer but `reveal`."""

    tables = (VARIABLES,)

    def __init__(self, records: "Records", queue: "DeploymentQueue") -> None:
        self._records, self._queue = records, queue

    @operation("GET /apps/{app}/env", effect=Effect.READ, scope=Scope.ENVIRONMENT)
    def list(self, app: AppName) -> tuple[EffectiveVariable, ...]:
        """List the variables of an app, and those of its project that it does not override; values are redacted.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
        """
        found: dict[str, Variable | SharedVariable] = {}
        found |= {each.name: each for each in self._shared(self._records[APPS].get(app))}
        found |= {each.name: each for each in self._records[VARIABLES].where(app=app)}
        return tuple(_effective(app, found[name]) for name in sorted(found))

    @operation("POST /apps/{app}/env/{name}/reveal", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def reveal(self, app: AppName, name: EnvName) -> str:
        """Show the value of one variable, its own or its project's. It needs the right to change it, and is audited.

        Args:
            app: Name of the app.
            name: Name of the variable.

        Raises:
            NotFound: The app has no such variable.
        """
        record, own = self._records[APPS].find(app), self._records[VARIABLES].find(app, name)
        if own is None and record is not None:
            for shared in self._shared(record):
                if shared.name == name:
                    return shared.value.reveal()
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
        record, now = self._records[APPS].get(app), self._now(app)
        for name in unset:
            if name not in now:
                raise self._absent(record, name)
        given = as_secrets(variables)
        after = {name: value for name, value in now.items() if name not in unset} | given
        snapshot = self._queue.snapshot(record)
        demand_fitting({**snapshot.brought, **snapshot.shared, **after})
        for name in secret:
            if name not in after:
                raise self._absent(record, name)
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

    @operation("POST /apps/{app}/env/import/plan", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def plan_import(
        self, app: AppName, file: IO[bytes], *, name: Label = ".env", replace: bool = False
    ) -> EnvironmentChanges:
        """Show what importing a file of variables would change of an app. Values stay unsaid.

        It needs the right to change them: who is told whether a value is the one that is set could guess it.

        Args:
            app: Name of the app.
            file: The file, in the syntax of ``.env`` as Compose reads it.
            name: Its name, for messages.
            replace: Whether variables that it does not name would be removed.

        Raises:
            NotFound: There is no such app.
            Invalid: The file is not as it has to be; the message says where.
            InvalidValue: A value is longer than the kernel takes, or all of them are together.
        """
        return self._planned(app, variable_file.read(file, name), replace=replace)

    @operation("POST /apps/{app}/env/import", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def import_file(
        self,
        app: AppName,
        file: IO[bytes],
        *,
        name: Label = ".env",
        replace: bool = False,
        secret: tuple[EnvName, ...] = (),
        deploy: bool = True,
    ) -> Deployment | None:
        """Set the variables of a file, all with one deployment. None if that changes nothing.

        They are the app's own when that deployment is live. If it fails, they stay as they were.

        Args:
            app: Name of the app.
            file: The file, in the syntax of ``.env`` as Compose reads it.
            name: Its name, for messages.
            replace: Whether variables that it does not name are removed.
            secret: Names of variables whose values no log shows, though their names do not say that they are secrets.
            deploy: Whether to deploy a live app. If not, the change is stored at once and counts from the next
                deployment.

        Raises:
            NotFound: There is no such app, or it has no variable of those that are to be marked.
            Invalid: The file is not as it has to be; the message says where.
            InvalidValue: A value is longer than the kernel takes, or all of them are together.
        """
        given = variable_file.read(file, name)
        found = self._planned(app, given, replace=replace)
        changed = {each: given[each] for each in (*found.added, *found.changed)}
        if not found.any and not secret:
            return None
        return self.set(app, changed, secret=secret, unset=found.removed, deploy=deploy)

    @operation("POST /apps/{app}/env/export", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def export(self, app: AppName) -> str:
        """Show all variables of an app with their values, as a file that can be imported.

        It needs the right to change them, and is audited.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
        """
        self._records[APPS].get(app)
        held = self._records[VARIABLES].where(app=app, order="name")
        return written({each.name: each.value.reveal() for each in held})

    def _planned(self, app: str, given: Mapping[str, Secret], *, replace: bool) -> EnvironmentChanges:
        record, now = self._records[APPS].get(app), self._now(app)
        found = compared(now, given, replace=replace)
        kept = {name: value for name, value in now.items() if name not in found.removed}
        snapshot = self._queue.snapshot(record)
        demand_fitting({**snapshot.brought, **snapshot.shared, **kept, **given})
        return found

    def _shared(self, app: App) -> Sequence[SharedVariable]:
        return () if app.stack else self._records[SHARED_VARIABLES].where(project=app.project)

    def _absent(self, app: App, name: str) -> NotFound:
        hint = f"See 'sh0 env list {app.name}'."
        if any(each.name == name for each in self._shared(app)):
            hint = f"It is one of the project {app.project}: sh0 shared unset {app.project} {name}"
        return NotFound(f"{app.name} has no variable {name}", hint=hint)

    def _now(self, app: str) -> dict[str, Secret]:
        """The variables of an app as they will be when what is on its way is live."""
        held, pending = self._records[VARIABLES].where(app=app), self._queue.pending(app)
        kept = {each.name: each.value for each in held if each.name not in pending.unset}
        return {**kept, **pending.variables}


def _effective(app: str, held: Variable | SharedVariable) -> EffectiveVariable:
    origin = Origin.APP if isinstance(held, Variable) else Origin.PROJECT
    return EffectiveVariable(app, held.name, held.value, held.changed, held.secret, origin)
