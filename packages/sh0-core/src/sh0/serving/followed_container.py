"""A container whose log is read: from the line after the last that is kept, without its secrets."""

from datetime import datetime

from sh0.logs.levels import level_of
from sh0.logs.repeats import Repeats
from sh0.logs.segment import Cursor
from sh0.ports.runtime import LogFeed, LogLine
from sh0.serving.log_sources import LogSource
from sh0.serving.output import Redacting, Redaction

__all__ = ["FollowedContainer"]


class FollowedContainer:
    """A container whose log is read.

    Args:
        source: The container.
        feed: Its lines, from the last one on that is kept.
        redact: Takes secrets out.
        cursor: How far it was read before; None for not at all.
        begun: When that began now.

    Attributes:
        source: The container.
        feed: Its lines.
        held: Whether it is not read for now.
        ended: Whether nothing more will come.
        behind: Whether what comes was printed before it was followed.
    """

    def __init__(
        self, source: LogSource, feed: LogFeed, redact: Redacting, cursor: Cursor | None, begun: datetime
    ) -> None:
        self.source, self.feed = source, feed
        self._redaction, self._begun = Redaction(redact), begun
        self._repeats = Repeats(cursor)
        self.held, self.ended, self.behind = False, False, True

    def read(self, now: datetime) -> list[LogLine]:
        """What has come since, and was not kept before.

        Args:
            now: The time.

        Raises:
            EngineUnavailable: The connection broke.
        """
        lines = self.feed.read()
        if lines:
            self.behind = lines[-1].time < self._begun
        shown = self._redaction.take_all([line for line in lines if self._repeats.is_new(line, now)])
        self.ended = self.feed.ended
        if self.ended:
            shown += self._redaction.finish()
        return [self._marked(line) for line in shown]

    def broken(self) -> list[LogLine]:
        """The connection broke: what is held back still."""
        self.ended = True
        return [self._marked(line) for line in self._redaction.finish()]

    def _marked(self, line: LogLine) -> LogLine:
        source = self.source
        return LogLine(
            line.time,
            line.stream,
            line.text,
            line.instance,
            line.cut,
            source.process,
            source.replica,
            source.deployment,
            level_of(line.text) or "",
        )
