"""The composition root: the only module that knows every part, and that imports adapters."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import attrs

from sh0 import codec
from sh0 import settings as settings_file
from sh0.access.credentials import Credentials
from sh0.access.operations import Keys, Tokens
from sh0.apps.limits import default_memory_of
from sh0.apps.operations import Apps
from sh0.apps.removal import AppRemoval
from sh0.builds.engine import BuildEngine
from sh0.certificates.authority import LocalAuthority
from sh0.checking.confined import CheckedTrees, check_confined
from sh0.deployments.cleaning import Cleaning
from sh0.deployments.last_lines import LastLines
from sh0.deployments.operations import Deployments
from sh0.deployments.pipeline import Pipeline
from sh0.deployments.queue import DeploymentQueue
from sh0.deployments.reconciler import Reconciler
from sh0.deployments.run import Workbench
from sh0.deployments.sources import Sources
from sh0.deployments.worker import Worker
from sh0.detecting import Detector
from sh0.domains.operations import Domains
from sh0.environment.operations import Environment
from sh0.errors import Undecryptable
from sh0.git.operations import Git
from sh0.home import Home, default_home, new_id
from sh0.jobs.log import Logs
from sh0.journal.journal import Journal
from sh0.journal.operations import Audit, Events
from sh0.operations import Gate, Operations
from sh0.platform import TABLES, Platform
from sh0.plugins import EventPump, Plugins
from sh0.plugins.operations import PluginList
from sh0.ports.builder import Builder
from sh0.ports.clock import Clock, SystemClock
from sh0.ports.confinement import Confinement
from sh0.ports.link import ServerLink
from sh0.ports.proxy import Proxy
from sh0.ports.runtime import Runtime
from sh0.projects.operations import Projects
from sh0.records.app import DEFAULT_PROJECT
from sh0.records.deployment import DeploymentEvent
from sh0.records.older_homes import upgrade_secrets
from sh0.records.project import PROJECTS, Project
from sh0.repositories.repository import Repositories
from sh0.servers.operations import Servers
from sh0.serving.addresses import subnets
from sh0.serving.rollout import Rollout
from sh0.settings import Settings
from sh0.stacks.images import StackImages
from sh0.stacks.operations import Stacks
from sh0.stacks.releases import Releases
from sh0.stacks.releasing import ReleaseBench
from sh0.stacks.removal import StackRemoval
from sh0.stacks.survey import Survey
from sh0.store import Database, HomeLock, Keyring, Records
from sh0.system.operations import System
from sh0.templates.catalogue import Catalogue
from sh0.templates.operations import Templates

_GRACE = 10.0  # seconds that deployments may take to stop; one that still drains then is finished at the next start


@attrs.frozen
class Ports:
    """The world outside, as one server offers it."""

    runtime: Runtime
    builder: Builder
    proxy: Proxy
    link: ServerLink
    clock: Clock
    confinement: Confinement
    close: Callable[[], None] = lambda: None
    guard: Callable[[], str | None] = lambda: None
    unguard: Callable[[], None] = lambda: None


def local_ports(home: Home, home_id: str, settings: Settings) -> Ports:
    """The engine, the proxy and the clock of this machine."""
    from sh0.adapters.confined import WorkerProcesses
    from sh0.adapters.docker import DockerBuilder, DockerRuntime
    from sh0.adapters.haproxy.proxy import HaproxyProxy
    from sh0.adapters.host_guard import HostGuard
    from sh0.adapters.local import LocalLink
    from sh0.ports.proxy import ProxySettings

    link = LocalLink()
    guard, isolated = HostGuard(home_id, (settings.http_port, settings.https_port)), settings.isolate_host
    runtime = DockerRuntime(home_id, link, settings.engine, guard.apply if isolated else guard.lift)
    proxy_settings = ProxySettings(
        image=settings.proxy_image,
        bind=settings.bind,
        http_port=settings.http_port,
        https_port=settings.https_port,
        drain_timeout=settings.drain_timeout,
        header_limit=settings.header_limit,
    )
    proxy = HaproxyProxy(runtime, link, home.proxy, proxy_settings, f"sh0-{home_id}-proxy")

    def build_network() -> str:
        # Projects take theirs from the other end of the pool.
        candidates = reversed(list(subnets(settings.subnet_pool, ())))
        return runtime.ensure_network(f"sh0-{home_id}-builds", {"sh0.kind": "network"}, candidates).name

    def keep_guarded() -> str | None:
        return guard.apply([network.subnet for network in runtime.networks()]) if isolated else None

    builder = DockerBuilder(home_id, link, settings.engine, build_network if isolated else None)

    def close() -> None:
        builder.close()
        runtime.close()

    return Ports(runtime, builder, proxy, link, SystemClock(), WorkerProcesses(), close, keep_guarded, guard.remove)


MakePorts = Callable[[Home, str, Settings], Ports]


@attrs.frozen
class Core:
    """An opened platform, with the parts that the daemon needs beside the operations."""

    platform: Platform
    home: Home
    home_id: str
    settings: Settings
    plugins: Plugins
    credentials: Credentials
    repositories: Repositories
    records: Records
    journal: Journal
    ports: Ports
    start: Callable[[], None]


def compose(
    home: Home,
    settings: Settings | None = None,
    *,
    ports: MakePorts = local_ports,
    plugins: Iterable[object] = (),
) -> Core:
    """Open a home and put the platform together. Nothing runs before `Core.start` is called.

    Raises:
        HomeInUse: Another process has the home open.
        Undecryptable: Its master key does not belong to its database.
        Corrupt: Its database, key or settings cannot be read.
    """
    home.prepare()
    lock = HomeLock(home.path)
    try:
        return _composed(home, lock, settings, ports, plugins)
    except BaseException:
        lock.release()
        raise


def _composed(
    home: Home, lock: HomeLock, settings: Settings | None, make_ports: MakePorts, extra: Iterable[object]
) -> Core:
    if settings is None:
        settings = settings_file.load(home.path)
    else:
        settings_file.save(home.path, settings)
    records, home_id = _open_records(home)
    p = make_ports(home, home_id, settings)
    plugins = Plugins(extra)
    journal = Journal(records, p.clock)
    pump = EventPump(plugins)
    journal.listen(pump)
    logs = Logs(home.logs, p.clock, DeploymentEvent)
    closing = threading.Event()
    repositories = Repositories(home.repositories, home.known_hosts)
    default_memory = default_memory_of(settings, p.runtime)
    queue = DeploymentQueue(records, logs, journal, p.clock, home.work, default_memory)
    last_lines = LastLines(home.logs, p.runtime, records)
    rollout = Rollout(records, p.runtime, p.proxy, p.link, settings, p.clock, home_id, last_lines.keep)
    sources = Sources(repositories, records, home.work, home.known_hosts, settings)
    engine = BuildEngine(p.builder, p.runtime, records, settings, p.clock, home_id)
    plugins.recipes()  # those of a plugin that fails are said to be missing from the beginning
    detector = Detector(plugins)
    bench = Workbench(
        records,
        queue,
        logs,
        journal,
        p.clock,
        sources,
        engine,
        p.runtime,
        rollout,
        p.confinement,
        detector,
        CheckedTrees(check_confined),
        home.work,
        closing.is_set,
    )
    pipeline = Pipeline(bench)
    worker = Worker(queue, pipeline)
    survey = Survey(records, p.runtime, settings, home_id, home.path, default_memory)
    images = StackImages(p.runtime, engine, detector)
    releasing = ReleaseBench(
        records,
        queue,
        logs,
        journal,
        p.clock,
        images,
        p.confinement,
        rollout,
        survey,
        worker.app_lock,
        home.work,
        closing.is_set,
    )
    releases = Releases(releasing, logs, settings, home.work, home_id)
    cleaning = Cleaning(
        records,
        p.runtime,
        home.work,
        repositories,
        settings.keep_deployments,
        lambda: worker.busy() | releases.busy(),
    )
    app_removal = AppRemoval(records, rollout, p.runtime, repositories, logs, last_lines)
    stack_removal = StackRemoval(records, app_removal, p.runtime, logs, journal, worker.app_lock, home_id)
    reconciler = Reconciler(records, p.runtime, p.proxy, rollout, pipeline, worker, journal, cleaning, queue, p.guard)
    credentials = Credentials(records, p.clock)
    gate = Gate(codec.check_arguments, codec.for_audit, journal.audit, current=credentials.current)
    apps = Apps(
        records,
        queue,
        rollout,
        p.runtime,
        repositories,
        journal,
        settings,
        p.clock,
        worker.app_lock,
        app_removal,
        last_lines,
    )
    domains: tuple[Operations, ...] = (
        Projects(records, p.runtime, p.clock, home_id),
        apps,
        Environment(records, queue),
        Domains(records, rollout, LocalAuthority(home.authority, p.clock), p.clock),
        Deployments(records, queue, logs, cleaning, home.work, settings),
        Git(records, queue, logs, p.clock, repositories),
        Servers(records, p.runtime, p.proxy),
        Keys(records, p.clock),
        Tokens(records, p.clock),
        Events(records, journal),
        Audit(records),
        PluginList(plugins),
        System(
            *(records, settings, p.clock, home_id, lambda: reconciler.problem, lambda: reconciler.unguarded),
            lambda: tuple(each.name for each in plugins.frontends(settings)),
        ),
        Templates(records, releases, Catalogue(plugins.templates())),
        Stacks(records, releases, survey, stack_removal, p.runtime, logs, settings, home.work, apps.status),
    )

    def start() -> None:
        if records[PROJECTS].find(DEFAULT_PROJECT) is None:
            records[PROJECTS].insert(Project(DEFAULT_PROJECT, f"sh0-{home_id}-{DEFAULT_PROJECT}", None, p.clock.now()))
        cut_off = releases.unfinished()
        reconciler.recover()
        releases.settle(cut_off)
        reconciler.start()
        worker.start()

    def close() -> None:
        closing.set()
        reconciler.stop()
        releases.stop(_GRACE)
        worker.stop(_GRACE)
        logs.close()
        journal.close()
        pump.stop()
        records.database.close()
        p.close()
        lock.release()

    platform = Platform({operations.domain: operations.behind(gate) for operations in domains}, close)
    return Core(
        platform,
        home,
        home_id,
        settings,
        plugins,
        credentials,
        repositories,
        records,
        journal,
        p,
        start,
    )


def _open_records(home: Home) -> tuple[Records, str]:
    fresh = not home.database.exists()
    if not fresh and not home.master_key.exists():
        raise Undecryptable(
            f"the master key {home.master_key} is missing",
            hint="Restore the master.key that belongs to this sh0.db.",
        )
    keyring = Keyring.load(home.master_key)
    database = Database(home.database, keyring)
    try:
        records = Records(database)
        upgrade_secrets(records, TABLES)
        return records, _identity(database, keyring)
    except BaseException:
        database.close()
        raise


def _identity(database: Database, keyring: Keyring) -> str:
    """The id of a home; a new one gets one. Fails when its key and its database do not belong together."""
    facts = {row["name"]: row["value"] for row in database.query("select name, value from facts")}
    if "id" not in facts:
        facts = {"id": new_id(), "probe": keyring.probe()}
        with database.transaction():
            for name, value in facts.items():
                database.execute("insert into facts values (:name, :value)", {"name": name, "value": value})
    keyring.fits(facts["probe"])
    return str(facts["id"])


def open(home: str | Path | None = None, settings: Settings | None = None) -> Platform:
    """Open a platform in this process: the whole of it, embedded in your program.

    Args:
        home: Its folder; ``$SH0_HOME`` or the usual place when left out. It is made when it is new.
        settings: How it is set up; as it was last time when left out.

    Raises:
        HomeInUse: The daemon, or another program, has it open; use `connect` then.
        EngineUnavailable: There is no Docker Engine.
    """
    core = compose(Home(home or default_home()), settings)
    core.start()
    return core.platform
