"""``sh0 drains``: where what apps print is sent, for people."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import Body, command
from sh0_cli.output import ask
from sh0_cli.session import Session, pass_session

if TYPE_CHECKING:
    from sh0 import DrainStatus


@command("list")
@click.argument("app", required=False)
@pass_session
def list_(session: Session, app: str | None) -> None:
    """List the log drains of APP, or those of all apps, and how sending goes."""
    from sh0_cli.words import word

    output, found = session.output, session.platform.drains.list(app=app)
    if output.json:
        output.document(found)
        return
    rows = [
        (
            each.app,
            each.name,
            each.file or each.destination,
            each.state.value,
            word(each.since, human=output.pretty),
            str(each.sent),
            str(each.behind),
            str(each.dropped),
        )
        for each in found
    ]
    empty = f"{app} has no log drains. Add one: sh0 drains add {app} URL" if app else "None."
    output.table(("app", "drain", "sends to", "state", "since", "sent", "behind", "dropped"), rows, empty=empty)
    for each in found:
        if each.problem:
            output.say(f"{each.app}/{each.name}: {each.problem}", "yellow")


def _sending(body: Body) -> Body:
    """The options that say how something is sent."""
    for option in (
        click.option("--ca", type=click.File(), metavar="FILE", help="Certificates (PEM) that sign the receiver's."),
        click.option("--header", metavar="NAME", help="Header field that it is sent in. [default: Authorization]"),
        click.option("--variable", metavar="NAME", help="Variable of the app that holds the token instead."),
        click.option(
            "--credential",
            "-c",
            is_flag=True,
            help="The receiver wants a token: ask for it, or read it from standard input.",
        ),
    ):
        body = option(body)
    return body


@command("add")
@app_argument
@click.argument("destination", metavar="URL")
@click.option("--name", metavar="NAME", help="What it is called; syslog, http or file when left out.")
@_sending
@click.option("--gzip", is_flag=True, help="Compress what is sent over HTTP.")
@click.option("--backlog", is_flag=True, help="Begin with what is kept already.")
@pass_session
def add(session: Session, /, app: str, destination: str, **options: Any) -> None:
    """Send what APP prints to URL as well: syslog+tls://HOST:PORT, https://HOST/PATH, or file:.

    Without TLS: syslog+tcp://HOST:PORT and http://HOST/PATH. HTTP gets JSON, an object a line. A file is in the folder
    that the operator has named (sh0 up --drain-folder).
    """
    _show(session, session.platform.drains.add(app, destination, **_given(options)))


@command("change")
@app_argument
@click.argument("name")
@click.argument("destination", metavar="[URL]", required=False)
@_sending
@click.option("--gzip/--no-gzip", default=None, help="Compress what is sent over HTTP, or do not.")
@pass_session
def change(session: Session, /, app: str, name: str, **options: Any) -> None:
    """Change where, or how, the log drain NAME of APP sends. What is left out stays.

    It goes on with the line after the last that has arrived.
    """
    _show(session, session.platform.drains.change(app, name, **_given(options)))


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that options stand for; a token is read, and never stands on the command line."""
    from sh0 import Secret

    given = {key: value for key, value in options.items() if value is not None and key not in ("ca", "credential")}
    if options["ca"] is not None:
        given["ca"] = options["ca"].read()
    if options["credential"]:
        given["credential"] = Secret(_token())
    return given


def _token() -> str:
    if sys.stdin.isatty():
        return str(ask("Token", hide_input=True))
    token = sys.stdin.readline().strip()
    if not token:
        raise click.UsageError("there is no token on standard input")
    return token


@command("get")
@app_argument
@click.argument("name")
@pass_session
def get(session: Session, app: str, name: str) -> None:
    """Show the log drain NAME of APP: where it sends to, how far it has come, and what went wrong."""
    _show(session, session.platform.drains.get(app, name))


def _show(session: Session, found: "DrainStatus") -> None:
    from sh0_cli.words import ago, word

    output = session.output
    if output.json:
        output.document(found)
        return
    rows = [("drain", f"{found.app}/{found.name}"), ("sends to", found.file or found.destination)]
    if found.credential is not None or found.variable is not None:
        held = f"the variable {found.variable}" if found.variable is not None else "given"
        rows.append(
            (
                "token",
                f"{held}, in {found.header}" if "{credential}" not in found.destination else f"{held}, in the URL",
            )
        )
    if found.ca:
        rows.append(("trusts", "the certificates that were given"))
    if found.gzip:
        rows.append(("gzip", "yes"))
    since = f", since {word(found.since, human=output.pretty)}" if found.since is not None else ""
    rows += [
        ("state", found.state.value + since),
        ("sent", _lines(found.sent) + (f", last {ago(found.delivered)}" if found.delivered is not None else "")),
        ("behind", _lines(found.behind)),
    ]
    if found.dropped:
        rows.append(("dropped", _lines(found.dropped)))
    if found.problem is not None:
        rows.append(("problem", found.problem))
    output.pairs(rows)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
