"""Operations on deployments."""

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import attrs

from sh0.deployments import planner
from sh0.deployments.availability import Availability
from sh0.deployments.cleaner import CleanupPlan
from sh0.deployments.earlier import Served
from sh0.deployments.findings import CHECKS, DeploymentChecks
from sh0.deployments.rebuilding import origin
from sh0.deployments.receiving import receive_archive
from sh0.deployments.targets import target
from sh0.errors import InvalidValue, WrongState
from sh0.image_names import refusal
from sh0.operations import Effect, Operations, Scope, operation
from sh0.records.app import APPS, App
from sh0.records.deployment import (
    DEPLOYMENTS,
    Change,
    ComposeService,
    Deployment,
    DeploymentEvent,
    Fetchable,
    PushedRevision,
    Reason,
    RegistryImage,
    SameImage,
    UploadedArchive,
)
from sh0.values import AppName, Count, Label, Number, Seconds

if TYPE_CHECKING:
    from sh0.context import Context
    from sh0.deployments.cleaning import Cleaning
    from sh0.deployments.queue import DeploymentQueue
    from sh0.jobs.runs import Runs


class Deployments(Operations, domain="deployments"):
    """Versions of apps, on their way to life or with it behind them."""

    tables = (DEPLOYMENTS, CHECKS)

    def __init__(
        self,
        context: "Context",
        queue: "DeploymentQueue",
        runs: "Runs[Deployment]",
        cleaning: "Cleaning",
    ) -> None:
        self._records, self._work, self._settings = context.records, context.home.work, context.settings
        self._queue, self._runs, self._cleaning = queue, runs, cleaning
        self._availability = Availability(context)

    @operation("POST /apps/{app}/deployments", effect=Effect.WRITE, scope=Scope.DEPLOYMENTS)
    def create(self, app: AppName, source: Fetchable) -> Deployment:
        """Deploy a branch of a Git repository, or an image.

        Args:
            app: Name of the app.
            source: What to deploy: a RemoteRepository or a RegistryImage.

        Raises:
            WrongState: It is a service of a stack, whose file says what runs.
            NotFound: There is no such app.
            InvalidValue: The image is named by its id, or as sh0 names what it builds.
        """
        if isinstance(source, RegistryImage):
            if (reason := refusal(source.image)) is not None:
                raise InvalidValue(f"$.source.image: {reason}", path="$.source.image", reason=reason)
            return self._queue.enqueue(self._records[APPS].get(app), Reason.IMAGE, source, source.image)
        return self._queue.enqueue(self._records[APPS].get(app), Reason.GIT, source, source.branch)

    @operation("POST /apps/{app}/deployments/upload", effect=Effect.WRITE, scope=Scope.DEPLOYMENTS)
    def upload(self, app: AppName, archive: IO[bytes], *, label: Label = "") -> Deployment:
        """Deploy an archive of a folder (tar, tar.gz or zip), as `sh0.pack` makes them.

        Args:
            app: Name of the app.
            archive: The archive, to be read to its end.
            label: What to call the revision.

        Raises:
            WrongState: It is a service of a stack, whose file says what runs.
            NotFound: There is no such app.
            BadArchive: It is larger than this platform accepts.
        """
        record = self._records[APPS].get(app)
        name = receive_archive(archive, self._work, self._settings.upload_limit)
        return self._queue.enqueue(record, Reason.UPLOAD, UploadedArchive(name, label), label or "upload")

    @operation("POST /apps/{app}/deployments/redeploy", effect=Effect.WRITE, scope=Scope.DEPLOYMENTS)
    def redeploy(self, app: AppName) -> Deployment:
        """Deploy the live version's source again: a branch is fetched anew, an unchanged tree reuses its image.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
            WrongState: The app was never live.
        """
        record, live = self._live(app)
        brought = origin(live, self._records[DEPLOYMENTS].where(app=app))
        source = live.source if brought is None else brought.source
        if isinstance(source, PushedRevision):
            source = PushedRevision(source.commit, source.branch)
        elif isinstance(source, UploadedArchive | ComposeService):
            source = SameImage()
        return self._queue.enqueue(record, Reason.REDEPLOY, source, live.revision)

    @operation("POST /apps/{app}/deployments/rollback", effect=Effect.WRITE, scope=Scope.DEPLOYMENTS)
    def rollback(self, app: AppName, *, to: str | None = None) -> Deployment:
        """Bring an earlier version back: image, environment, host names and resources together, without a build.

        Args:
            app: Name of the app.
            to: Id of the deployment to return to; when left out, the last version that can run and differs from
                what serves now, by its image or else by its settings.

        Raises:
            NotFound: There is no such deployment, or none before.
            WrongState: That deployment never went live, or no earlier one differs.
            ImageUnavailable: Its image is no longer on the server, and nothing is kept out of which to make it again.
        """
        record, _ = self._live(app)
        found = self._target(app, to)
        return self._queue.enqueue(record, Reason.ROLLBACK, SameImage(found.id), found.revision, found.snapshot)

    @operation("GET /apps/{app}/deployments/compare", effect=Effect.READ, scope=Scope.DEPLOYMENTS)
    def compare(self, app: AppName, *, to: str | None = None) -> tuple[Change, ...]:
        """Show what a rollback would change of what is set now. Values of variables stay unsaid.

        Args:
            app: Name of the app.
            to: Id of the deployment to return to; when left out, the last version that can run and differs from
                what serves.

        Raises:
            NotFound: There is no such deployment, or none before.
            WrongState: That deployment never went live, or no earlier one differs.
            ImageUnavailable: Its image is no longer on the server, and nothing is kept out of which to make it again.
        """
        record, live = self._live(app)
        now = attrs.evolve(live, snapshot=self._queue.snapshot(record))
        return planner.compare(now, self._target(app, to))

    @operation("GET /apps/{app}/deployments", effect=Effect.READ, scope=Scope.DEPLOYMENTS)
    def list(self, app: AppName, *, limit: Count = 20) -> tuple[Deployment, ...]:
        """List the deployments of an app, newest first.

        Args:
            app: Name of the app.
            limit: At most so many.

        Raises:
            NotFound: There is no such app.
        """
        return self._runs.list(app, limit)

    @operation("GET /apps/{app}/deployments/{deployment}", effect=Effect.READ, scope=Scope.DEPLOYMENTS)
    def get(self, app: AppName, deployment: str) -> Deployment:
        """Show one deployment.

        Args:
            app: Name of the app.
            deployment: Its id, as in shop-7, or its number.

        Raises:
            NotFound: The app has no such deployment.
        """
        return self._runs.get(app, deployment)

    @operation("GET /apps/{app}/deployments/{deployment}/checks", effect=Effect.READ, scope=Scope.DEPLOYMENTS)
    def checks(self, app: AppName, deployment: str) -> DeploymentChecks:
        """Show what the checks of a deployment found, and what of it is ignored.

        Args:
            app: Name of the app.
            deployment: Its id.

        Raises:
            NotFound: The app has no such deployment, or that one was not checked: it brought no source, failed before,
                or the app's checks are off.
        """
        return self._records[CHECKS].get(self.get(app, deployment).id)

    @operation("GET /apps/{app}/deployments/{deployment}/wait", effect=Effect.READ, scope=Scope.DEPLOYMENTS)
    def wait(self, app: AppName, deployment: str, *, timeout: Seconds = 1800.0) -> Deployment:
        """Wait until a deployment is live.

        Args:
            app: Name of the app.
            deployment: Its id.
            timeout: Seconds to wait at most.

        Raises:
            NotFound: There is no such app, or it has no such deployment.
            DeploymentFailed: It ended otherwise, or not in time.
        """
        return self._runs.wait(app, deployment, timeout)

    @operation("GET /apps/{app}/deployments/{deployment}/follow", effect=Effect.READ, scope=Scope.DEPLOYMENTS)
    def follow(self, app: AppName, deployment: str, *, since: Number = 0) -> Iterator[DeploymentEvent]:
        """Read the log of a deployment from its beginning, and go on until it has ended.

        Args:
            app: Name of the app.
            deployment: Its id.
            since: So many lines are left out: those that were read before.

        Raises:
            NotFound: There is no such app, or it has no such deployment.
        """
        return self._runs.follow(app, deployment, since)

    @operation("POST /apps/{app}/deployments/{deployment}/cancel", effect=Effect.WRITE, scope=Scope.DEPLOYMENTS)
    def cancel(self, app: AppName, deployment: str) -> None:
        """Cancel a deployment that waits or runs; the version that serves goes on serving.

        Args:
            app: Name of the app.
            deployment: Its id.

        Raises:
            NotFound: There is no such app, or it has no such deployment.
            WrongState: It has ended.
        """
        self._runs.cancel(app, deployment)

    @operation("GET /cleanup", effect=Effect.READ, scope=Scope.SERVERS)
    def cleanup_plan(self) -> CleanupPlan:
        """Show what the cleaner would remove: images, containers and folders of this home that nothing kept needs.

        Raises:
            EngineUnavailable: The engine of a server does not answer.
        """
        return self._cleaning.plan()

    @operation("POST /cleanup", effect=Effect.WRITE, scope=Scope.SERVERS)
    def clean(self) -> CleanupPlan:
        """Remove what `cleanup_plan` shows; returns what was removed.

        Raises:
            EngineUnavailable: The engine of a server does not answer.
        """
        return self._cleaning.clean()

    def _live(self, app: str) -> tuple[App, Deployment]:
        record = self._records[APPS].get(app)
        if record.live is None:
            raise WrongState(f"{app} has no version yet", hint="Push or upload one first.")
        return record, self._records[DEPLOYMENTS].get(record.live)

    def _target(self, app: str, to: str | None) -> Deployment:
        _, live = self._live(app)
        problem = self._availability.problem
        return target(
            self._runs, live, to, lambda served: map(_served, served), problem, "version", f"sh0 rollback {app}"
        )


def _served(deployment: Deployment) -> Served:
    source = deployment.source
    return Served(
        deployment.id,
        deployment.number,
        {deployment.app: deployment.image},
        deployment.snapshot,
        source.deployment if isinstance(source, SameImage) else None,
    )
