"""``sh0 rollback``: what would change, whether it shall, and then does."""

import sys

import click

from sh0_cli.app_names import app_argument, complete_deployments
from sh0_cli.command import command
from sh0_cli.output import confirm
from sh0_cli.session import Session, pass_session


@command("rollback")
@app_argument
@click.option(
    "--to",
    metavar="ID",
    shell_complete=complete_deployments,
    help="Deployment to return to; the one that served before if left out.",
)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--no-wait", is_flag=True, help="Return once it is in the queue.")
@pass_session
def rollback(session: Session, app: str, to: str | None, yes: bool, no_wait: bool) -> None:
    """Bring an earlier version of APP back: image, variables, host names and resources together, without a build.

    Shows what differs first, and asks when a person is there to answer.
    """
    from sh0_cli.progress import finish

    deployments, output = session.platform.deployments, session.output
    if not output.json:
        rows = [(change.what, change.before, change.after) for change in deployments.compare(app, to=to)]
        output.table(["change", "now", "then"], rows, empty="The versions do not differ.")
    if not yes and not output.json and sys.stdin.isatty():
        confirm(f"Roll {app} back?")
    finish(session, deployments.rollback(app, to=to), wait=not no_wait)
