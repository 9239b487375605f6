"""Groups of commands that say what may have been meant by a name that none of them has."""

from collections.abc import Mapping

import click
from click.exceptions import NoSuchCommand

ELSEWHERE: Mapping[str, str] = {
    "app": "'sh0 apps' has the operations on apps.",
    "config": "'sh0 env APP' has the variables of an app, 'sh0 apps configure APP' its settings.",
    "console": "'sh0 ssh APP' opens a terminal in a container.",
    "create": "'sh0 apps create NAME' makes an app; 'sh0 push' does so by itself.",
    "destroy": "'sh0 delete APP' deletes an app.",
    "exec": "'sh0 ssh APP COMMAND' runs a command in a container of an app.",
    "help": "'sh0 --help' shows all commands, 'sh0 COMMAND --help' explains one.",
    "info": "'sh0 status APP' shows an app.",
    "install": "'sh0 templates deploy NAME' installs a ready-made stack.",
    "key": "'sh0 keys' has the SSH keys that may push.",
    "kill": "'sh0 stop APP' stops an app.",
    "list": "'sh0 status' lists the apps.",
    "ls": "'sh0 status' lists the apps.",
    "ps": "'sh0 status' lists the apps, 'sh0 status APP' the containers of one.",
    "remove": "'sh0 delete APP' deletes an app.",
    "rm": "'sh0 delete APP' deletes an app.",
    "run": "'sh0 ssh APP COMMAND' runs a command in a container of an app.",
    "set": "'sh0 env APP NAME=VALUE' sets a variable.",
    "shell": "'sh0 ssh APP' opens a terminal in a container.",
    "stack": "'sh0 compose' runs Compose files, 'sh0 stacks' has the operations on stacks.",
    "version": "'sh0 --version' shows the version.",
}
"""What other platforms have a command for, and how that is said here."""

USUAL: Mapping[str, tuple[str, ...]] = {
    "list": ("ls", "all", "index", "ps", "status"),
    "get": ("show", "info", "inspect", "describe"),
    "show": ("get", "info", "inspect", "describe"),
    "add": ("create", "new", "set"),
    "create": ("add", "new", "make", "deploy"),
    "remove": ("rm", "delete", "destroy", "unset"),
    "delete": ("rm", "remove", "destroy"),
    "down": ("rm", "delete", "remove", "stop"),
    "deploy": ("install", "create", "add", "run", "up"),
    "ps": ("list", "ls", "status"),
    "revoke": ("rm", "remove", "delete"),
    "configure": ("config", "set", "update"),
}
"""Words that others use for the commands of a domain."""


class GuessingGroup(click.Group):
    """A group that suggests the nearest of its commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command.

        Raises:
            NoSuchCommand: There is none of that name; it says which may have been meant.
        """
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            raise self.unknown(ctx, error.command_name) from None

    def unknown(self, ctx: click.Context, name: str) -> click.UsageError:
        """The error for a name that no command has."""
        names = self.list_commands(ctx)
        meant = [known for known in names if name in USUAL.get(known, ())]
        if meant:
            return NoSuchCommand(name, f"No such command {name!r}. Did you mean {meant[0]!r}?", ctx=ctx)
        return NoSuchCommand(name, possibilities=names, ctx=ctx)
