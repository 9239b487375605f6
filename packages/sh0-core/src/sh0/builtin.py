"""What the core itself adds, through the hooks that any plugin has."""

from sh0.builds.recipes import BUILTIN, Recipe
from sh0.hookspecs import hookimpl


@hookimpl(trylast=True)
def sh0_recipes() -> list[Recipe]:
    """The built-in recipes."""
    return list(BUILTIN)
