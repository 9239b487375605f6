"""``sh0 run``: a command in a new container of an app."""

import shutil
import signal
import sys
from typing import TYPE_CHECKING

import click

from sh0_cli.app_names import app_argument
from sh0_cli.foreign_command import foreign_command
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import CommandRun


@foreign_command("run")
@app_argument
@click.option("--process", metavar="NAME", help="Run the command of this process where none is given.")
@click.option("--deployment", metavar="N", help="In the version of this deployment instead of the one that is live.")
@click.option("--env", multiple=True, metavar="NAME=VALUE", help="A variable besides the app's. May be repeated.")
@click.option("--timeout", type=float, metavar="SECONDS", help="Stop it after this time; 24 hours when left out.")
@click.option("--memory", metavar="SIZE", help="What it may use, as in 512m; 0 for no limit.")
@click.option("--detach", "-d", is_flag=True, help="Return once it has begun; its output is kept.")
@pass_session
def run(
    session: Session,
    app: str,
    words: tuple[str, ...],
    process: str | None,
    deployment: str | None,
    env: tuple[str, ...],
    timeout: float | None,
    memory: str | None,
    detach: bool,
) -> None:
    """Run COMMAND in a new container of APP, with its variables, volumes, network and limits.

    Options stand before COMMAND, or before the -- that begins it: sh0 run APP --detach -- rake jobs:work
    The arguments arrive as they are; no shell reads them. For pipes and variables: sh0 run APP -- sh -c '…'
    With a terminal on this side it gets one; else it works as a pipe: sh0 run APP -- psql < dump.sql
    It ends with the command's own exit code, and the command ends with it, but for --detach. The signals HUP, QUIT,
    USR1 and USR2 are passed on to the command.
    """
    from sh0 import Secret
    from sh0_cli.parameters import pair
    from sh0_cli.run_output import follow

    options = {"timeout": timeout, "memory": memory}
    attached = not detach and not session.json
    terminal = attached and sys.stdin.isatty() and sys.stdout.isatty()
    begun = session.platform.runs.start(
        app,
        words,
        process=process,
        deployment=deployment,
        environment={name: Secret(value) for name, value in map(pair, env)},
        attached=attached,
        terminal=terminal,
        **{name: value for name, value in options.items() if value is not None},  # type: ignore[arg-type]
    )
    if attached:
        click.get_current_context().exit(_attach(session, begun, terminal=terminal))
    if not detach:
        click.get_current_context().exit(follow(session, begun))
    if session.json:
        session.output.document(begun)
    else:
        session.output.say(f"{begun.id} runs. Its output: sh0 runs follow {app} {begun.number}")


def _attach(session: Session, run: "CommandRun", *, terminal: bool) -> int:
    """Join this side with a command until it ends. Returns its exit code."""
    from sh0_cli import attached, terminal_bridge
    from sh0_cli.forwarded_signals import forwarded

    window = shutil.get_terminal_size()
    remote = session.platform.runs.attach(run.app, run.id, columns=window.columns, rows=window.lines)
    sys.stdout.flush()
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        with forwarded(remote):
            return terminal_bridge.interactive(remote) if terminal else attached.piped(remote)
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt  # as Ctrl-C: the session ends, and with it the command
