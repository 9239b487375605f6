"""Commands that end in the words of another program, which are passed on as they are."""

from collections.abc import Callable
from typing import Any

import click

from sh0_cli.command import Body, Sh0Command

__all__ = ["foreign_command"]


class _ForeignCommand(Sh0Command):
    """Its options stand before its own arguments, between them or right after them; then the program begins."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.allow_interspersed_args = False
        words = click.Argument(["words"], nargs=-1, metavar="[COMMAND]...", type=click.UNPROCESSED)
        places = [number for number, each in enumerate(self.params) if isinstance(each, click.Argument)]
        self._own = len(places)
        self.params.insert(places[-1] + 1 if places else 0, words)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Bring the options before the arguments."""
        only = click.Command(None, params=[each for each in self.params if isinstance(each, click.Option)])
        parser, options, own = only.make_parser(ctx), list[str](), list[str]()
        for left in range(self._own, -1, -1):
            _, rest, _ = parser.parse_args(list(args))
            given = args[: len(args) - len(rest)]
            options += given[:-1] if given[-1:] == ["--"] else given
            if not left or not rest:
                break
            own, args = [*own, rest[0]], rest[1:]
        return super().parse_args(ctx, [*options, "--", *own, *rest])


def foreign_command(name: str, **more: Any) -> Callable[[Body], click.Command]:
    """Make a function a command of that name; its last parameter, ``words``, are program and arguments."""
    return click.command(name, cls=_ForeignCommand, **more)
