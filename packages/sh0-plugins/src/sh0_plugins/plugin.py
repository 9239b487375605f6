"""What sh0-plugins adds, through the same hooks as a third-party plugin.

A plugin is a module named in the entry point group ``sh0`` with functions that `sh0.plugin.hookimpl` marks.
What a hook gives is imported when it is asked for, so that a command that needs none of it starts quickly.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sh0.plugin import hookimpl
from sh0_plugins.journal_file import sh0_event

if TYPE_CHECKING:
    from sh0.plugin import Importer, Recipe, Rule

__all__ = ["sh0_event", "sh0_importers", "sh0_recipes", "sh0_rules", "sh0_templates"]


@hookimpl(trylast=True)
def sh0_recipes() -> "list[Recipe]":
    """Recipes of languages and frameworks; those of other plugins are asked before them."""
    from sh0_plugins.recipes import RECIPES

    return list(RECIPES)


@hookimpl(trylast=True)
def sh0_importers() -> "list[Importer]":
    """Catalogues of other platforms; importers of other plugins are asked before them."""
    from sh0_plugins.importers import IMPORTERS

    return list(IMPORTERS)


@hookimpl
def sh0_rules() -> "list[Rule]":
    """What is looked for in a project before it is deployed."""
    from sh0_plugins.rules import RULES

    return list(RULES)


@hookimpl
def sh0_templates() -> list[Path]:
    """Where our templates are."""
    return [Path(__file__).parent / "templates"]
