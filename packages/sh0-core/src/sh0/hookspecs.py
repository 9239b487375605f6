"""The hooks of sh0. A plugin is a module or object with functions of these names, marked with `hookimpl`.

It is found through the entry point group ``sh0``. Everything that sh0 brings along is loaded the same way.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import attrs
import pluggy

if TYPE_CHECKING:
    import click

    from sh0.builds.recipe import Recipe
    from sh0.importers.importer import Importer
    from sh0.records.journal import Event
    from sh0.rules.model import Rule
    from sh0.settings import Settings

hookspec = pluggy.HookspecMarker("sh0")
hookimpl = pluggy.HookimplMarker("sh0")
"""Marks a function of a plugin as one that implements the hook of its name."""


@attrs.frozen
class Frontend:
    """A process that the daemon starts, watches, and starts again when it ends.

    It is no party to anything secret: it runs as an unprivileged user where that is possible, and reaches the platform
    through the socket named in ``SH0_SOCKET`` with the credentials of whoever it serves.

    Attributes:
        name: Its name, in the log and in the names of its files.
        argv: Program and arguments.
        listen: Address and port that the daemon listens on for it; the descriptor's number is in ``SH0_LISTEN_FD``.
        environment: Variables besides those.
    """

    name: str
    argv: tuple[str, ...]
    listen: tuple[str, int] | None = None
    environment: Mapping[str, str] = attrs.field(factory=dict)


class Hooks(Protocol):
    """What a plugin can add."""

    @hookspec
    def sh0_frontends(self, settings: "Settings") -> list[Frontend]:
        """Frontends that the daemon shall run.

        Args:
            settings: How the platform is set up.
        """

    @hookspec
    def sh0_commands(self) -> "list[click.Command]":
        """Commands for the ``sh0`` command line. Their context's ``obj.platform`` is the one that its options name."""

    @hookspec
    def sh0_recipes(self) -> "list[Recipe]":
        """Recipes of the build engine; they are asked before those of sh0-plugins."""

    @hookspec
    def sh0_rules(self) -> "list[Rule]":
        """What to look for in a project before it is deployed, and with ``sh0 check``."""

    @hookspec
    def sh0_templates(self) -> list[Path]:
        """Folders of templates: files ``<name>.yaml`` in the format that ``docs/reference/templates.md`` describes."""

    @hookspec
    def sh0_importers(self) -> "list[Importer]":
        """Formats of other platforms' catalogues that templates are made of; they are asked before sh0-plugins'."""

    @hookspec
    def sh0_event(self, event: "Event") -> None:
        """Something happened. Called on a thread of its own, one event after the other.

        Args:
            event: What happened.
        """
