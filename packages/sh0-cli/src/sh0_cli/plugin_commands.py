"""Commands that plugins bring through the hook ``sh0_commands``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

_OURS = frozenset({"builtin", "web", "mcp", "plugins"})


def load() -> "dict[str, click.Command]":
    """The commands of every plugin by name. One that cannot be loaded is named on stderr, and the others go on."""
    import click

    from sh0.frontend import Plugins

    found = [command for command in Plugins().commands() if isinstance(command, click.Command)]
    return {command.name: command for command in found if command.name}


def foreign() -> "dict[str, click.Command]":
    """Commands of plugins that do not come with sh0; nothing is loaded where there is no such plugin."""
    from sh0_cli.table import PLUGIN_COMMANDS

    if not any(_third_party(Path(folder)) for folder in sys.path if folder.endswith("-packages")):
        return {}
    return {name: command for name, command in load().items() if name not in PLUGIN_COMMANDS}


def _third_party(packages: Path) -> bool:
    """Whether a folder of packages holds a plugin of somebody else.

    Reads the files themselves: `importlib.metadata` would take a fifth of the time that the help may take.
    """
    for file in packages.glob("*-info/entry_points.txt"):
        section = ""
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("["):
                section = line.strip()
            elif section == "[sh0]" and "=" in line and line.split("=")[0].strip() not in _OURS:
                return True
    return False
