"""``sh0 down``: stop the platform on this machine."""

import os
import signal
import sys
import time
from pathlib import Path

import click

from sh0_cli.command import command
from sh0_cli.output import confirm
from sh0_cli.session import Session, pass_session

_PATIENCE = 90.0  # seconds; a deployment past its switch is finished first


@command("down")
@click.option("--all", "everything", is_flag=True, help="Remove the apps too: containers, networks and images.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def down(session: Session, everything: bool, yes: bool) -> None:
    """Stop the platform on this machine. Apps and the proxy keep serving, unless --all removes them.

    The home itself stays: 'sh0 up' goes on where it was. What --all removed is made again then: apps that were pushed
    with git or are images of a registry by themselves; for the others, 'sh0 status' names the command. Volumes stay
    as well, with what is in them: 'sh0 volumes delete' before removes one.
    """
    from sh0.frontend import home_holder

    home, output = session.local_home, session.output
    if everything and not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("nobody is there to confirm --all; give --yes")
        confirm(f"Remove every container, network and image that {home} made? Volumes stay.")
    process = home_holder(home)
    if process is None:
        output.say(f"sh0 is not running with the home {home}.")
    else:
        _stop(home, process)
        output.say("sh0 is stopped." + ("" if everything else " Apps and the proxy keep serving."))
    removed = None
    if everything and home.is_dir():
        from sh0.frontend import teardown

        removed = teardown(home)
        counts = ("container", removed.containers), ("network", removed.networks), ("image", removed.images)
        output.say(f"Removed: {', '.join(_counted(*each) for each in counts)}.")
        if removed.volumes:
            output.say(f"{_counted('volume', removed.volumes)} with data stay for the next 'sh0 up'.")
    if output.json:
        output.document({"home": str(home), "stopped": process, "removed": removed})


def _counted(noun: str, number: int) -> str:
    return f"{number} {noun}" + "s" * (number != 1)


def _stop(home: Path, process: int) -> None:
    from sh0 import Failed, Forbidden
    from sh0.frontend import home_holder

    try:
        os.kill(process, signal.SIGTERM)
    except PermissionError:
        raise Forbidden(
            f"process {process} belongs to somebody else", hint="Stop it as the user who started it, or with sudo."
        ) from None
    except ProcessLookupError:
        return
    deadline = time.monotonic() + _PATIENCE
    while home_holder(home) == process:
        if time.monotonic() > deadline:
            raise Failed(
                f"process {process} has not ended within {_PATIENCE:.0f} seconds",
                hint=f"See {home / 'logs' / 'sh0d.log'}; nothing is lost if you kill it: kill -9 {process}",
            )
        time.sleep(0.05)
