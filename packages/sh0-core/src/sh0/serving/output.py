"""What an app printed, without the secrets among its variables."""

from collections import deque
from collections.abc import Iterator, Sequence
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


class Redaction:
    """Redacts the lines of a container one by one, as they come.

    Of a line that was cut, what may be the beginning of a secret is held back for the next one. The first line of each
    stream may be the rest of one: the engine counts pieces of 16 KiB where it is asked for the last lines.

    Args:
        redact: Takes values out.
    """

    def __init__(self, redact: Redacting) -> None:
        self._redact = redact
        self._held: dict[tuple[str, str], LogLine] = {}
        self._begun: set[tuple[str, str]] = set()

    def take(self, line: LogLine) -> list[LogLine]:
        """What can be shown once a line has come."""
        source, shown = (line.instance, line.stream), []
        if source not in self._begun:
            self._begun.add(source)
            line = attrs.evolve(line, text=self._redact.rest(line.text))
        before = self._held.pop(source, None)
        if before is not None and before.time == line.time:
            line = attrs.evolve(line, text=before.text + line.text)
        elif before is not None:
            shown.append(self._shown(before))
        if not line.cut:
            return [*shown, self._shown(line)]
        text, rest = self._redact.split(line.text)
        self._held[source] = attrs.evolve(line, text=rest, cut=False)
        return [*shown, attrs.evolve(line, text=text)]

    def take_all(self, lines: Sequence[LogLine]) -> list[LogLine]:
        """What can be shown once lines have come: the same, at a fraction of the cost where none is cut."""
        whole = not self._held and not any(line.cut for line in lines)
        if not whole or any((line.instance, line.stream) not in self._begun for line in lines):
            return [shown for line in lines for shown in self.take(line)]
        together = "\n".join(line.text for line in lines)
        redacted = self._redact(together)
        if redacted == together:
            return list(lines)
        texts = redacted.split("\n")
        if len(texts) != len(lines):  # a value has several lines
            return [self._shown(line) for line in lines]
        return [
            line if line.text == text else attrs.evolve(line, text=text)
            for line, text in zip(lines, texts, strict=True)
        ]

    def finish(self) -> list[LogLine]:
        """What is held back still."""
        held = [self._shown(line) for line in self._held.values() if line.text]
        self._held.clear()
        return held

    def _shown(self, line: LogLine) -> LogLine:
        return attrs.evolve(line, text=self._redact(line.text))


class Redacted:
    """Lines of an app, redacted one by one. Closing it, from any thread, closes what it reads.

    Args:
        lines: What the app printed.
        redact: Takes values out.
        process: Which process of the app prints them.
        replica: Which container of it.
    """

    def __init__(self, lines: Iterator[LogLine], redact: Redacting, process: str = "", replica: int = 0) -> None:
        self._process, self._replica = process, replica
        self._lines, self._redaction = lines, Redaction(redact)
        self._ready: deque[LogLine] = deque()

    def __iter__(self) -> Iterator[LogLine]:
        return self

    def __next__(self) -> LogLine:
        if not self._ready:
            try:
                line = next(self._lines)
                self._ready += self._redaction.take(attrs.evolve(line, process=self._process, replica=self._replica))
            except StopIteration:
                self._ready += self._redaction.finish()
                if not self._ready:
                    raise
        return self._ready.popleft()

    def close(self) -> None:
        """End the stream early."""
        if (close := getattr(self._lines, "close", None)) is not None:
            close()
