"""Operations on apps."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from sh0.apps.cloned_app import ClonedApp
from sh0.apps.process_changes import HealthOptions, demand_processes, of_process, scaling
from sh0.apps.rename_plan import RenamePlan
from sh0.errors import InvalidValue, WrongState
from sh0.log_values import FieldMatch, LogAge, LogSize, age_in_seconds
from sh0.logs.levels import LogLevel
from sh0.logs.query import Query
from sh0.operations import Effect, Operations, Scope, operation
from sh0.ports.runtime import LogLine
from sh0.ports.terminal import Terminal
from sh0.process_values import ReplicaCount, ShellLine, StopSeconds
from sh0.records.app import APPS, DEFAULT_PROJECT, WEB, App, AppProcesses, AppStatus, HealthCheck, HealthMode, Resources
from sh0.records.build import BUILDS
from sh0.records.deployment import (
    DEPLOYMENTS,
    PLACEMENTS,
    ConfiguredApp,
    Deployment,
    Placement,
    Reason,
)
from sh0.records.former_name import FORMER_NAMES
from sh0.records.project import PROJECTS
from sh0.rules.configuration import ChecksMode
from sh0.serving.coexistence import reasons_to_recreate
from sh0.serving.limits import demand_cores
from sh0.serving.next_settings import changed_app, changed_snapshot
from sh0.serving.volumes import demand_one_writer, with_image_volumes
from sh0.values import (
    LOCAL,
    AppName,
    Branch,
    Cells,
    Count,
    Cpus,
    MemoryLimit,
    Port,
    ProcessName,
    ProjectName,
    ReadinessSeconds,
    RelativePath,
    Replicas,
    ServerName,
    StageName,
    UrlPath,
    Words,
)

if TYPE_CHECKING:
    from sh0.apps.parts import AppParts
    from sh0.apps.statuses import AppStatuses
    from sh0.context import Context
    from sh0.deployments.queue import DeploymentQueue


class Apps(Operations, domain="apps"):
    """Apps: what is deployed."""

    tables = (APPS, FORMER_NAMES, PLACEMENTS, BUILDS)
    migrations = "sh0.apps.migrations:migrations"

    def __init__(
        self, context: "Context", queue: "DeploymentQueue", statuses: "AppStatuses", parts: "AppParts"
    ) -> None:
        self._records, self._fleet, self._clock = context.records, context.fleet, context.clock
        self._queue, self._statuses, self._parts = queue, statuses, parts

    @operation("POST /apps", effect=Effect.WRITE, scope=Scope.APPS)
    def create(
        self,
        name: AppName,
        *,
        project: ProjectName = DEFAULT_PROJECT,
        port: Port | None = None,
        branch: Branch = "main",
        root: RelativePath = "",
        dockerfile: RelativePath = "Dockerfile",
        replicas: ReplicaCount = 1,
        server: ServerName = LOCAL,
    ) -> App:
        """Create an app that is ready for its first deployment.

        Args:
            name: Unique on this platform; the app's first host name is made from it.
            project: Project whose network the app is on.
            port: Port that the app listens on inside its container; found out from source or image when left out.
            branch: A push of this branch deploys.
            root: Folder of the repository that is built.
            dockerfile: Path of its Dockerfile below that folder, if it has one.
            replicas: How many containers serve it.
            server: Server that it runs on.

        Raises:
            NameTaken: There is an app of that name, or its host name leads elsewhere.
            NotFound: There is no such project, or no such server.
        """
        self._records[PROJECTS].get(project)
        self._fleet.at(server)
        return self._parts.creation.create(
            App(
                *(name, project, 0, port, branch, root, dockerfile, replicas, Resources(), HealthCheck(), False, None),
                created=self._clock.now(),
                server=server,
            )
        )

    @operation("POST /apps/{app}/clone", effect=Effect.WRITE, scope=Scope.APPS)
    def clone(self, app: AppName, name: AppName, *, variables: bool = False) -> ClonedApp:
        """Make an app with the settings of another one: a place to try things.

        It has its processes, limits, health checks, jobs (suspended) and volumes (empty), and a host name, repository
        and history of its own. It runs nothing until it is deployed to; the answer says how.

        Args:
            app: Name of the app whose settings it gets.
            name: What the new one is called.
            variables: Whether it gets the variables too, those of builds as well. It takes the right to change them.

        Raises:
            NotFound: There is no such app.
            NameTaken: There is an app of the new name, or its host name leads elsewhere.
            WrongState: It is a service of a stack.
            Forbidden: The caller is confined to an app, or may not read the variables that it asks for.
        """
        return self._parts.creation.clone(self._records[APPS].get(app), name, variables=variables)

    @operation("GET /apps/{app}/rename", effect=Effect.READ, scope=Scope.APPS)
    def plan_rename(self, app: AppName, name: AppName, *, keep_host: bool = True) -> RenamePlan:
        """Show what another name would change of an app: host names, repository, credentials.

        Args:
            app: Name of the app.
            name: The name that it would get.
            keep_host: Whether the host name made from its present name would go on leading to it.

        Raises:
            NotFound: There is no such app.
            InvalidValue: It has that name.
            NameTaken: Another app has it, or its host name, or something is left of one that was deleted.
            WrongState: It is a service of a stack.
            Forbidden: The caller is confined to an app.
        """
        return self._parts.renaming.plan(app, name, keep_host=keep_host)

    @operation("POST /apps/{app}/rename", effect=Effect.WRITE, scope=Scope.APPS)
    def rename(self, app: AppName, name: AppName, *, keep_host: bool = True) -> App:
        """Give an app another name. What serves it goes on serving, in the same containers.

        Variables, volumes, host names, history, logs and the repository go with it, and tokens and keys that are
        confined to it. Deployments and commands that there are keep their ids.

        Args:
            app: Name of the app.
            name: The name that it gets.
            keep_host: Whether the host name made from its present name goes on leading to it, until it is removed.

        Raises:
            NotFound: There is no such app.
            InvalidValue: It has that name.
            NameTaken: Another app has it, or its host name, or something is left of one that was deleted.
            WrongState: It is a service of a stack, or a deployment or a command of it is under way.
            Forbidden: The caller is confined to an app.
            Unavailable: It is renamed, and its repository or its logs cannot be moved yet.
        """
        return self._parts.renaming.rename(app, name, keep_host=keep_host)

    @operation("GET /apps", effect=Effect.READ, scope=Scope.APPS, belongs_to=lambda app: app.name)
    def list(self, *, project: ProjectName | None = None) -> tuple[App, ...]:
        """List the apps.

        Args:
            project: Only those of this project.
        """
        apps = self._records[APPS].where(order="name")
        return tuple(app for app in apps if project is None or app.project == project)

    @operation("GET /apps/{app}", effect=Effect.READ, scope=Scope.APPS)
    def get(self, app: AppName) -> App:
        """Show the settings of one app.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
        """
        return self._records[APPS].get(app)

    @operation("GET /apps/{app}/status", effect=Effect.READ, scope=Scope.APPS)
    def status(self, app: AppName) -> AppStatus:
        """Show what an app is doing: its state, where it is reached, its containers.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
            EngineUnavailable: The engine of its server does not answer.
        """
        return self._statuses.of(app)

    @operation("GET /apps/{app}/processes", effect=Effect.READ, scope=Scope.APPS)
    def processes(self, app: AppName) -> AppProcesses:
        """Show the processes of an app and their containers: state, since when, restarts, CPU and memory now.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
            EngineUnavailable: The engine of its server does not answer.
        """
        return self._statuses.processes(app)

    @operation("PATCH /apps/{app}", effect=Effect.WRITE, scope=Scope.APPS)
    def configure(
        self,
        app: AppName,
        *,
        port: Port | None = None,
        branch: Branch | None = None,
        root: RelativePath | None = None,
        dockerfile: RelativePath | None = None,
        memory: MemoryLimit | None = None,
        cpus: Cpus | None = None,
        health_path: UrlPath | None = None,
        health_timeout: ReadinessSeconds | None = None,
        release: Words | None = None,
        checks: ChecksMode | None = None,
        process: ProcessName | None = None,
        health: HealthMode | None = None,
        health_port: Port | None = None,
        health_tcp: Port | None = None,
        health_command: ShellLine | None = None,
        stop_timeout: StopSeconds | None = None,
        target: StageName | None = None,
        log_keep: LogAge | None = None,
        log_size: LogSize | None = None,
    ) -> ConfiguredApp:
        """Change settings of an app, or of one process of it. What is left out stays.

        A live app is deployed with changes that concern it. Those become the app's own when that deployment is live.
        If it fails, they stay as they were.

        Args:
            app: Name of the app.
            port: Port that it listens on.
            branch: A push of this branch deploys.
            root: Folder of the repository that is built.
            dockerfile: Path of its Dockerfile below that folder.
            memory: What each container may use, as in 512m; 0 for no limit. The default is half of the machine.
            cpus: Cores' worth of time each may use; 0 for no limit.
            health_path: It must answer this path below 400 to count as ready.
            health_timeout: Seconds that a new container has to become ready.
            release: Command that a shell in a container of each new version runs before that one starts, such as the
                migrations of its database; empty for what the source says.
            checks: What findings do to a deployment: errors stop it (enforce), it goes on (warn), none are looked for
                (off).
            process: Only of this one of its processes: memory, cpus, health and stop_timeout. When left out, limits
                are those of all of them, and the rest is of web.
            health: How a container is asked whether it is ready: as it is by default, or not at all (none), which
                demands that it keeps running.
            health_port: Port that is asked for the health_path, instead of the one that gets the requests.
            health_tcp: Port that must accept connections, instead of asking over HTTP.
            health_command: What a shell in the container runs, and must end with exit code 0, instead.
            stop_timeout: Seconds that a container has to end by itself when it is stopped. The default is 10.
            target: Stage of its Dockerfile that is built; empty for the last. A version that was pushed is built anew.
            log_keep: How long lines that it prints are kept, as in 12h or 7d.
            log_size: Bytes that all of its lines may have, as in 100m; the oldest make room.

        Raises:
            NotFound: There is no such app, or it has no such process.
            InvalidValue: A limit is one that the engine does not take, or the health is asked for in two ways.
        """
        demand_cores(cpus, self._fleet.at(self._records[APPS].get(app).server))
        given = {"branch": branch, "root": root, "dockerfile": dockerfile, "checks": checks}
        stored: dict[str, object] = {name: value for name, value in given.items() if value is not None}
        demand_processes(*self._with_live(app), [] if process is None else [process])
        changes = of_process(
            process,
            HealthOptions(health, health_path, health_port, health_tcp, health_command),
            port=port,
            memory=memory,
            cpus=cpus,
            health_timeout=health_timeout,
            stop_timeout=stop_timeout,
        )
        changes = attrs.evolve(changes, release=release, target=target)
        with self._records.transaction():
            keep = None if log_keep is None else age_in_seconds(log_keep)
            stored["logs"] = self._records[APPS].get(app).logs.changed(keep, log_size)
            before = self._records[APPS].change(app, **stored)
            pending = self._queue.pending(app)
            changed = changed_app(changed_app(before, pending), changes) != changed_app(before, pending)
        deployment = self._queue.enqueue_settings(before, Reason.CONFIGURE, changes) if changed else None
        after = self._records[APPS].get(app)
        fields = {field.name: getattr(after, field.name) for field in attrs.fields(App)}
        return ConfiguredApp(**fields, deployment=deployment)

    @operation("POST /apps/{app}/scale", effect=Effect.WRITE, scope=Scope.DEPLOYMENTS)
    def scale(
        self,
        app: AppName,
        replicas: ReplicaCount | None = None,
        *,
        processes: Mapping[ProcessName, ReplicaCount] | None = None,
    ) -> Deployment | None:
        """Run processes of an app in other numbers of containers. They are the app's settings once they serve.

        Args:
            app: Name of the app.
            replicas: How many containers get its requests: those of the process web.
            processes: How many containers of each process, by its name; with 0 it is declared and does not run.

        Raises:
            NotFound: There is no such app, or it has no such process.
            InvalidValue: No number is given, or a service of a stack would have no container.
            WrongState: It is a service of a stack of which two cannot run, or has a volume that is not shared.
        """
        changes = scaling(replicas, processes or {})
        record, live = self._with_live(app)
        demand_processes(record, live, changes.processes)
        if record.stack is not None and changes.replicas == 0:
            raise InvalidValue(f"{app} is a service of a stack, which has a container", hint=f"Stop it: sh0 stop {app}")
        if record.stack is None:
            after = changed_snapshot(changed_snapshot(self._queue.snapshot(record), self._queue.pending(app)), changes)
            demand_one_writer(app, with_image_volumes(after, live.snapshot if live is not None else None))
        elif (changes.replicas or 0) > 1 and live is not None and (alone := reasons_to_recreate(live.snapshot)):
            raise WrongState(
                f"{app} cannot run in several containers: {'; '.join(alone)}",
                hint="If they can share it, say so in the Compose file: deploy.replicas.",
            )
        return self._queue.enqueue_settings(record, Reason.SCALE, changes)

    @operation("POST /apps/{app}/restart", effect=Effect.WRITE, scope=Scope.DEPLOYMENTS)
    def restart(self, app: AppName, *, process: ProcessName | None = None) -> Deployment:
        """Replace the containers of an app by fresh ones of the same version, without a gap.

        Args:
            app: Name of the app.
            process: Only the containers of this one of its processes; the others go on as they are.

        Raises:
            NotFound: There is no such app, or it has no such process.
            WrongState: The app was never live, or is stopped, or that process has no container.
            EngineUnavailable: The engine of its server does not answer.
        """
        return self._parts.lifecycle.restart(app, process)

    @operation("POST /apps/{app}/stop", effect=Effect.WRITE, scope=Scope.DEPLOYMENTS)
    def stop(self, app: AppName) -> None:
        """Stop an app. Its host names answer 503 until it is started again; nothing is lost.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
            WrongState: The app was never live.
            EngineUnavailable: The engine of its server does not answer.
            ProxyUnavailable: The proxy of its server does not answer.
        """
        self._parts.lifecycle.stop(app)

    @operation("POST /apps/{app}/start", effect=Effect.WRITE, scope=Scope.DEPLOYMENTS)
    def start(self, app: AppName) -> Deployment:
        """Start a stopped app with the version that served last.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
            WrongState: It was never live, or is not stopped.
            EngineUnavailable: The engine of its server does not answer.
            ProxyUnavailable: The proxy of its server does not answer.
        """
        return self._parts.lifecycle.start(app)

    @operation("DELETE /apps/{app}", effect=Effect.DESTROY, scope=Scope.APPS)
    def delete(self, app: AppName) -> None:
        """Delete an app: its containers, images, host names, variables, repository and history.

        Args:
            app: Name of the app.

        Raises:
            NotFound: There is no such app.
            WrongState: A deployment of it is under way, or it is a service of a stack.
            EngineUnavailable: The engine of its server does not answer.
            ProxyUnavailable: The proxy of its server does not answer.
        """
        self._parts.lifecycle.delete(app)

    @operation("GET /apps/{app}/logs", effect=Effect.READ, scope=Scope.APPS)
    def logs(
        self,
        app: AppName,
        *,
        tail: Count = 100,
        follow: bool = False,
        replica: Replicas | None = None,
        process: ProcessName | None = None,
        since: datetime | None = None,
        previous: bool = False,
        until: datetime | None = None,
        deployment: str | None = None,
        grep: str = "",
        regex: bool = False,
        level: LogLevel | None = None,
        fields: tuple[FieldMatch, ...] = (),
    ) -> Iterator[LogLine]:
        """Read what an app printed: all of its containers, those of earlier and of failed versions as well.

        Lines are in the order of their times, each with the process, the replica and the deployment it is from. How
        much is kept of an app is one of its settings.

        Args:
            app: Name of the app.
            tail: The last so many lines of those that are asked for.
            follow: Go on, with the next version as well, until the app is deleted.
            replica: Only this container of each process, from 1.
            process: Only this one of its processes; run for one-off commands.
            since: Only what was printed after that.
            previous: What the containers printed that were removed last: those of the previous version, or of one
                that failed.
            until: Only what was printed before that.
            deployment: Only what containers of this deployment printed.
            grep: Only lines with this text in them.
            regex: That text is a regular expression (RE2).
            level: Only lines that are at least this severe, by a field of theirs or a word at their beginning.
            fields: Only JSON objects with all of these fields, each as name=value: request_id=abc, http.status=500.

        Raises:
            NotFound: There is no such app, or no such container.
            WrongState: It is stopped, or has never been live, and has printed nothing.
            InvalidValue: What was removed cannot be followed, nor what was printed before a time; or the text is no
                regular expression.
            EngineUnavailable: Nothing is kept, and the engine of its server does not answer.
            Failed: There is so much of it that the search took too long.
        """
        query = Query(tail, since, until, process, replica, deployment, grep, regex, level, fields)
        return self._parts.logs.asked(app, query, follow=follow, previous=previous)

    @operation("POST /apps/{app}/terminal", effect=Effect.WRITE, scope=Scope.APPS)
    def terminal(
        self,
        app: AppName,
        *,
        command: tuple[Words, ...] = ("/bin/sh",),
        columns: Cells = 80,
        rows: Cells = 24,
        replica: Replicas = 1,
        process: ProcessName = WEB,
    ) -> Terminal:
        """Open a terminal in a container of an app.

        Args:
            app: Name of the app.
            command: Program and arguments to run there.
            columns: Width of the window.
            rows: Height of the window.
            replica: Which of its containers, from 1.
            process: Of which of its processes.

        Raises:
            NotFound: There is no such app, or no such container.
            WrongState: It is stopped, or has never been live.
            EngineUnavailable: The engine of its server does not answer.
        """
        placement = self._container(app, replica, process)
        runtime = self._fleet.at(placement.server).runtime
        return runtime.terminal(placement.container, command, columns=columns, rows=rows)

    def _with_live(self, app: str) -> tuple[App, Deployment | None]:
        record = self._records[APPS].get(app)
        return record, self._records[DEPLOYMENTS].get(record.live) if record.live else None

    def _container(self, app: str, replica: int, process: str) -> Placement:
        live = self._records[APPS].get(app).live
        for placement in self._records[PLACEMENTS].where(app=app, deployment=live, replica=replica, process=process):
            return placement
        raise self._parts.logs.absence(app, process, replica)
