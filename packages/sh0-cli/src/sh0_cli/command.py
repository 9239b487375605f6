"""The class of every command: it takes the options that all of them share."""

import importlib
from collections.abc import Callable
from typing import Any, cast

import click

from sh0_cli.session import Session

Body = Callable[..., Any]


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value is not None and parameter.name is not None:
        setattr(context.ensure_object(Session), parameter.name, value)


def shared_options(*, hidden: bool) -> list[click.Parameter]:
    """``--json``, ``--home``, ``--url`` and ``--token``; they set the attributes of the session."""

    def option(declaration: str, text: str, **more: Any) -> click.Option:
        return click.Option([declaration], help=text, expose_value=False, callback=_remember, **more)

    return [
        option("--json", "Answer in JSON: one document, or a line per item of a stream.", is_flag=True, default=None),
        option("--home", "Home of a platform on this machine (SH0_HOME).", metavar="PATH", hidden=hidden),
        option("--url", "Address of a platform's panel and API (SH0_URL).", metavar="URL", hidden=hidden),
        option(
            "--token",
            "Token to come in with; other users see it in the process list, so prefer SH0_TOKEN.",
            metavar="TOKEN",
            hidden=hidden,
        ),
    ]


def _words_for(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from sh0_cli.app_names import words_for

    return words_for(context, parameter, incomplete)


class Sh0Command(click.Command):
    """A command with the shared options, whose words a shell completes.

    The help shows ``--json`` of them, the top-level help shows all.

    Args:
        example: A line that uses it, where `sh0_cli.examples` has none.
    """

    def __init__(self, *args: Any, example: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.example = example
        for parameter in self.params:
            if parameter._custom_shell_complete is None and parameter.type is click.STRING:
                parameter._custom_shell_complete = _words_for
        self.params.extend(shared_options(hidden=True))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line; a command without a name of its own leaves no gap in it."""
        formatter.write_usage(" ".join(ctx.command_path.split()), " ".join(self.collect_usage_pieces(ctx)))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """End with an example, and with what else there is of its kind."""
        from sh0_cli.examples import EXAMPLES, epilog

        path = " ".join(ctx.command_path.split()[1:])
        for line in epilog(path, EXAMPLES.get(path, self.example)):
            formatter.write_paragraph()
            formatter.write_text(line)


def command(name: str, **more: Any) -> Callable[[Body], click.Command]:
    """Make a function a command of that name."""
    return click.command(name, cls=Sh0Command, **more)


def by_hand(place: str) -> click.Command:
    """Load a command that is written by hand.

    Args:
        place: Module below `sh0_cli.commands`, a colon, and the name of the command in it.
    """
    module, attribute = place.split(":")
    return cast(click.Command, getattr(importlib.import_module(f"sh0_cli.commands.{module}"), attribute))
