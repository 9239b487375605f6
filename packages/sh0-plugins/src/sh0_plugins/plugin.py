"""What sh0-plugins adds, through the same hooks as a stranger's plugin.

A plugin is a module named in the entry point group ``sh0`` with functions that `sh0.hookimpl` marks.
"""

from sh0 import Recipe, Rule, hookimpl
from sh0_plugins.journal_file import sh0_event
from sh0_plugins.recipes import RECIPES
from sh0_plugins.rules import RULES

__all__ = ["sh0_event", "sh0_recipes", "sh0_rules"]


@hookimpl
def sh0_recipes() -> list[Recipe]:
    """Recipes of stacks beside the built-in ones."""
    return list(RECIPES)


@hookimpl
def sh0_rules() -> list[Rule]:
    """What is looked for in a project before it is deployed."""
    return list(RULES)
