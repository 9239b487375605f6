"""``sh0 delete``: only after its name was typed."""

import sys

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.output import ask
from sh0_cli.session import Session, pass_session


@command("delete")
@app_argument
@click.option("--yes", "-y", is_flag=True, help="Do not ask for the name.")
@pass_session
def delete(session: Session, app: str, yes: bool) -> None:
    """Delete APP: its containers, images, host names, variables, repository and history."""
    apps, output = session.platform.apps, session.output
    status = apps.status(app)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("nobody is there to confirm it; give --yes")
        where = ", ".join(status.urls)
        output.say(f"This deletes {app} ({where}) with its variables, repository and history. There is no way back.")
        if ask("Type its name to go on", default="", show_default=False) != app:
            raise click.ClickException("that is not its name; nothing was deleted")
    apps.delete(app)
    if output.json:
        output.document({"deleted": app})
    else:
        output.say(f"{app} is deleted.")
