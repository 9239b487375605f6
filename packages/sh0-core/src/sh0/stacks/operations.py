"""Operations on stacks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING

from sh0.compose.permissions import PermissionText
from sh0.deployments import planner as deployment_planner
from sh0.deployments.earlier import Served
from sh0.deployments.receiving import receive_archive
from sh0.deployments.repeating import stack_again
from sh0.deployments.targets import target
from sh0.errors import ImageUnavailable, WrongState
from sh0.operations import FILES, Effect, Operations, Scope, operation
from sh0.ports.container import NamedMount
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS, Change, DeploymentEvent
from sh0.records.stack import (
    RELEASES,
    STACKS,
    Action,
    Release,
    ReleaseReason,
    ServiceChange,
    ServiceStatus,
    Stack,
    StackPlan,
    StackStatus,
    StackVolume,
)
from sh0.stacks.moves import Moves, backwards
from sh0.stacks.request import UpRequest
from sh0.values import (
    Count,
    EnvName,
    Number,
    ReceivedArchive,
    RelativePath,
    Seconds,
    Secret,
    ServerName,
    StackName,
    as_secrets,
)

if TYPE_CHECKING:
    from sh0.apps.statuses import AppStatuses
    from sh0.context import Context
    from sh0.jobs.runs import Runs
    from sh0.stacks.releases import Releases
    from sh0.stacks.removal import StackRemoval
    from sh0.stacks.survey import Survey


class Stacks(Operations, domain="stacks"):
    """The services of Compose files, released and rolled back together."""

    tables = (STACKS, RELEASES)

    def __init__(
        self,
        context: "Context",
        releases: "Releases",
        survey: "Survey",
        removal: "StackRemoval",
        runs: "Runs[Release]",
        statuses: "AppStatuses",
    ) -> None:
        self._records, self._fleet = context.records, context.fleet
        self._settings, self._work = context.settings, context.home.work
        self._releases, self._survey, self._removal = releases, survey, removal
        self._runs, self._app_status = runs, statuses.of

    @operation("POST /stacks/files", effect=Effect.WRITE, scope=Scope.STACKS)
    def receive(self, archive: IO[bytes]) -> str:
        """Take in an archive of a folder with Compose files (tar, tar.gz or zip), as `sh0.pack` makes them.

        Returns what `plan` and `up` take as `archive`; it is kept for an hour.

        Args:
            archive: The archive, to be read to its end.

        Raises:
            BadArchive: It is larger than this platform accepts.
        """
        return receive_archive(archive, self._work, self._settings.upload_limit)

    @operation("POST /stacks/plan", effect=Effect.READ, scope=Scope.STACKS, body=FILES)
    def plan(
        self,
        archive: ReceivedArchive,
        *,
        stack: StackName | None = None,
        files: tuple[RelativePath, ...] = (),
        variables: Mapping[EnvName, str | Secret] | None = None,
        profiles: tuple[str, ...] = (),
        allow: tuple[PermissionText, ...] = (),
        server: ServerName | None = None,
    ) -> StackPlan:
        """Show what `up` would do, with what needs a permission and what is not honoured. Nothing is touched.

        Args:
            archive: What `receive` returned.
            stack: Name of the stack; the project's own when left out.
            files: The Compose files, merged in order; the usual names are looked for when left out.
            variables: Variables for the files.
            profiles: Profiles that are on.
            allow: What the operator allows the stack: kinds of permissions, alone or with a colon and a subject.
            server: Server that a new stack runs on, this machine when left out; one that is there stays where it is.

        Raises:
            BadArchive: The archive is not there any more.
            Cancelled: The platform is closing.
            Invalid: The files cannot be right; the message says where.
            NotFound: There is no such server.
            WrongState: The stack runs on another server.
            EngineUnavailable: The engine of its server does not answer.
        """
        request = UpRequest(stack or "", files, as_secrets(variables), profiles, frozenset(allow), server=server)
        return self._releases.plan_archive(archive, request)

    @operation("POST /stacks", effect=Effect.WRITE, scope=Scope.STACKS, body=FILES)
    def up(
        self,
        archive: ReceivedArchive,
        *,
        stack: StackName | None = None,
        files: tuple[RelativePath, ...] = (),
        variables: Mapping[EnvName, str | Secret] | None = None,
        profiles: tuple[str, ...] = (),
        allow: tuple[PermissionText, ...] = (),
        server: ServerName | None = None,
    ) -> Release:
        """Bring a stack to what its Compose files say: all of it, or nothing.

        Images come first. Services that can run twice are started next to the old ones, the others in their place, in
        the order of their dependencies; when all are healthy, all routes move at once.

        Args:
            archive: What `receive` returned.
            stack: Name of the stack; the project's own when left out.
            files: The Compose files, merged in order; the usual names are looked for when left out.
            variables: Variables for the files.
            profiles: Profiles that are on.
            allow: What the operator allows the stack: kinds of permissions, for all of a kind that the plan asks for,
                or with a colon and a subject. It needs host:write; each is remembered with its exact subject.
            server: Server that a new stack runs on, this machine when left out; one that is there stays where it is.

        Raises:
            BadArchive: The archive is not there any more.
            Cancelled: The platform is closing.
            Invalid: The files cannot be right; the message says where.
            Forbidden: They ask for what is not allowed.
            NameTaken: The name of the stack is in use.
            NotFound: There is no such server.
            WrongState: A release of the stack is running, or it runs on another server.
            EngineUnavailable: The engine of its server does not answer.
        """
        request = UpRequest(stack or "", files, as_secrets(variables), profiles, frozenset(allow), server=server)
        release = self._releases.up_archive(archive, request)
        (self._work / archive).unlink(missing_ok=True)
        return release

    @operation("GET /stacks", effect=Effect.READ, scope=Scope.STACKS)
    def list(self) -> tuple[Stack, ...]:
        """List the stacks."""
        return tuple(self._records[STACKS].where(order="name"))

    @operation("GET /stacks/{stack}", effect=Effect.READ, scope=Scope.STACKS)
    def get(self, stack: StackName) -> Stack:
        """Show one stack.

        Args:
            stack: Its name.

        Raises:
            NotFound: There is no such stack.
        """
        return self._records[STACKS].get(stack)

    @operation("GET /stacks/{stack}/status", effect=Effect.READ, scope=Scope.STACKS)
    def status(self, stack: StackName) -> StackStatus:
        """Show what the services of a stack are doing.

        Args:
            stack: Its name.

        Raises:
            NotFound: There is no such stack.
            EngineUnavailable: The engine of its server does not answer.
        """
        record = self._records[STACKS].get(stack)
        live = self._records[RELEASES].find(record.live) if record.live else None
        services = []
        for each in live.services if live else ():
            if self._records[APPS].find(each.app) is not None:
                now = self._app_status(each.app)
                urls, count = now.urls, sum(i.deployment == now.deployment for i in now.instances)
                services.append(
                    ServiceStatus(each.service, each.app, now.state, now.deployment, each.image, urls, count)
                )
        running = next((r.id for r in self._records[RELEASES].where(stack=stack, state="running")), None)
        return StackStatus(stack, record.live, running, tuple(services))

    @operation("GET /stacks/{stack}/releases", effect=Effect.READ, scope=Scope.STACKS)
    def releases(self, stack: StackName, *, limit: Count = 20) -> tuple[Release, ...]:
        """List the releases of a stack, newest first.

        Args:
            stack: Its name.
            limit: At most so many.

        Raises:
            NotFound: There is no such stack.
        """
        return self._runs.list(stack, limit)

    @operation("GET /stacks/{stack}/releases/{release}", effect=Effect.READ, scope=Scope.STACKS)
    def release(self, stack: StackName, release: str) -> Release:
        """Show one release.

        Args:
            stack: Name of the stack.
            release: Its id, as in shop.3, or its number.

        Raises:
            NotFound: The stack has no such release.
        """
        return self._runs.get(stack, release)

    @operation("GET /stacks/{stack}/releases/{release}/wait", effect=Effect.READ, scope=Scope.STACKS)
    def wait(self, stack: StackName, release: str, *, timeout: Seconds = 3600.0) -> Release:
        """Wait until a release is live.

        Args:
            stack: Name of the stack.
            release: Its id.
            timeout: Seconds to wait at most.

        Raises:
            NotFound: There is no such stack, or it has no such release.
            DeploymentFailed: It ended otherwise, or not in time.
        """
        return self._runs.wait(stack, release, timeout)

    @operation("GET /stacks/{stack}/releases/{release}/follow", effect=Effect.READ, scope=Scope.STACKS)
    def follow(self, stack: StackName, release: str, *, since: Number = 0) -> Iterator[DeploymentEvent]:
        """Read the log of a release from its beginning, and go on until it has ended.

        Args:
            stack: Name of the stack.
            release: Its id.
            since: So many lines are left out: those that were read before.

        Raises:
            NotFound: There is no such stack, or it has no such release.
        """
        return self._runs.follow(stack, release, since)

    @operation("POST /stacks/{stack}/releases/{release}/cancel", effect=Effect.WRITE, scope=Scope.STACKS)
    def cancel(self, stack: StackName, release: str) -> None:
        """Cancel a release that runs; the stack goes on serving as before.

        Args:
            stack: Name of the stack.
            release: Its id.

        Raises:
            NotFound: There is no such stack, or it has no such release.
            WrongState: It has ended.
        """
        self._runs.cancel(stack, release)

    @operation("GET /stacks/{stack}/compare", effect=Effect.READ, scope=Scope.STACKS)
    def compare(self, stack: StackName, *, to: str | None = None) -> tuple[ServiceChange, ...]:
        """Show what a rollback would change. Values of variables stay unsaid.

        Args:
            stack: Name of the stack.
            to: Id of the release to return to; when left out, the last release that can run and differs from
                what serves now, by its images or else by its settings.

        Raises:
            NotFound: There is no such release, or none before.
            WrongState: That release never went live, or no earlier one differs.
            ImageUnavailable: An image of it is no longer on the server.
        """
        moves = self._moves(stack, self._target(stack, to))
        found = []
        for move in moves.all:
            changes: tuple[Change, ...] = ()
            if move.live and move.origin and move.action is not Action.UNCHANGED:
                deployments = self._records[DEPLOYMENTS]
                changes = deployment_planner.compare(deployments.get(move.live), deployments.get(move.origin))
            found.append(ServiceChange(move.service, move.action, changes))
        return (*found, *(ServiceChange(service, Action.REMOVE, ()) for service, _ in moves.removed))

    @operation("POST /stacks/{stack}/rollback", effect=Effect.WRITE, scope=Scope.STACKS)
    def rollback(self, stack: StackName, *, to: str | None = None) -> Release:
        """Bring an earlier release back: images, settings, variables and host names of all services together.

        Nothing is built or pulled. Volumes stay as they are, always; jobs are not run again.

        Args:
            stack: Name of the stack.
            to: Id of the release to return to; when left out, the last release that can run and differs from
                what serves now, by its images or else by its settings.

        Raises:
            NotFound: There is no such release, or none before.
            WrongState: That release never went live, no earlier one differs, or another is running.
            ImageUnavailable: An image of it is no longer on the server.
        """
        record, found = self._records[STACKS].get(stack), self._target(stack, to)
        return self._releases.back(record, found, lambda: self._moves(stack, found))

    @operation("GET /stacks/{stack}/volumes", effect=Effect.READ, scope=Scope.STACKS)
    def volumes(self, stack: StackName) -> tuple[StackVolume, ...]:
        """List the volumes of a stack, those that its services do not mount any more among them.

        Args:
            stack: Its name.

        Raises:
            NotFound: There is no such stack.
            EngineUnavailable: The engine of its server does not answer.
        """
        self._records[STACKS].get(stack)
        used: dict[str, list[str]] = {}
        for service, each in self._survey.existing(stack).items():
            spec = each.live.snapshot.container if each.live else None
            for mount in spec.mounts if spec else ():
                if isinstance(mount, NamedMount):
                    used.setdefault(mount.source, []).append(service)
        return tuple(StackVolume(name, tuple(used.get(name, ()))) for name in self._removal.volumes(stack))

    @operation("DELETE /stacks/{stack}", effect=Effect.DESTROY, scope=Scope.STACKS)
    def delete(self, stack: StackName, *, volumes: bool = False) -> None:
        """Delete a stack: its services, host names, images that were built for it, network and history.

        Its volumes stay, and a stack of the same name finds them again, unless they are asked for.

        Args:
            stack: Its name.
            volumes: Delete its volumes as well, with everything in them. There is no way back.

        Raises:
            NotFound: There is no such stack.
            WrongState: A release of it is running.
            EngineUnavailable: The engine of its server does not answer.
            ProxyUnavailable: The proxy of its server does not answer.
        """
        self._records[STACKS].get(stack)
        with self._releases.held(stack):
            self._removal.remove(stack, volumes=volumes)

    def _moves(self, stack: str, target: Release) -> Moves:
        ids = [each.deployment for each in target.services if each.deployment is not None]
        deployments = {each: self._records[DEPLOYMENTS].get(each) for each in ids}
        return backwards(target, deployments, self._survey.existing(stack))

    def _target(self, stack: str, to: str | None) -> Release:
        record = self._records[STACKS].get(stack)
        if record.live is None:
            raise WrongState(f"{stack} has no release yet", hint="Bring it up first.")
        live = self._records[RELEASES].get(record.live)
        command = f"sh0 compose rollback {stack}"
        return target(self._runs, live, to, self._served, self._problem, "release", command)

    def _problem(self, release: Release) -> ImageUnavailable | None:
        """Why a release cannot be brought back, or None."""
        runtime = self._fleet.at(self._records[STACKS].get(release.stack).server).runtime
        for move in self._moves(release.stack, release).all:
            if move.action is not Action.UNCHANGED and runtime.image(move.image) is None:
                return ImageUnavailable(
                    f"the image of {move.service} in {release.id} is no longer on the server",
                    hint=stack_again(release.stack),
                )
        return None

    def _served(self, releases: Sequence[Release]) -> Iterator[Served]:
        """Releases as the rollback's target is chosen among them: their images, and what their services run with."""
        for each in releases:
            ids = {service.service: service.deployment for service in each.services if service.deployment is not None}
            deployments = {name: self._records[DEPLOYMENTS].get(identity) for name, identity in ids.items()}
            back = None
            if each.reason is ReleaseReason.ROLLBACK:
                earlier = (other for other in releases if other.number < each.number)
                back = next((other.id for other in earlier if _same_request(other, each)), None)
            images = {name: deployment.image for name, deployment in deployments.items()}
            settings = {name: deployment.snapshot for name, deployment in deployments.items()}
            yield Served(each.id, each.number, images, settings, back)


def _same_request(one: Release, other: Release) -> bool:
    """Whether two releases are of the same files, variables and profiles, as a rollback and its target are."""
    return (one.files, one.variables, one.profiles) == (other.files, other.variables, other.profiles)
