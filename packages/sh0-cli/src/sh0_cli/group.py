"""The top-level command: it knows names, and loads a command only when it is asked for."""

from itertools import groupby

import click
from click.exceptions import NoSuchCommand

from sh0_cli.command import by_hand, shared_options
from sh0_cli.guessing import ELSEWHERE, GuessingGroup
from sh0_cli.table import ALONE, DOMAINS, PLATFORM, PLUGIN_COMMANDS, PORCELAIN

_EPILOG = (
    "Which platform: --url or --home, else SH0_URL (with SH0_TOKEN), else SH0_HOME, else the login that 'sh0 login' "
    "saved, else the daemon on this machine."
)


class LazyGroup(GuessingGroup):
    """Commands by name: porcelain, domains of operations, and what plugins bring."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name that is known without loading a plugin."""
        return sorted({*PORCELAIN, *DOMAINS, *PLUGIN_COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command of a name."""
        if cmd_name in PORCELAIN:
            return by_hand(PORCELAIN[cmd_name].place)
        if cmd_name in DOMAINS:
            from sh0_cli.plumbing import DomainGroup

            alone = by_hand(ALONE[cmd_name]) if cmd_name in ALONE else None
            return DomainGroup(cmd_name, help=DOMAINS[cmd_name], alone=alone)
        from sh0_cli import plugin_commands

        return plugin_commands.load().get(cmd_name)

    def unknown(self, ctx: click.Context, name: str) -> click.UsageError:
        """The error for a name that no command has: what is not installed, what others call it, or the nearest."""
        if name in PLUGIN_COMMANDS:
            package = PLUGIN_COMMANDS[name].package
            text = f"'sh0 {name}' comes with the package {package}, which is not installed here: pip install {package}"
            return NoSuchCommand(name, text, ctx=ctx)
        if name in ELSEWHERE:
            return NoSuchCommand(name, f"No such command {name!r}. {ELSEWHERE[name]}", ctx=ctx)
        return super().unknown(ctx, name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List porcelain by section, then the domains."""
        from sh0_cli import plugin_commands

        for section, rows in groupby(PORCELAIN.items(), lambda row: row[1].section):
            with formatter.section(section):
                ours = PLUGIN_COMMANDS.items() if section == PLATFORM else ()
                brought = [(name, command.shown) for name, command in ours]
                formatter.write_dl([*((name, porcelain.help) for name, porcelain in rows), *brought])
        if foreign := plugin_commands.foreign():
            with formatter.section("From plugins"):
                formatter.write_dl([(name, found.get_short_help_str(80)) for name, found in foreign.items()])
        with formatter.section("Every operation, by domain"):
            formatter.write_dl([(name, text) for name, text in DOMAINS.items() if name not in PORCELAIN])


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from sh0 import __version__
        from sh0_cli.output import Output

        Output(pretty=False).say(f"sh0 {__version__}")
        context.exit()


cli = LazyGroup(
    "sh0",
    help="Deploy and run apps on your own machine.\n\nEvery command explains itself: sh0 COMMAND --help.",
    epilog=_EPILOG,
    params=[
        *shared_options(hidden=False),
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
        ),
    ],
    callback=lambda: None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
__all__ = ["cli"]
