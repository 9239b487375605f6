"""Commands that end in the words of another program, which are passed on as they are."""

from collections.abc import Callable
from typing import Any

import click

from sh0_cli.command import Body, Sh0Command

__all__ = ["foreign_command"]


class _ForeignCommand(Sh0Command):
    """Its options stand before its first argument or right after it; with the next word the program begins."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.allow_interspersed_args = False
        words = click.Argument(["words"], nargs=-1, metavar="[COMMAND]...", type=click.UNPROCESSED)
        places = [number for number, each in enumerate(self.params) if isinstance(each, click.Argument)]
        self.params.insert(places[-1] + 1 if places else 0, words)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Bring the options that stand after the first argument before it."""
        options = click.Command(None, params=[each for each in self.params if isinstance(each, click.Option)])
        parser = options.make_parser(ctx)
        _, rest, _ = parser.parse_args(list(args))
        if rest:
            _, words, _ = parser.parse_args(rest[1:])
            before, after = args[: len(args) - len(rest)], rest[1 : len(rest) - len(words)]
            args = [*_options(before), *_options(after), "--", rest[0], *words]
        return super().parse_args(ctx, args)


def _options(words: list[str]) -> list[str]:
    return words[:-1] if words[-1:] == ["--"] else words


def foreign_command(name: str, **more: Any) -> Callable[[Body], click.Command]:
    """Make a function a command of that name; its last parameter, ``words``, are program and arguments."""
    return click.command(name, cls=_ForeignCommand, **more)
