"""``sh0 env import`` and ``sh0 env export``: variables as a file."""

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.output import Output, confirm
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import EnvironmentChanges

_MOST: Final = 4 << 20  # bytes that are read of a file; the platform takes fewer


@command("import")
@app_argument
@click.argument("file", default=".env")
@click.option("--replace", is_flag=True, help="Remove the variables that the file does not name.")
@click.option(
    "--secret", multiple=True, metavar="NAME", help="Mark a variable: no log shows its value. May be repeated."
)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--no-wait", is_flag=True, help="Return once the deployment is in the queue.")
@click.option("--no-deploy", is_flag=True, help="Only store the change: it counts from the next deployment.")
@pass_session
def import_(
    session: Session,
    app: str,
    file: str,
    replace: bool,
    secret: tuple[str, ...],
    yes: bool,
    no_wait: bool,
    no_deploy: bool,
) -> None:
    """Set the variables of APP that FILE names (.env if left out, - for standard input), with one deployment.

    Shows first which are added, changed and removed, never a value, and asks when a person is there. FILE is read as
    Compose reads it: quotes, comments, export, and $NAME for variables that stand above.
    """
    from sh0_cli.progress import finish

    env, output = session.platform.env, session.output
    name, content = ("standard input", sys.stdin.buffer.read(_MOST)) if file == "-" else (file, _content(file))
    label = Path(name).name[:200]
    found = env.plan_import(app, io.BytesIO(content), name=label, replace=replace)
    show_changes(output, found)
    if not found.any and not secret:
        if output.json:
            output.document(None)
        return
    if not yes and not output.json and file != "-" and sys.stdin.isatty():
        confirm("Set them?")
    deployment = env.import_file(
        app, io.BytesIO(content), name=label, replace=replace, secret=secret, deploy=not no_deploy
    )
    if deployment is not None:
        finish(session, deployment, wait=not no_wait)
    elif output.json:
        output.document(None)
    else:
        output.say(f"Noted: it counts from the next time {app} is deployed or started.")


@command("export")
@app_argument
@click.option("--values", is_flag=True, help="With their values; that is audited.")
@pass_session
def export(session: Session, app: str, values: bool) -> None:
    """Print the variables of APP as a file that 'sh0 env import' reads: their names alone, unless --values is given."""
    env, output = session.platform.env, session.output
    if values:
        text = env.export(app)
        if output.json:
            output.document(text)
        elif text:
            output.text(text)
    elif output.json:
        output.document([variable.name for variable in env.list(app)])
    else:
        for variable in env.list(app):
            output.say(f"{variable.name}=")


def show_changes(output: Output, found: "EnvironmentChanges") -> None:
    """Show what a file of variables changes."""
    rows = [
        (mark, name, word)
        for mark, word, names in (
            ("+", "added", found.added),
            ("~", "changed", found.changed),
            ("-", "removed", found.removed),
        )
        for name in names
    ]
    if output.json:
        return
    same = f"{len(found.unchanged)} unchanged" if found.unchanged else ""
    output.table(["", "variable", "change"], rows, empty=f"Nothing to change{f': {same}' if same else ''}.")
    if rows and same:
        output.say(f"{same}.", "dim")


def _content(file: str) -> bytes:
    try:
        with Path(file).open("rb") as opened:
            return opened.read(_MOST)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}") from None
