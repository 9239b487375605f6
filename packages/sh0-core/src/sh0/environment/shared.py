"""Operations on the variables that the apps of a project share."""

from collections.abc import Collection, Mapping, Sequence
from typing import IO, TYPE_CHECKING

from sh0.compose.dotenv_text import written
from sh0.environment import variable_file
from sh0.environment.changes import EnvironmentChanges, assign, compared
from sh0.errors import NotFound
from sh0.operations import FILES, Effect, Operations, Scope, operation
from sh0.records.app import APPS, App
from sh0.records.deployment import Deployment, Reason
from sh0.records.environment_size import demand_fitting
from sh0.records.project import PROJECTS
from sh0.records.variable import SHARED_VARIABLES, VARIABLES, SharedVariable
from sh0.values import EnvName, Label, ProjectName, Secret, as_secrets

if TYPE_CHECKING:
    from sh0.context import Context
    from sh0.deployments.queue import DeploymentQueue


class SharedEnvironment(Operations, domain="shared"):
    """Variables that the apps of a project share, and override with their own."""

    tables = (SHARED_VARIABLES,)
    migrations = "sh0.environment.shared_migrations:migrations"

    def __init__(self, context: "Context", queue: "DeploymentQueue") -> None:
        self._records, self._clock, self._queue = context.records, context.clock, queue

    @operation("GET /projects/{project}/env", effect=Effect.READ, scope=Scope.ENVIRONMENT)
    def list(self, project: ProjectName) -> tuple[SharedVariable, ...]:
        """List the variables that the apps of a project share; values are redacted.

        Args:
            project: Name of the project.

        Raises:
            NotFound: There is no such project.
        """
        self._records[PROJECTS].get(project)
        return tuple(self._records[SHARED_VARIABLES].where(project=project, order="name"))

    @operation("POST /projects/{project}/env/{name}/reveal", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def reveal(self, project: ProjectName, name: EnvName) -> str:
        """Show the value of one shared variable. It needs the right to change it, and is audited.

        Args:
            project: Name of the project.
            name: Name of the variable.

        Raises:
            NotFound: The project has no such variable.
        """
        return self._records[SHARED_VARIABLES].get(project, name).value.reveal()

    @operation("PATCH /projects/{project}/env", effect=Effect.WRITE, scope=Scope.ENVIRONMENT, body=FILES)
    def set(
        self,
        project: ProjectName,
        variables: Mapping[EnvName, str | Secret],
        *,
        secret: tuple[EnvName, ...] = (),
        unset: tuple[EnvName, ...] = (),
        deploy: bool = True,
    ) -> tuple[Deployment, ...]:
        """Set variables that the apps of a project share; each live app that a change concerns is deployed with it.

        They are stored at once. An app whose deployment fails goes on with what it has, and gets them with its next
        deployment. Services of stacks get none: their Compose file says what they get.

        Args:
            project: Name of the project.
            variables: Names and values.
            secret: Names of variables whose values no log shows, though their names do not say that they are secrets.
                They stay marked until they are removed.
            unset: Names of variables that are removed along with it.
            deploy: Whether to deploy live apps. If not, the change counts from the next deployment of each.

        Raises:
            NotFound: There is no such project, or it has no variable of those that are to be marked or removed.
            InvalidValue: A value is longer than the kernel takes, or all variables of an app are together.
        """
        self._records[PROJECTS].get(project)
        given = as_secrets(variables)
        with self._records.transaction():
            held = {each.name: each for each in self._records[SHARED_VARIABLES].where(project=project)}
            found = assign(held, given, secret, unset)
            if found.missing is not None:
                hint = f"See 'sh0 shared list {project}'."
                raise NotFound(f"{project} shares no variable {found.missing}", hint=hint)
            self._demand_fitting(project, found.after)
            changed = {name for name in given if name not in held or held[name].value != given[name]} | {*unset}
            for name in unset:
                self._records[SHARED_VARIABLES].delete(project, name)
            for name, (value, marked) in found.saved.items():
                now = self._clock.now()
                self._records[SHARED_VARIABLES].save(SharedVariable(project, name, value, now, marked))
        return self._deploy(project, changed) if deploy else ()

    @operation("DELETE /projects/{project}/env/{name}", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def unset(self, project: ProjectName, name: EnvName, *, deploy: bool = True) -> tuple[Deployment, ...]:
        """Remove a variable that the apps of a project share; each live app that it concerns is deployed without it.

        Args:
            project: Name of the project.
            name: Name of the variable.
            deploy: Whether to deploy live apps. If not, the change counts from the next deployment of each.

        Raises:
            NotFound: There is no such project, or it shares no such variable.
        """
        return self.set(project, {}, unset=(name,), deploy=deploy)

    @operation("POST /projects/{project}/env/import/plan", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def plan_import(
        self, project: ProjectName, file: IO[bytes], *, name: Label = ".env", replace: bool = False
    ) -> EnvironmentChanges:
        """Show what importing a file of variables would change of those that a project shares. Values stay unsaid.

        It needs the right to change them: who is told whether a value is the one that is set could guess it.

        Args:
            project: Name of the project.
            file: The file, in the syntax of ``.env`` as Compose reads it.
            name: Its name, for messages.
            replace: Whether variables that it does not name would be removed.

        Raises:
            NotFound: There is no such project.
            Invalid: The file is not as it has to be; the message says where.
            InvalidValue: A value is longer than the kernel takes, or all variables of an app are together.
        """
        self._records[PROJECTS].get(project)
        return self._planned(project, variable_file.read(file, name), replace=replace)

    @operation("POST /projects/{project}/env/import", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def import_file(
        self,
        project: ProjectName,
        file: IO[bytes],
        *,
        name: Label = ".env",
        replace: bool = False,
        secret: tuple[EnvName, ...] = (),
        deploy: bool = True,
    ) -> tuple[Deployment, ...]:
        """Set the variables of a file for all apps of a project, with one deployment of each live app.

        Args:
            project: Name of the project.
            file: The file, in the syntax of ``.env`` as Compose reads it.
            name: Its name, for messages.
            replace: Whether variables that it does not name are removed.
            secret: Names of variables whose values no log shows, though their names do not say that they are secrets.
            deploy: Whether to deploy live apps. If not, the change counts from the next deployment of each.

        Raises:
            NotFound: There is no such project, or it shares no variable of those that are to be marked.
            Invalid: The file is not as it has to be; the message says where.
            InvalidValue: A value is longer than the kernel takes, or all variables of an app are together.
        """
        self._records[PROJECTS].get(project)
        given = variable_file.read(file, name)
        found = self._planned(project, given, replace=replace)
        changed = {each: given[each] for each in (*found.added, *found.changed)}
        return self.set(project, changed, secret=secret, unset=found.removed, deploy=deploy)

    @operation("POST /projects/{project}/env/export", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def export(self, project: ProjectName) -> str:
        """Show all variables that a project shares with their values, as a file that can be imported.

        It needs the right to change them, and is audited.

        Args:
            project: Name of the project.

        Raises:
            NotFound: There is no such project.
        """
        return written({each.name: each.value.reveal() for each in self.list(project)})

    def _planned(self, project: str, given: Mapping[str, Secret], *, replace: bool) -> EnvironmentChanges:
        now = {each.name: each.value for each in self._records[SHARED_VARIABLES].where(project=project)}
        found = compared(now, given, replace=replace)
        kept = {name: value for name, value in now.items() if name not in found.removed}
        self._demand_fitting(project, {**kept, **given})
        return found

    def _demand_fitting(self, project: str, shared: Mapping[str, Secret]) -> None:
        demand_fitting(shared)
        for app in self._apps(project):
            snapshot = self._queue.snapshot(app)
            demand_fitting({**snapshot.brought, **shared, **snapshot.environment}, f"the variables of {app.name}")

    def _deploy(self, project: str, changed: Collection[str]) -> tuple[Deployment, ...]:
        """Deploy each live app that does not override all of what has changed."""
        started = []
        for app in self._apps(project):
            own = {each.name for each in self._records[VARIABLES].where(app=app.name)}
            if not own.issuperset(changed):
                started.append(self._queue.enqueue_settings(app, Reason.ENVIRONMENT))
        return tuple(each for each in started if each is not None)

    def _apps(self, project: str) -> Sequence[App]:
        return [app for app in self._records[APPS].where(project=project, order="name") if app.stack is None]
