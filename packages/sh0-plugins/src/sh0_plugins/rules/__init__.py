"""The rules that come with sh0, one file a topic."""

from typing import Final

from sh0 import Rule

__all__ = ["RULES"]

RULES: Final[tuple[Rule, ...]] = ()
