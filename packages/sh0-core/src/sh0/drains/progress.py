"""How far a drain has come, in a file of its own: it changes with each batch, and the database would be too dear."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import attrs

from sh0 import codec
from sh0.errors import InvalidValue
from sh0.logs.app_log import Position
from sh0.records.drain import DrainState

__all__ = ["DrainProgress", "ProgressFile"]

log = logging.getLogger("sh0.drains")

_BEGINNING = (0, 0, 0)


@attrs.frozen
class DrainProgress:
    """How far a drain has come.

    Attributes:
        place: Where in the log the next line is that is sent: segment, offset, number of the line.
        sent: Lines that have arrived.
        dropped: Lines that never will.
        delivered: When something has arrived last.
        failures: Attempts that have failed since, one after the other.
        problem: Why; None if none has.
        since: Since when it goes as it does.
        reported: Whether an event has said that it fails.
    """

    place: tuple[int, int, int] = _BEGINNING
    sent: int = 0
    dropped: int = 0
    delivered: datetime | None = None
    failures: int = 0
    problem: str | None = None
    since: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    reported: bool = False

    @property
    def position(self) -> Position:
        """Where the next line is that is sent."""
        return Position(*self.place)

    @property
    def state(self) -> DrainState:
        """How it goes."""
        if self.failures:
            return DrainState.FAILING
        return DrainState.WAITING if self.delivered is None else DrainState.SENDING

    def succeeded(self, place: Position, sent: int, dropped: int, now: datetime) -> "DrainProgress":
        """A batch has arrived.

        Args:
            place: Where the next line is.
            sent: Lines in it.
            dropped: Lines before it that were gone.
            now: The time.
        """
        since = now if self.state is not DrainState.SENDING else self.since
        return DrainProgress((*place,), self.sent + sent, self.dropped + dropped, now, 0, None, since, False)

    def failed(self, problem: str, now: datetime) -> "DrainProgress":
        """An attempt has failed."""
        since = self.since if self.failures else now
        return attrs.evolve(self, failures=self.failures + 1, problem=problem, since=since)


class ProgressFile:
    """The file of one drain. A crash of the process leaves it as it was, or as it is.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, now: datetime) -> DrainProgress:
        """What it says; where it says nothing, what is kept is sent from its beginning."""
        try:
            return codec.structure(json.loads(self._path.read_bytes()), DrainProgress)  # type: ignore[no-any-return]
        except FileNotFoundError:
            return DrainProgress(since=now)
        except (OSError, ValueError, InvalidValue) as error:
            log.warning("%s does not say how far its drain has come: %s", self._path, error)
            return DrainProgress(since=now)

    def write(self, progress: DrainProgress) -> None:
        """Replace it.

        Raises:
            OSError: It cannot be written.
        """
        self._path.parent.mkdir(mode=0o700, exist_ok=True, parents=True)
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(codec.unstructure(progress)))
        draft.replace(self._path)

    def remove(self) -> None:
        """Remove it."""
        self._path.unlink(missing_ok=True)
