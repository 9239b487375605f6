"""What an app printed, without the secrets among its variables."""

from collections import deque
from collections.abc import Iterator
from typing import Protocol

import attrs

from sh0.ports.runtime import LogLine


class Redacting(Protocol):
    """What takes secret values out of texts."""

    def __call__(self, text: str) -> str:
        """A text without the values."""
        ...

    def rest(self, text: str) -> str:
        """A text whose beginning may be missing, without the values and without the end of one."""
        ...

    def split(self, text: str) -> tuple[str, str]:
        """The beginning of a text that goes on, without the values, and the rest, which one may begin."""
        ...


class Redacted:
    """Lines of an app, redacted one by one. Closing it, from any thread, closes what it reads.

    Of a line that was cut, what may be the beginning of a secret is held back for the next one. The first line of each
    stream may be the rest of one: the engine counts pieces of 16 KiB where it is asked for the last lines.

    Args:
        lines: What the app printed.
        redact: Takes values out.
        process: Which process of the app prints them.
        replica: Which container of it.
    """

    def __init__(self, lines: Iterator[LogLine], redact: Redacting, process: str = "", replica: int = 0) -> None:
        self._process, self._replica = process, replica
        self._lines, self._redact = lines, redact
        self._held: dict[tuple[str, str], LogLine] = {}
        self._ready: deque[LogLine] = deque()
        self._begun: set[tuple[str, str]] = set()

    def __iter__(self) -> Iterator[LogLine]:
        return self

    def __next__(self) -> LogLine:
        if not self._ready:
            try:
                line = next(self._lines)
                self._take(attrs.evolve(line, process=self._process, replica=self._replica))
            except StopIteration:
                for line in filter(lambda held: held.text, self._held.values()):
                    self._show(line)
                self._held.clear()
                if not self._ready:
                    raise
        return self._ready.popleft()

    def _take(self, line: LogLine) -> None:
        source = line.instance, line.stream
        if source not in self._begun:
            self._begun.add(source)
            line = attrs.evolve(line, text=self._redact.rest(line.text))
        before = self._held.pop(source, None)
        if before is not None and before.time == line.time:
            line = attrs.evolve(line, text=before.text + line.text)
        elif before is not None:
            self._show(before)
        if not line.cut:
            return self._show(line)
        shown, rest = self._redact.split(line.text)
        self._ready.append(attrs.evolve(line, text=shown))
        self._held[source] = attrs.evolve(line, text=rest, cut=False)

    def _show(self, line: LogLine) -> None:
        self._ready.append(attrs.evolve(line, text=self._redact(line.text)))

    def close(self) -> None:
        """End the stream early."""
        if (close := getattr(self._lines, "close", None)) is not None:
            close()
