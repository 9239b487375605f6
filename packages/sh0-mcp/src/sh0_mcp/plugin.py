"""What sh0-mcp adds: the command ``sh0 mcp``. Neither Click nor the protocol is loaded before somebody asks for it."""

from typing import TYPE_CHECKING

from sh0.plugin import hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def sh0_commands() -> "list[click.Command]":
    """``sh0 mcp``."""
    from sh0_mcp.command import mcp

    return [mcp]
