"""Operations on the variables that are there while an app is built."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sh0.environment.changes import assign
from sh0.errors import NotFound
from sh0.operations import FILES, Effect, Operations, Scope, operation
from sh0.records.app import APPS
from sh0.records.environment_size import demand_fitting
from sh0.records.variable import BUILD_VARIABLES, BuildVariable
from sh0.values import AppName, EnvName, Secret, as_secrets

if TYPE_CHECKING:
    from sh0.context import Context


class BuildEnvironment(Operations, domain="build"):
    """Variables of builds: they are there while an app is built, and not when it runs."""

    tables = (BUILD_VARIABLES,)

    def __init__(self, context: "Context") -> None:
        self._records, self._clock = context.records, context.clock

    @operation("GET /apps/{app}/build-env", effect=Effect.READ, scope=Scope.ENVIRONMENT)
    def list(self, app: AppName) -> tuple[BuildVariable, ...]:
        """List the variables that an app is built with; values are redacted.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
        """
        self._records[APPS].get(app)
        return tuple(self._records[BUILD_VARIABLES].where(app=app, order="name"))

    @operation("POST /apps/{app}/build-env/{name}/reveal", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def reveal(self, app: AppName, name: EnvName) -> str:
        """Show the value of one variable of a build. It needs the right to change it, and is audited.

        Args:
            app: Name of the app.
            name: Name of the variable.

        Raises:
            NotFound: The app has no such variable.
        """
        return self._records[BUILD_VARIABLES].get(app, name).value.reveal()

    @operation("PATCH /apps/{app}/build-env", effect=Effect.WRITE, scope=Scope.ENVIRONMENT, body=FILES)
    def set(
        self,
        app: AppName,
        variables: Mapping[EnvName, str | Secret],
        *,
        secret: tuple[EnvName, ...] = (),
        unset: tuple[EnvName, ...] = (),
    ) -> tuple[BuildVariable, ...]:
        """Set variables that an app is built with, from its next build on. Returns all that it has then.

        An own Dockerfile gets those that it declares (ARG), or mounts as secrets (RUN --mount=type=secret,id=NAME), a
        generated one all of them. What a Dockerfile declares in the stage that becomes the image stays in the history
        of that, so secrets are refused there; of what it mounts nothing stays.

        Args:
            app: Name of the app.
            variables: Names and values.
            secret: Names of variables whose values no log shows, though their names do not say that they are secrets.
                They stay marked until they are removed.
            unset: Names of variables that are removed along with it.

        Raises:
            NotFound: There is no such app, or it has no variable of those that are to be marked or removed.
            InvalidValue: A value is longer than the kernel takes, or all of them are together.
        """
        given = as_secrets(variables)
        with self._records.transaction():
            held = {each.name: each for each in self.list(app)}
            found = assign(held, given, secret, unset)
            if found.missing is not None:
                hint = f"See 'sh0 build list {app}'."
                raise NotFound(f"{app} has no build variable {found.missing}", hint=hint)
            demand_fitting(found.after)
            for name in unset:
                self._records[BUILD_VARIABLES].delete(app, name)
            for name, (value, marked) in found.saved.items():
                self._records[BUILD_VARIABLES].save(BuildVariable(app, name, value, self._clock.now(), marked))
            return self.list(app)
