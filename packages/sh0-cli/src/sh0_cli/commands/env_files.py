"""Variables as files: ``import`` and ``export`` of ``sh0 env`` (of an app) and of ``sh0 shared`` (of a project)."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.output import Output, confirm
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import EnvironmentChanges

_MOST: Final = 4 << 20  # bytes that are read of a file; the platform takes fewer


def _options(body: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--no-deploy", is_flag=True, help="Only store the change: it counts from the next deployment."),
        click.option("--no-wait", is_flag=True, help="Return once it is in the queue."),
        click.option("--yes", "-y", is_flag=True, help="Do not ask."),
        click.option("--secret", multiple=True, metavar="NAME", help="Let no log show its value. May be repeated."),
        click.option("--replace", is_flag=True, help="Remove the variables that the file does not name."),
        click.argument("file", default=".env"),
    ):
        body = option(body)
    return body


@command("import")
@app_argument
@_options
@pass_session
def import_(session: Session, /, app: str, **given: Any) -> None:
    """Set the variables of APP that FILE names (.env if left out, - for standard input), with one deployment.

    Shows first which are added, changed and removed, never a value, and asks when a person is there. FILE is read as
    Compose reads it: quotes, comments, export, and $NAME for variables that stand above.
    """
    _import(session, session.platform.env, app, **given)


@command("import")
@click.argument("project")
@_options
@pass_session
def import_shared(session: Session, /, project: str, **given: Any) -> None:
    """Set the variables that the apps of PROJECT share as FILE names them (.env if left out, - for standard input).

    Shows first which are added, changed and removed, never a value, and asks when a person is there. Each live app
    that the change concerns is deployed with it.
    """
    _import(session, session.platform.shared, project, **given)


@command("export")
@app_argument
@click.option("--values", is_flag=True, help="With their values; that is audited.")
@pass_session
def export(session: Session, app: str, values: bool) -> None:
    """Print the variables of APP as a file that 'sh0 env import' reads: their names alone, unless --values is given."""
    from sh0 import Origin

    env = session.platform.env
    names = [each.name for each in env.list(app) if each.origin is Origin.APP] if not values else []
    _export(session.output, names, env.export(app) if values else None)


@command("export")
@click.argument("project")
@click.option("--values", is_flag=True, help="With their values; that is audited.")
@pass_session
def export_shared(session: Session, project: str, values: bool) -> None:
    """Print the variables that the apps of PROJECT share as a file: their names alone, unless --values is given."""
    shared = session.platform.shared
    names = [each.name for each in shared.list(project)] if not values else []
    _export(session.output, names, shared.export(project) if values else None)


def _import(
    session: Session,
    operations: Any,
    subject: str,
    *,
    file: str,
    replace: bool,
    secret: tuple[str, ...],
    yes: bool,
    no_wait: bool,
    no_deploy: bool,
) -> None:
    from sh0_cli.started import show_started

    output = session.output
    content = sys.stdin.buffer.read(_MOST) if file == "-" else _content(file)
    name = "standard input" if file == "-" else Path(file).name[:200]
    found = operations.plan_import(subject, io.BytesIO(content), name=name, replace=replace)
    show_changes(output, found)
    if not found.any and not secret:
        if output.json:
            output.document(None)
        return
    if not yes and not output.json and file != "-" and sys.stdin.isatty():
        confirm("Set them?")
    options = {"name": name, "replace": replace, "secret": secret, "deploy": not no_deploy}
    show_started(session, operations.import_file(subject, io.BytesIO(content), **options), wait=not no_wait)


def _export(output: Output, names: list[str], text: str | None) -> None:
    if output.json:
        output.document(names if text is None else text)
    elif text:
        output.text(text)
    for name in () if output.json else names:
        output.say(f"{name}=")


def show_changes(output: Output, found: "EnvironmentChanges") -> None:
    """Show what a file of variables changes."""
    if output.json:
        return
    kinds = (("+", "added", found.added), ("~", "changed", found.changed), ("-", "removed", found.removed))
    rows = [(mark, name, word) for mark, word, names in kinds for name in names]
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
