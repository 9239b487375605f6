"""``sh0 env``: the variables of an app, by person and by program."""

import sys

import click

from sh0_cli.app_names import app_argument
from sh0_cli.command import command
from sh0_cli.output import ask
from sh0_cli.plumbing import DomainGroup
from sh0_cli.session import Session, pass_session

_OF_APP = "APP"


@command(_OF_APP)
@app_argument
@click.argument("variables", nargs=-1, metavar="[NAME=VALUE]...")
@click.option(
    "--secret", multiple=True, metavar="NAME", help="Mark a variable: no log shows its value. May be repeated."
)
@click.option("--unset", multiple=True, metavar="NAME", help="Remove a variable. May be repeated.")
@click.option("--build", is_flag=True, help="Of those that are there while APP is built, not when it runs.")
@click.option("--build-secret", is_flag=True, help="Like --build, for values that no log shows.")
@click.option("--reveal", metavar="NAME", help="Print the value of a variable.")
@click.option("--no-wait", is_flag=True, help="Return once the deployment is in the queue.")
@click.option("--no-deploy", is_flag=True, help="Only store the change: it counts from the next deployment.")
@pass_session
def of_app(
    session: Session,
    app: str,
    variables: tuple[str, ...],
    secret: tuple[str, ...],
    unset: tuple[str, ...],
    build: bool,
    build_secret: bool,
    reveal: str | None,
    no_wait: bool,
    no_deploy: bool,
) -> None:
    """List, set, unset or reveal the variables of APP.

    A value of - is read from standard input, where it leaves no trace in the shell's history. A live app is deployed
    with the change, which is kept if that deployment goes live. One that was pushed is built anew with --build.
    """
    from sh0 import Secret
    from sh0_cli import records
    from sh0_cli.parameters import pair
    from sh0_cli.progress import finish

    build = build or build_secret
    env = session.platform.build if build else session.platform.env
    if reveal is not None:
        if variables or secret or unset:
            raise click.UsageError("--reveal goes alone")
        records.show(session.output, env.reveal(app, reveal))
        return
    if not variables and not secret and not unset:
        records.show(session.output, env.list(app))
        return
    given = {name: Secret(_value(name, text)) for name, text in map(pair, variables)}
    marked = tuple(dict.fromkeys((*secret, *(given if build_secret else ()))))
    if build_secret and given and not session.json:
        mounts = " ".join(f"--mount=type=secret,id={name}" for name in given)
        session.output.say(f"A step of the Dockerfile reads it in /run/secrets: RUN {mounts} …")
    deployment = env.set(app, given, secret=marked, unset=unset, deploy=not no_deploy)
    if deployment is not None:
        finish(session, deployment, wait=not no_wait)
    elif session.json:
        session.output.document(None)
    elif build:
        session.output.say(f"Noted: it counts from the next build. Push, or: sh0 deploy {app}")
    else:
        session.output.say(f"Noted: it counts from the next time {app} is deployed or started.")


def _value(name: str, text: str) -> str:
    if text != "-":
        return text
    if sys.stdin.isatty():
        return str(ask(name, hide_input=True))
    return sys.stdin.read().removesuffix("\n")


class EnvGroup(DomainGroup):
    """``sh0 env APP …`` beside the generated ``sh0 env list APP`` and its like."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the first word for an app unless it is the name of a command."""
        words = [word for word in args if not word.startswith("-")]
        if words and words[0] not in self.list_commands(ctx):
            args = [_OF_APP, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; the one for people has no name of its own in messages."""
        name, found, rest = super().resolve_command(ctx, args)
        return ("" if name == _OF_APP else name), found, rest

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command for people, or a generated one."""
        return of_app if cmd_name == _OF_APP else super().get_command(ctx, cmd_name)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show both forms."""
        formatter.write_usage(ctx.command_path, "APP [NAME=VALUE]... [--unset NAME] [--reveal NAME]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", prefix="   or: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options of the form for people, then the commands."""
        of_app.format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """End as the form for people does."""
        of_app.format_epilog(ctx, formatter)


env = EnvGroup(
    "env",
    help=of_app.help,
)
