"""``sh0 plan``, ``sh0 apply`` and ``sh0 schema``: an app as its ``sh0.yaml`` says."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sh0_cli.command import command
from sh0_cli.output import Output, confirm
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import ManifestPlan

_FILE = click.argument(
    "file", default="sh0.yaml", type=click.Path(exists=True, dir_okay=False, allow_dash=True), required=False
)
_APP = click.option("--app", metavar="NAME", help="App that it describes, where it does not say so itself.")
_PRUNE = click.option("--prune", is_flag=True, help="Remove host names and log drains that the file does not list.")


@command("plan")
@_FILE
@_APP
@_PRUNE
@click.option("--exit-code", is_flag=True, help="End with 1 if there is something to change.")
@pass_session
def plan(session: Session, file: str, app: str | None, prune: bool, exit_code: bool) -> None:
    """Show what would make an app as FILE says (sh0.yaml if left out). Nothing is changed."""
    found = _compare(session, file, app, prune=prune)
    if session.output.json:
        session.output.document(found)
    else:
        _show(session.output, found)
    if exit_code and found.calls:
        click.get_current_context().exit(1)


@command("apply")
@_FILE
@_APP
@_PRUNE
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@pass_session
def apply(session: Session, file: str, app: str | None, prune: bool, yes: bool) -> None:
    """Make an app as FILE says (sh0.yaml if left out). Shows the difference first, and asks when a person is there.

    Its source is not deployed by this: push it.
    """
    from sh0_cli.started import follow_all

    output, found = session.output, _compare(session, file, app, prune=prune)
    if not output.json:
        _show(output, found)
    if found.calls and not yes and not output.json and file != "-" and sys.stdin.isatty():
        confirm("Do it?")
    follow_all(session, found.apply(session.platform))
    if output.json:
        output.document(found)
    elif found.calls:
        output.say(f"{found.app} is as {_name(file)} says.", "green")


@command("schema")
@click.argument("file", type=click.Choice(["sh0.yaml"]), default="sh0.yaml", required=False)
@pass_session
def schema(session: Session, file: str) -> None:
    """Print the JSON Schema of FILE (sh0.yaml if left out), for editors. No platform is asked."""
    from sh0 import manifest_schema

    session.output.document(manifest_schema())


def _compare(session: Session, file: str, app: str | None, *, prune: bool) -> "ManifestPlan":
    from sh0 import plan_manifest, read_manifest

    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8", errors="replace")
    path = Path(file)
    folder = path.parent if path.name == "sh0.yaml" and any(each != path for each in path.parent.iterdir()) else None
    manifest = read_manifest(text, _name(file))
    return plan_manifest(session.platform, manifest, name=app, prune=prune, folder=folder)


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def _show(output: Output, found: "ManifestPlan") -> None:
    rows = [(change.what, change.before, change.after) for change in found.changes]
    output.table(["change", "now", "then"], rows, empty=f"{found.app} is as the file says: nothing to change.")
    for note in found.notes:
        output.say(f"note  {note}", "yellow")
