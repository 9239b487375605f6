"""``sh0 ssh``: a terminal in a container."""

import shutil
import sys

import click

from sh0_cli.app_names import app_argument
from sh0_cli.foreign_command import foreign_command
from sh0_cli.session import Session, pass_session


@foreign_command("ssh")
@app_argument
@click.option("--replica", default=1, show_default=True, metavar="N", help="Which of its containers, from 1.")
@click.option("--process", default="web", show_default=True, metavar="NAME", help="Of which of its processes.")
@pass_session
def ssh(session: Session, app: str, words: tuple[str, ...], replica: int, process: str) -> None:
    """Open a terminal in a container of APP: a shell, or COMMAND. Ends with the program's own exit code.

    Options stand before COMMAND, or before the -- that begins it: sh0 ssh APP --process worker -- ls -l
    Without a terminal on this side it works as a pipe: echo ls | sh0 ssh APP
    """
    from sh0_cli import terminal_bridge

    if session.json:
        raise click.UsageError("a terminal has no JSON")
    window = shutil.get_terminal_size()
    program = words or ("/bin/sh",)
    on_terminal = sys.stdin.isatty()
    remote = session.platform.apps.terminal(
        app,
        command=program if on_terminal else terminal_bridge.as_pipe(program),
        columns=window.columns,
        rows=window.lines,
        replica=replica,
        process=process,
    )
    sys.stdout.flush()
    code = terminal_bridge.interactive(remote) if on_terminal else terminal_bridge.piped(remote)
    click.get_current_context().exit(code)
