"""The composition root: the only module that knows every part, and that imports adapters."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import attrs

from sh0 import codec
from sh0 import settings as settings_file
from sh0.access.credentials import Credentials
from sh0.access.operations import Keys, Tokens
from sh0.apps.log_source import AppLogs
from sh0.apps.operations import Apps
from sh0.apps.removal import AppRemoval
from sh0.apps.statuses import AppStatuses
from sh0.builds.engine import BuildEngine
from sh0.certificates.authority import LocalAuthority
from sh0.checking.confined import CheckedTrees, check_confined
from sh0.context import Context
from sh0.deployments.cleaning import Cleaning
from sh0.deployments.kind import DeploymentKind
from sh0.deployments.operations import Deployments
from sh0.deployments.queue import DeploymentQueue
from sh0.deployments.rebuilder import Rebuilder
from sh0.deployments.recovery import Recovery
from sh0.deployments.snapshots import Snapshots
from sh0.deployments.sources import Sources
from sh0.deployments.work import Inspection, Workbench
from sh0.detecting import Detector
from sh0.domains.operations import Domains
from sh0.environment.operations import Environment
from sh0.errors import Undecryptable
from sh0.git.operations import Git
from sh0.home import Home, default_home, new_id
from sh0.jobs.engine import Engine
from sh0.jobs.log import Logs
from sh0.jobs.scheduler import Scheduler
from sh0.jobs.schedules import Schedules
from sh0.journal.journal import Journal
from sh0.journal.operations import Audit, Events
from sh0.operations import Gate, Operations
from sh0.platform import TABLES, Platform
from sh0.plugins import EventPump, Plugins
from sh0.plugins.operations import PluginList
from sh0.ports.clock import Clock, SystemClock
from sh0.ports.confinement import Confinement
from sh0.projects.operations import Projects
from sh0.records.app import DEFAULT_PROJECT
from sh0.records.deployment import DeploymentEvent
from sh0.records.older_homes import upgrade_secrets
from sh0.records.project import PROJECTS, Project
from sh0.repositories.repository import Repositories
from sh0.servers.fleet import Fleet, ServerPorts
from sh0.servers.operations import Servers
from sh0.serving.app_states import AppStates
from sh0.serving.last_lines import LastLines
from sh0.serving.limits import DefaultMemory
from sh0.serving.reconcilers import Reconcilers
from sh0.serving.rollout import Rollout
from sh0.settings import Settings
from sh0.stacks.images import StackImages
from sh0.stacks.kind import ReleaseKind
from sh0.stacks.operations import Stacks
from sh0.stacks.releases import Releases
from sh0.stacks.removal import StackRemoval
from sh0.stacks.survey import Survey
from sh0.stacks.work import ReleaseBench
from sh0.store import Database, HomeLock, Keyring, Records
from sh0.system.operations import System
from sh0.templates.catalogue import Catalogue
from sh0.templates.operations import Templates
from sh0.work_folder import WorkFolder

_STOPPING = 5.0  # seconds that what runs at its times may take to end
_GRACE = 10.0  # seconds that deployments may take to stop; one that still drains then is finished at the next start


@attrs.frozen
class Ports:
    """The world outside this process.

    Attributes:
        servers: What each server offers; this machine is one.
        clock: Tells the time.
        confinement: Where foreign trees are looked at.
    """

    servers: Sequence[ServerPorts]
    clock: Clock
    confinement: Confinement


def real_ports(home: Home, home_id: str, settings: Settings) -> Ports:
    """This machine, its clock and processes of its own for foreign trees."""
    from sh0.adapters.confined import WorkerProcesses
    from sh0.adapters.this_machine import this_machine

    return Ports((this_machine(home, home_id, settings),), SystemClock(), WorkerProcesses())


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
    fleet: Fleet
    start: Callable[[], None]


def compose(
    home: Home,
    settings: Settings | None = None,
    *,
    ports: MakePorts = real_ports,
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
    ports = make_ports(home, home_id, settings)
    fleet, clock = Fleet(ports.servers), ports.clock
    plugins = Plugins(extra)
    journal = Journal(records, clock)
    pump = EventPump(plugins)
    journal.listen(pump)
    logs = Logs(home.logs, clock, DeploymentEvent)
    context = Context(
        home=home,
        home_id=home_id,
        settings=settings,
        records=records,
        clock=clock,
        journal=journal,
        fleet=fleet,
        work=WorkFolder(home.work),
    )
    repositories = Repositories(home.repositories, home.known_hosts)
    default_memory = DefaultMemory(settings, fleet)
    snapshots = Snapshots(records, default_memory)
    last_lines = LastLines(context)
    rollout = Rollout(context, last_lines.keep)
    sources = Sources(context, repositories)
    engine = BuildEngine(context)
    plugins.recipes()  # those of a plugin that fails are said to be missing from the beginning
    detector = Detector(plugins)
    inspection = Inspection(ports.confinement, detector, CheckedTrees(check_confined))
    bench = Workbench(snapshots, sources, engine, fleet, rollout, inspection)
    kind = DeploymentKind(context, logs, bench)
    queue = DeploymentQueue(context, kind, snapshots)
    deployments = Engine(context, kind, queue)
    survey = Survey(context, default_memory)
    images = StackImages(engine, detector)
    releasing = ReleaseBench(deployments, images, ports.confinement, rollout, survey)
    release_engine = Engine(context, ReleaseKind(context, logs, releasing))
    releases = Releases(context, releasing, release_engine)
    cleaning = Cleaning(context, repositories, lambda: deployments.busy() | releases.busy())
    app_removal = AppRemoval(context, rollout, repositories, logs, last_lines)
    stack_removal = StackRemoval(context, app_removal, logs)
    states = AppStates(context)
    reconcilers = Reconcilers(context, rollout, Rebuilder(context, queue), states.due)
    recovery = Recovery(context, deployments, reconcilers, rollout, cleaning)
    credentials = Credentials(records, clock)
    entries = (*reconcilers.entries(), *cleaning.entries(), states.entry())
    scheduler = Scheduler(entries, records, clock, journal, reconcilers.redacted)
    gate = Gate(codec.check_arguments, codec.for_audit, journal.audit, current=credentials.current)
    domains: tuple[Operations, ...] = (
        Projects(context),
        Apps(context, queue, rollout, repositories, app_removal, AppLogs(records, fleet, last_lines)),
        Environment(records, queue),
        Domains(context, rollout, LocalAuthority(home.authority, clock)),
        Deployments(context, queue, deployments.runs, cleaning),
        Git(context, queue, deployments.runs, repositories),
        Servers(records, fleet),
        Keys(context),
        Tokens(context),
        Events(records, journal),
        Audit(records),
        Schedules(scheduler),
        PluginList(plugins),
        System(context, reconcilers, plugins),
        Templates(context, releases, Catalogue(plugins.templates()), ports.confinement),
        Stacks(context, releases, survey, stack_removal, release_engine.runs, AppStatuses(context)),
    )

    def start() -> None:
        if records[PROJECTS].find(DEFAULT_PROJECT) is None:
            records[PROJECTS].insert(Project(DEFAULT_PROJECT, f"sh0-{home_id}-{DEFAULT_PROJECT}", {}, clock.now()))
        found = release_engine.unfinished()
        recovery.start()
        release_engine.recover(found)
        reconcilers.start()
        scheduler.start()
        deployments.start()

    def close() -> None:
        context.shutdown.begin()
        reconcilers.close()
        scheduler.stop(_STOPPING)
        release_engine.close(_GRACE)
        deployments.close(_GRACE)
        context.work.close(_GRACE)
        logs.close()
        journal.close()
        pump.stop()
        records.database.close()
        fleet.close()
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
        ports,
        fleet,
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
