"""Which lines of a log are asked for. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
import re2

from sh0.errors import InvalidValue
from sh0.logs.fields import has_fields
from sh0.logs.levels import LogLevel
from sh0.logs.stored import Origin
from sh0.ports.runtime import LogLine

__all__ = ["Query", "expression"]

_ORDER = [level.value for level in LogLevel]


@attrs.frozen
class Query:
    """Which lines of a log are asked for.

    Attributes:
        tail: The last so many of them.
        since: Only those printed after.
        until: Only those printed before.
        process: Only those of this process.
        replica: Only those of this container of each process.
        deployment: Only those of containers of this deployment.
        grep: Only those with this text in them; empty for all.
        regex: Whether that is a regular expression (RE2).
        level: Only those that are at least this severe.
        fields: Only JSON objects that have all of these fields, each as ``name=value``.
    """

    tail: int = 100
    since: datetime | None = None
    until: datetime | None = None
    process: str | None = None
    replica: int | None = None
    deployment: str | None = None
    grep: str = ""
    regex: bool = False
    level: LogLevel | None = None
    fields: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels that are asked for; none for whatever level."""
        return () if self.level is None else tuple(_ORDER[_ORDER.index(self.level.value) :])

    def wants(self, origin: Origin) -> bool:
        """Whether lines of one who prints are asked for."""
        return (
            self.process in (None, origin.process)
            and self.replica in (None, origin.replica)
            and self.deployment in (None, origin.deployment)
        )

    def matcher(self) -> Callable[[LogLine], bool]:
        """Says of a line whether it is asked for.

        Raises:
            InvalidValue: `grep` is no regular expression.
        """
        levels = self.levels
        found = expression(self.grep, bytes_=False).search if self.regex else lambda text: self.grep in text

        def matches(line: LogLine) -> bool:
            return (
                self.wants(Origin(line.instance, line.process, line.replica, line.deployment))
                and (self.since is None or line.time > self.since)
                and (self.until is None or line.time < self.until)
                and (not levels or line.level in levels)
                and (not self.grep or bool(found(line.text)))
                and (not self.fields or has_fields(line.text, self.fields))
            )

        return matches


def expression(pattern: str, *, bytes_: bool) -> Any:
    """A regular expression that takes time linear in what it is matched with.

    Args:
        pattern: It, as RE2 writes it.
        bytes_: Whether it is to match bytes.

    Raises:
        InvalidValue: It is none.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    try:
        return re2.compile(pattern.encode() if bytes_ else pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else "it cannot be read"
        said = said.decode(errors="replace") if isinstance(said, bytes) else said
        raise InvalidValue(
            f"{pattern!r} is no regular expression: {said}",
            hint="Leave regex out to look for the text as it stands, or see https://github.com/google/re2/wiki/Syntax.",
        ) from None
