"""``{commands}``: the help of every command that is written for people."""

from collections.abc import Iterable, Iterator

import click
from generated import Generated
from sphinx.application import Sphinx

from sh0_cli import plugin_commands
from sh0_cli.command import by_hand
from sh0_cli.examples import EXAMPLES, epilog
from sh0_cli.table import IN_DOMAIN, PLUGIN_COMMANDS, PORCELAIN


class Commands(Generated):
    """Write an entry per command."""

    def lines(self) -> Iterable[str]:
        return entries()


def entries() -> Iterator[str]:
    """The text of the page."""
    for path, command in commands():
        yield from (f"(command-{path.replace(' ', '-')})=", f"### sh0 {path}", "", *_prose(command.help), "")
        yield from ("```text", _usage(path, command), "```", "")
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden and parameter.expose_value:
                yield f"- `{_spelling(parameter)}`: {parameter.help}{_default(parameter)}"
        yield from ("", *(f"{line}\n" for line in epilog(path, EXAMPLES.get(path, ""))), "")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Each command by what follows ``sh0``, in the order of the top-level help."""
    for name, porcelain in PORCELAIN.items():
        found = by_hand(porcelain.place)
        inner = found.commands if isinstance(found, click.Group) else {}
        yield from ((f"{name} {each}", command) for each, command in inner.items()) if inner else ((name, found),)
    loaded = plugin_commands.load()
    yield from ((name, loaded[name]) for name in PLUGIN_COMMANDS)
    for domain, places in IN_DOMAIN.items():
        yield from ((f"{domain} {name}", by_hand(place)) for name, place in places.items())


def _prose(text: str | None) -> Iterator[str]:
    for paragraph in (text or "").replace("\b\n", "").split("\n\n"):
        yield from (" ".join(paragraph.split()), "")


def _usage(path: str, command: click.Command) -> str:
    return f"sh0 {path} {' '.join(command.collect_usage_pieces(click.Context(command)))}"


def _spelling(option: click.Option) -> str:
    names = " / ".join([*option.opts, *option.secondary_opts])
    return names if option.is_flag else f"{names} {option.make_metavar(click.Context(click.Command('sh0')))}"


def _default(option: click.Option) -> str:
    shown = option.get_help_extra(click.Context(click.Command("sh0"))).get("default")
    return f" Default: `{shown}`." if shown else ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True}
