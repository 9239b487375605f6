"""Which rules have to look at a file: all their triggers are matched in a single pass over its bytes."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from sh0.rules.model import Rule
from sh0.rules.names import Names

if TYPE_CHECKING:
    import re2

__all__ = ["Triggers"]

_MEMORY = 64 << 20
_ALWAYS = r"\A"


class Triggers:
    """The triggers of some rules, compiled together when the first file comes.

    Args:
        rules: Rules for files.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._names = [Names(rule.files) for rule in rules]
        self._triggered = [number for number, rule in enumerate(rules) if rule.trigger]
        self._always = [number for number, rule in enumerate(rules) if not rule.trigger]

    def of(self, path: str, content: bytes) -> list[Rule]:
        """The rules that are for such a file and whose trigger its content matches, in order."""
        matched = sorted([*self._matching(content), *self._always])
        return [self._rules[number] for number in matched if self._names[number].match(path)]

    def _matching(self, content: bytes) -> list[int]:
        if not self._triggered:
            return []
        found: list[int] = self._together.Match(content) or []  # type: ignore[assignment]  # its stubs say bool
        if len(self._triggered) in found:
            return [self._triggered[place] for place in found if place < len(self._triggered)]
        # The automaton ran out of memory, or the pattern that always matches would have. One by one none can fail.
        return [number for number, alone in zip(self._triggered, self._alone, strict=True) if alone.search(content)]

    @cached_property
    def _together(self) -> "re2.Set":
        import re2

        patterns = re2.Set.SearchSet(_options())
        for number in self._triggered:
            patterns.Add(self._rules[number].trigger)
        patterns.Add(_ALWAYS)
        patterns.Compile()
        return patterns

    @cached_property
    def _alone(self) -> "list[re2._Regexp[bytes]]":
        import re2

        return [re2.compile(self._rules[number].trigger.encode(), _options()) for number in self._triggered]


def _options() -> "re2.Options":
    import re2

    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return options
