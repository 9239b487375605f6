"""What an app printed, without the values of its variables."""

from collections.abc import Callable, Iterator

import attrs

from sh0.ports.runtime import LogLine


class Redacted:
    """Lines of an app, redacted one by one. Closing it, from any thread, closes what it reads.

    Args:
        lines: What the app printed.
        redact: Blots out values.
    """

    def __init__(self, lines: Iterator[LogLine], redact: Callable[[str], str]) -> None:
        self._lines, self._redact = lines, redact

    def __iter__(self) -> Iterator[LogLine]:
        return self

    def __next__(self) -> LogLine:
        line = next(self._lines)
        return attrs.evolve(line, text=self._redact(line.text))

    def close(self) -> None:
        """End the stream early."""
        if (close := getattr(self._lines, "close", None)) is not None:
            close()
