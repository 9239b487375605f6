"""``sh0 registries add``: the password is asked for, or read, and never stands on the command line."""

import sys

import click

from sh0_cli.command import command
from sh0_cli.output import ask
from sh0_cli.session import Session, pass_session


@command("add")
@click.argument("registry")
@click.argument("username")
@click.option("--password-stdin", is_flag=True, help="Read the password or token from standard input.")
@pass_session
def add(session: Session, registry: str, username: str, password_stdin: bool) -> None:
    """Pull from REGISTRY as USERNAME: images of apps and stacks, and base images of builds.

    The password, or a token that may read, is asked for. docker.io is Docker Hub.
    """
    from sh0 import Secret
    from sh0_cli import records

    if password_stdin or not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = str(ask("Password or token", hide_input=True))
    if not password:
        raise click.UsageError("there is no password on standard input")
    records.show(session.output, session.platform.registries.add(registry, username, Secret(password)))
