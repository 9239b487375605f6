"""What the core itself adds, through the hooks that any plugin has."""

from typing import TYPE_CHECKING

from sh0.hookspecs import hookimpl

if TYPE_CHECKING:
    from sh0.builds.recipes import Recipe


@hookimpl(trylast=True)
def sh0_recipes() -> "list[Recipe]":
    """The built-in recipes."""
    from sh0.builds.recipes import BUILTIN

    return list(BUILTIN)
