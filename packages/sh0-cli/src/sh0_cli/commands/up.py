"""``sh0 up``: run the platform on this machine, in sight or in the background."""

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sh0 import Kind
from sh0_cli.absent import NO_PANEL
from sh0_cli.addresses import is_local, reachable
from sh0_cli.command import command
from sh0_cli.exit_codes import OF_KIND, OK
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import PlatformStatus
    from sh0.frontend import Home

_START = 120.0  # seconds that a platform may take until it answers; the first start may pull the proxy's image
_LAST_LINES = 15


@command("up")
@click.option("--detach", "-d", is_flag=True, help="Run in the background, and return once it answers.")
@click.option("--http-port", type=int, metavar="PORT", help="The proxy's port of plain HTTP. [default: 80]")
@click.option("--https-port", type=int, metavar="PORT", help="The proxy's port of TLS. [default: 443]")
@click.option("--panel-port", type=int, metavar="PORT", help="Port of the panel and the API. [default: 8700]")
@click.option("--git-port", type=int, metavar="PORT", help="Port that 'git push' goes to. [default: 2222]")
@click.option("--bind", metavar="ADDRESS", help="Address that proxy and git server listen on. [default: 0.0.0.0]")
@click.option(
    "--panel-bind",
    metavar="ADDRESS",
    help="Address that the panel and the API listen on; they have no TLS. [default: 127.0.0.1]",
)
@click.option("--base-domain", metavar="NAME", help="New apps get APP.NAME as their host name. [default: localhost]")
@click.option(
    "--default-memory",
    metavar="SIZE",
    help="Memory limit of containers that have none of their own, half of the machine by default; 0 for none.",
)
@click.option(
    "--drain-folder",
    metavar="FOLDER",
    help="Existing folder in which log drains may write files, one an app; none by default.",
)
@pass_session
def up(session: Session, /, detach: bool, **given: Any) -> None:
    """Start the platform on this machine, in the foreground until Ctrl-C.

    What the options say is kept in the home and need not be said again.
    """
    from sh0.frontend import Home, home_holder, run_daemon, settings_with

    home, output = Home(session.local_home), session.output
    changes = {name: value for name, value in given.items() if value is not None}
    process = home_holder(home.path)
    if process is not None:
        stored, wanted = settings_with(home.path, {}), settings_with(home.path, changes)
        changes = {name: value for name, value in changes.items() if getattr(wanted, name) != getattr(stored, name)}
        output.say(f"sh0 is up already: home {home.path}, process {process}.")
        if changes:
            output.say("The options were not applied; stop it first: sh0 down", "yellow")
        if output.json:
            output.document({"home": str(home.path), "process": process, "started": False})
        click.get_current_context().exit(OF_KIND[Kind.CONFLICT] if changes else OK)
    settings = settings_with(home.path, changes)
    if not is_local(settings.panel_bind):
        output.warn(
            f"warning: the panel listens on {settings.panel_bind} without TLS: whoever sees the traffic can read the "
            "tokens in it. 'sh0 up --panel-bind 127.0.0.1' takes that back; 'ssh -L' reaches it then."
        )
    if not detach:
        output.say(f"Starting sh0 with the home {home.path}; Ctrl-C stops it, and apps keep serving.")
        run_daemon(home.path, settings)
    status = _detached(home, changes)
    if output.json:
        output.document({"home": str(home.path), "process": status.process, "started": True, "problem": status.problem})
        return
    host = reachable(settings.bind)
    output.say(f"sh0 is up: home {home.path}, process {status.process}.", "bold green")
    output.pairs(
        [
            ("panel", _panel(status)),
            ("git", f"ssh://git@{host}:{settings.git_port}/APP"),
            ("apps", f"http://APP.{settings.base_domain}:{settings.http_port}/"),
            ("log", str(home.daemon_log)),
        ]
    )
    if status.problem:
        output.say(f"It has a problem: {status.problem}", "bold red")


def _panel(status: "PlatformStatus") -> str:
    if status.panel_bind is None:
        return NO_PANEL
    return f"http://{reachable(status.panel_bind)}:{status.panel_port}/"


def _detached(home: "Home", changes: dict[str, Any]) -> "PlatformStatus":
    """Start the daemon in a session of its own. Returns how it is once it answers.

    Raises:
        Failed: It ended, or does not answer in time.
    """
    import sh0
    from sh0 import DaemonUnreachable, Failed

    home.prepare()
    options = [f"--{name.replace('_', '-')}={value}" for name, value in changes.items()]
    with open(home.daemon_log, "ab") as log:
        begins = log.tell()
        daemon = subprocess.Popen(
            [sys.executable, "-m", "sh0.daemon", "--home", str(home.path), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
    deadline = time.monotonic() + _START
    with sh0.connect(home=home.path) as platform:
        while daemon.poll() is None and time.monotonic() < deadline:
            try:
                return platform.system.status()
            except DaemonUnreachable:
                time.sleep(0.05)
    if daemon.returncode is None:
        daemon.terminate()
    what = "ended at once" if daemon.returncode is not None else f"does not answer within {_START:.0f} seconds"
    raise Failed(
        f"sh0d {what}; its last lines are above",
        hint=f"See the whole log: {home.daemon_log}",
        log=_last_lines(home.daemon_log, begins),
    )


def _last_lines(log: Path, begins: int) -> list[str]:
    with open(log, "rb") as file:
        file.seek(begins)
        return file.read().decode(errors="replace").splitlines()[-_LAST_LINES:]
