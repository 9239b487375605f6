"""Lines that containers print, and reading them as they come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs

__all__ = ["LogFeed", "LogLine"]


@attrs.frozen
class LogLine:
    """One line that a container printed.

    Attributes:
        time: When, UTC.
        stream: "stdout" or "stderr"; "sh0" for what the platform notes about the lines themselves.
        text: The line, without its end.
        instance: Name of the container.
        cut: Whether it was too long and goes on in the next line of the same stream.
        process: Which process of its app has printed it; empty where no app is asked.
        replica: Which container of that process, from 1; 0 where no app is asked.
        deployment: Id of the deployment that the container is of; empty where no app is asked.
        level: How severe it says that it is: trace, debug, info, warning, error or fatal; empty if it says nothing.
        fields: The fields of one that is a JSON object, by their names, such as http.status; empty where no app is
            asked.
    """

    time: datetime
    stream: str
    text: str
    instance: str = ""
    cut: bool = False
    process: str = ""
    replica: int = 0
    deployment: str = ""
    level: str = ""
    fields: Mapping[str, str] = attrs.field(factory=dict, hash=False)


class LogFeed(Protocol):
    """Lines of a container as they come, for one who waits for those of many containers at the same time."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come: the container has ended, or the connection has."""
        ...

    def fileno(self) -> int:
        """A descriptor that can be read when there is something to `read`, or the end."""
        ...

    def read(self) -> Sequence[LogLine]:
        """What has come since; a part of it if that is much. It never waits.

        Raises:
            EngineUnavailable: The connection broke.
        """
        ...

    def skip(self) -> int:
        """The same, thrown away without being looked at; about how many lines that were."""
        ...

    def close(self) -> None:
        """Close the connection. It may be closed twice."""
        ...
