"""``sh0 runs``: one-off commands, for people."""

from typing import TYPE_CHECKING

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import CommandRun


@command("list")
@app_argument
@click.option("--limit", type=int, default=20, show_default=True, metavar="N", help="At most so many.")
@pass_session
def list_(session: Session, app: str, limit: int) -> None:
    """List the commands of APP, newest first: what ran, and how it ended."""
    from sh0_cli.words import word

    output, found = session.output, session.platform.runs.list(app, limit=limit)
    if output.json:
        output.document(found)
        return
    rows = [
        (
            each.id,
            _said(each),
            each.state.value,
            "" if each.exit_code is None else str(each.exit_code),
            word(each.started or each.created, human=output.pretty),
            _took(each),
            each.requested_by,
        )
        for each in found
    ]
    headings = ("run", "command", "state", "exit code", "when", "took", "by")
    empty = f"{app} has run no commands yet. Run one: sh0 run {app} -- COMMAND"
    output.table(headings, rows, empty=empty, least=["by", "took", "exit code"])


def _said(run: "CommandRun") -> str:
    """What it is, in a few words."""
    from sh0_cli.words import as_written

    asked = run.request
    words = as_written(asked.argv) or f"the command of {asked.process}"
    return f"{run.cron or run.reason.value}: {words}" if run.reason.value != "request" else words


def _took(run: "CommandRun") -> str:
    from sh0_cli.words import seconds

    return "" if run.started is None or run.finished is None else seconds((run.finished - run.started).total_seconds())


@command("logs")
@app_argument
@click.argument("run")
@pass_session
def logs(session: Session, app: str, run: str) -> None:
    """Show what RUN of APP has printed so far, without secrets."""
    from sh0_cli.run_output import show

    show(session.output, session.platform.runs.logs(app, run))


@command("follow")
@app_argument
@click.argument("run")
@pass_session
def follow(session: Session, app: str, run: str) -> None:
    """Show what RUN of APP prints from its beginning until it has ended. Ends with its exit code."""
    from sh0_cli.run_output import follow

    click.get_current_context().exit(follow(session, session.platform.runs.get(app, run)))
