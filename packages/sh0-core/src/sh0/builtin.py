"""What the core itself adds, through the hooks that any plugin has."""

from typing import TYPE_CHECKING

from sh0.hookspecs import hookimpl

if TYPE_CHECKING:
    from sh0.rules.model import Rule


@hookimpl(trylast=True)
def sh0_rules() -> "list[Rule]":
    """The rules of the engine itself."""
    from sh0.rules.builtin import RULES

    return list(RULES)
