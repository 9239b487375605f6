"""The composition root: opens a home, and puts a platform together on it."""

from collections.abc import Callable, Iterable
from pathlib import Path

import attrs

from sh0 import codec
from sh0 import settings as settings_file
from sh0.access.credentials import Credentials
from sh0.assembly import Lifecycle, Part
from sh0.audited import for_audit
from sh0.context import Context
from sh0.domain_classes import DOMAINS
from sh0.home import Home, default_home
from sh0.home_records import open_records
from sh0.journal.journal import Journal
from sh0.operations import Gate
from sh0.outside import Ports
from sh0.platform import Platform
from sh0.plugins import EventPump, Plugins
from sh0.ports.sinks import Sinks
from sh0.repositories.repository import Repositories
from sh0.servers.fleet import Fleet
from sh0.settings import Settings
from sh0.shutdown import Shutdown
from sh0.store import HomeLock
from sh0.wiring import lifecycle, parts_of
from sh0.work_folder import WorkFolder


def real_ports(home: Home, home_id: str, settings: Settings) -> Ports:
    """This machine, its clock, processes of their own for foreign trees, and the network."""
    from sh0.adapters.confined import WorkerProcesses
    from sh0.adapters.outgoing import HttpCalls
    from sh0.adapters.this_machine import this_machine
    from sh0.ports.clock import SystemClock

    return Ports((this_machine(home, home_id, settings),), SystemClock(), WorkerProcesses(), HttpCalls(), _sinks)


def _sinks() -> Sinks:
    from sh0.adapters.sinks import RealSinks

    return RealSinks()


MakePorts = Callable[[Home, str, Settings], Ports]


@attrs.frozen
class Core:
    """An opened platform, with the parts that the daemon needs besides the operations.

    Attributes:
        platform: The operations.
        context: What every part works with.
        plugins: What is installed.
        credentials: Who a caller is.
        repositories: The apps' own repositories.
        ports: The world outside.
        start: Starts every part.
    """

    platform: Platform
    context: Context
    plugins: Plugins
    credentials: Credentials
    repositories: Repositories
    ports: Ports
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
        InvalidValue: A setting has a value that it cannot have.
    """
    home.prepare()
    lock = HomeLock(home.path)
    try:
        return _composed(home, lock, settings, ports, Plugins(plugins))
    except BaseException:
        lock.release()
        raise


def _composed(home: Home, lock: HomeLock, settings: Settings | None, make_ports: MakePorts, plugins: Plugins) -> Core:
    settings = settings_file.load(home.path) if settings is None else settings_file.demand_right(settings)
    records, home_id = open_records(home)
    ports, shutdown = make_ports(home, home_id, settings), Shutdown()
    context = Context(
        home=home,
        home_id=home_id,
        settings=settings,
        records=records,
        clock=ports.clock,
        journal=Journal(records, ports.clock),
        fleet=Fleet(ports.servers),
        work=WorkFolder(home.work, shutdown),
        shutdown=shutdown,
    )
    pump = EventPump(plugins)
    context.journal.listen(pump)
    parts = parts_of(context, ports, plugins)
    credentials = parts[Credentials]
    gate = Gate(codec.check_arguments, for_audit, context.journal.audit, current=credentials.current)
    domains = {domain.domain: parts.make(domain).behind(gate) for domain in DOMAINS}
    proved = Part("settings", start=lambda: settings_file.save(home.path, settings))
    running = Lifecycle((Part("lock of the home", close=lock.release), *lifecycle(context, parts, pump), proved))
    platform = Platform(domains, running.close)
    return Core(platform, context, plugins, credentials, parts[Repositories], ports, running.start)


def open(home: str | Path | None = None, settings: Settings | None = None) -> Platform:
    """Open a platform in this process: the whole of it, embedded in your program.

    Args:
        home: Its folder; ``$SH0_HOME`` or the usual place when left out. It is made when it is new.
        settings: How it is set up; as it was last time when left out.

    Raises:
        HomeInUse: The daemon, or another program, has it open; use `connect` then.
        EngineUnavailable: There is no Docker Engine.
        InvalidValue: A setting has a value that it cannot have.
    """
    core = compose(Home(default_home() if home is None else home), settings)
    core.start()
    return core.platform
