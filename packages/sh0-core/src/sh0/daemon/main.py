"""Starting and stopping the daemon."""

import argparse
import logging
import os
import pwd
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from sh0 import settings as settings_file
from sh0.access.failures import Failures
from sh0.bootstrap import Core, compose
from sh0.daemon.frontends import Supervisor
from sh0.daemon.pushes import git_server
from sh0.daemon.stopping import leave, stop_signals
from sh0.errors import Sh0Error
from sh0.home import Home, default_home
from sh0.operations import Caller, CallerKind
from sh0.operations.caller import ALL
from sh0.platform import registry
from sh0.sensitive import masked
from sh0.settings import Settings
from sh0.wire.callers import Callers
from sh0.wire.server import WireServer

log = logging.getLogger("sh0d")


def run(home: Path, settings: Settings | None = None) -> NoReturn:
    """Run the daemon in the foreground until SIGTERM or SIGINT; the process ends with it, with exit code 0.

    Args:
        home: Folder of the platform.
        settings: How it is set up; as it was last time when left out.

    Raises:
        HomeInUse: Another process has the home open.
        Sh0Error: The home cannot be opened, or a port is taken.
    """
    _log_to_stderr()
    with stop_signals() as wait_for_stop:
        core = compose(Home(home), settings)
        try:
            _serve(core, wait_for_stop)
        finally:
            core.platform.close()
            log.info("stopped; what is deployed goes on serving")
    leave()


def _serve(core: Core, wait_for_stop: Callable[[], None]) -> None:
    home = core.context.home
    failures = Failures(core.context.journal, core.ports.clock)
    git = git_server(core, failures)
    supervisor = Supervisor(home, core.plugins.frontends(core.context.settings))
    hold, unknown = core.credentials.hold, failures.failed
    own = Callers(_owner(core), hold, unknown, lambda user, _: user in (0, os.geteuid()))
    web = Callers(
        lambda token, _: core.credentials.caller(token), hold, unknown, lambda _, process: supervisor.runs(process)
    )
    servers = (
        WireServer(home.socket, 0o600, core.platform, registry, own),
        WireServer(home.web_socket, 0o666, core.platform, registry, web),
    )
    try:
        git.start()
        supervisor.bind()
        core.start()
        for server in servers:
            server.start()
        supervisor.start()
        log.info("ready: home %s (%s), process %d", home.path, core.context.home_id, os.getpid())
        wait_for_stop()
        log.info("stopping")
    finally:
        for server in servers:
            server.stop()
        git.stop()
        supervisor.stop()


def _owner(core: Core) -> Callable[[str | None, int], Caller]:
    own = os.geteuid()

    def identify(token: str | None, user: int) -> Caller:
        if token is not None:
            return core.credentials.caller(token)
        if user in (0, own):
            return Caller(CallerKind.OPERATOR, _user_name(user), ALL)
        return core.credentials.caller(None)

    return identify


def _user_name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


class _Formatter(logging.Formatter):
    """Writes lines, and tracebacks, in which no URL carries credentials."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in ("asyncssh", "httpx", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def main(arguments: list[str] | None = None) -> int:
    """The ``sh0d`` command: options are settings, and are kept in the home."""
    parser = argparse.ArgumentParser(prog="sh0d", description="Run the sh0 daemon in the foreground.")
    parser.add_argument("--home", type=Path, default=None, help="folder of the platform")
    kinds = {
        "bind": str,
        "panel_bind": str,
        "base_domain": str,
        "http_port": int,
        "https_port": int,
        "panel_port": int,
        "git_port": int,
        "default_memory": str,
        "drain_folder": str,
    }
    for name, kind in kinds.items():
        parser.add_argument("--" + name.replace("_", "-"), type=kind, default=None)
    given = vars(parser.parse_args(arguments))
    home = Path(given.pop("home") or default_home())
    changes = {name: value for name, value in given.items() if value is not None}
    try:
        run(home, settings_file.with_changes(home, changes) if changes else None)
    except Sh0Error as error:
        print(f"sh0d: {error}", file=sys.stderr)
        return 1
