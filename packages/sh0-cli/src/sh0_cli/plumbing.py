"""Every operation as a command, generated from the registry: ``sh0 DOMAIN METHOD``."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, cast

import click

from sh0_cli.command import Sh0Command, by_hand
from sh0_cli.exclusions import WITHOUT_COMMAND
from sh0_cli.expiry import shortened
from sh0_cli.guessing import GuessingGroup
from sh0_cli.session import Session
from sh0_cli.table import IN_DOMAIN


class DomainGroup(GuessingGroup):
    """The operations of one domain.

    Args:
        name: Name of the domain.
        help: What it is about.
        alone: What its name does when none of its commands is named; without this, it shows its help.
    """

    def __init__(self, name: str, help: str | None = None, alone: click.Command | None = None) -> None:
        if alone is None:
            super().__init__(name, help=help)
            return
        text = f"{help}\n\nWithout a command: {(alone.help or '')[:1].lower()}{(alone.help or '')[1:]}"
        super().__init__(name, help=text, params=alone.params, callback=_alone(alone), invoke_without_command=True)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the domain's commands, in the order of its class."""
        from sh0.frontend import registry

        generated = [
            command_name(operation.method)
            for operation in registry.domain(self.name or "").values()
            if operation.name not in WITHOUT_COMMAND
        ]
        return [*(name for name in self._by_hand if name not in generated), *generated]

    @property
    def _by_hand(self) -> dict[str, str]:
        return IN_DOMAIN.get(self.name or "", {})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name: written by hand, or generated."""
        if cmd_name in self._by_hand:
            return by_hand(self._by_hand[cmd_name])
        return generate(f"{self.name}.{cmd_name.replace('-', '_')}") if cmd_name in self.list_commands(ctx) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List every command with the whole first sentence of its help."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, found.get_short_help_str(200)) for name, found in commands if found])


def _alone(command: click.Command) -> Callable[..., None]:
    def invoke(**given: Any) -> None:
        context = click.get_current_context()
        if context.invoked_subcommand is None:
            context.invoke(cast(Any, command.callback), **given)

    return invoke


def command_name(method: str) -> str:
    """The word for a method: ``deploy-key`` for ``deploy_key``."""
    return method.replace("_", "-")


def generate(name: str) -> click.Command:
    """The command of an operation."""
    from sh0.frontend import Call, Shape, registry
    from sh0_cli import next_steps, parameters, records
    from sh0_cli.examples import example_of
    from sh0_cli.key_files import public_key
    from sh0_cli.started import show_started, starts_work

    operation = registry.get(name)
    declared = parameters.click_parameters(operation)

    def invoke(*, no_wait: bool = False, **given: Any) -> None:
        session = click.get_current_context().ensure_object(Session)
        with ExitStack() as opened:
            if operation.name == "keys.add":
                given["public_key"] = public_key(given["public_key"])
            arguments = parameters.read(operation, given, opened)
            result = session.platform.invoke(Call(operation.name, arguments))
            if operation.shape is Shape.STREAM:
                for item in cast(Any, result):
                    records.show_item(session.output, item)
            elif starts_work(operation):
                show_started(session, result, wait=not no_wait)
            else:
                records.show(session.output, result)
                if told := shortened(arguments.get("days"), getattr(result, "expires", None), datetime.now(UTC)):
                    session.output.warn(told)
                next_steps.after(session, operation.name, arguments)

    if starts_work(operation):
        declared.append(click.Option(["--no-wait"], is_flag=True, help="Return once it is in the queue."))
    text = f"{operation.summary}\n\n{operation.description}".strip()
    name = command_name(operation.method)
    return Sh0Command(name, params=declared, callback=invoke, help=text, example=example_of(operation))
