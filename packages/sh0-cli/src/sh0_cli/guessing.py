"""Groups of commands that say what may have been meant by a name that none of them has."""

from collections.abc import Mapping

import click
from click.exceptions import NoSuchCommand

_KEEP = "'sh0 volumes download APP VOLUME' saves a volume."
_LOOK = "'sh0 ps APP' shows the containers, and what they use."
_WHO = "'sh0 tokens' and 'sh0 keys' say who may do what."
_TLS = "'sh0 domains secure HOST' has one of the platform's own authority; for a public one, put a proxy in front."
_DATA = "'sh0 templates search database' finds one, 'sh0 env APP DATABASE_URL=-' tells the app where it is."
_TELL = "'sh0 events follow' has what happens, also for a program; a plugin gets it too."

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
    **dict.fromkeys(("backup", "backups", "restore", "snapshot"), f"sh0 has no backups yet: {_KEEP}"),
    **dict.fromkeys(("crons", "jobs"), "'sh0 cron' has the jobs of apps."),
    **dict.fromkeys(("metrics", "stats", "top"), f"sh0 has no metrics yet: {_LOOK}"),
    **dict.fromkeys(("storage", "volume"), "'sh0 volumes' has the volumes of apps and stacks."),
    **dict.fromkeys(("user", "users", "team", "teams", "members"), f"sh0 has no users yet: {_WHO}"),
    **dict.fromkeys(("cert", "certs", "certificates", "https", "ssl"), f"sh0 gets no certificates yet: {_TLS}"),
    **dict.fromkeys(("addons", "database", "db"), f"sh0 makes no database for an app by itself yet: {_DATA}"),
    **dict.fromkeys(("notifications", "notify", "webhook", "webhooks"), f"sh0 sends no notifications yet: {_TELL}"),
    "maintenance": "sh0 has no maintenance page: 'sh0 stop APP' answers 503 until 'sh0 start APP'.",
    "redirects": "sh0 has no redirects yet: let the app answer them, or add each host name with 'sh0 domains add'.",
    "rename": "An app cannot be renamed: make another one ('sh0 apps create NAME'), and push there.",
    "upgrade": "sh0 does not upgrade itself: install the new version with pip, then 'sh0 down' and 'sh0 up'.",
    "update": "sh0 does not update itself: install the new version with pip, then 'sh0 down' and 'sh0 up'.",
    "remove": "'sh0 delete APP' deletes an app.",
    "rm": "'sh0 delete APP' deletes an app.",
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

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """End with the example of its first command."""
        path = " ".join(ctx.command_path.split()[1:])
        name = next(iter(self.list_commands(ctx)), None)
        if self.epilog or not path or name is None:
            super().format_epilog(ctx, formatter)
            return
        from sh0_cli.examples import EXAMPLES, epilog

        example = EXAMPLES.get(f"{path} {name}", getattr(self.get_command(ctx, name), "example", ""))
        for line in epilog(path, example):
            formatter.write_paragraph()
            formatter.write_text(line)

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
