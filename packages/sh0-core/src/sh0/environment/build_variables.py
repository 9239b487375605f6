"""Operations on the variables that are there while an app is built."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sh0.errors import NotFound
from sh0.operations import FILES, Effect, Operations, Scope, operation
from sh0.records.app import APPS
from sh0.records.deployment import Deployment, Reason
from sh0.records.environment_size import demand_fitting
from sh0.records.settings_change import SettingsChange
from sh0.records.variable import BUILD_VARIABLES, BuildVariable
from sh0.values import AppName, EnvName, Secret, as_secrets

if TYPE_CHECKING:
    from sh0.deployments.queue import DeploymentQueue
    from sh0.store import Records


class BuildEnvironment(Operations, domain="build"):
    """Variables of builds: they are there while an app is built, and not when it runs."""

    tables = (BUILD_VARIABLES,)

    def __init__(self, records: "Records", queue: "DeploymentQueue") -> None:
        self._records, self._queue = records, queue

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
        deploy: bool = True,
    ) -> Deployment | None:
        """Set variables that an app is built with; a live app that was pushed is built anew with them, and deployed.

        They are the app's own when that deployment is live. If it fails, they stay as they were. Of other apps the
        source is not kept: there they are set at once, and count from the next build.

        An own Dockerfile gets those that it declares (ARG), or mounts as secrets (RUN --mount=type=secret,id=NAME), a
        generated one all of them. What a Dockerfile declares in the stage that becomes the image stays in the history
        of that, so secrets are refused there; of what it mounts nothing stays.

        Args:
            app: Name of the app.
            variables: Names and values.
            secret: Names of variables whose values no log shows, though their names do not say that they are secrets.
                They stay marked until they are removed.
            unset: Names of variables that are removed along with it.
            deploy: Whether to build and deploy a live app. If not, the change is stored at once and counts from the
                next build, as for a version on its way that needs it.

        Raises:
            NotFound: There is no such app, or it has no variable of those that are to be marked or removed.
            InvalidValue: A value is longer than the kernel takes, or all of them are together.
        """
        record, now, given = self._records[APPS].get(app), self._now(app), as_secrets(variables)
        after = {name: value for name, value in now.items() if name not in unset} | given
        missing = [*(name for name in unset if name not in now), *(name for name in secret if name not in after)]
        if missing:
            hint = f"See 'sh0 build list {app}'."
            raise NotFound(f"{app} has no build variable {missing[0]}", hint=hint)
        demand_fitting(after)
        changes = SettingsChange(build=given, build_unset=unset, build_marked=secret)
        return self._queue.enqueue_settings(record, Reason.ENVIRONMENT, changes, deploy=deploy)

    def _now(self, app: str) -> dict[str, Secret]:
        """The variables of an app's builds as they will be when what is on its way is live."""
        held, pending = self._records[BUILD_VARIABLES].where(app=app), self._queue.pending(app)
        kept = {each.name: each.value for each in held if each.name not in pending.build_unset}
        return {**kept, **pending.build}
