"""When something that comes again is due: intervals, cron in a time zone, jitter, and runs that were missed. Pure."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import attrs
from cronsim import CronSim

from sh0 import codec
from sh0.errors import InvalidValue
from sh0.records.schedule import Missed
from sh0.schedule_values import CronExpression

_LATE = timedelta(minutes=1)  # a run that begins later than this was missed: the machine or the platform was away
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@attrs.frozen
class Every:
    """Again and again, so long after the end of the last run.

    Attributes:
        seconds: How long.
    """

    seconds: float = attrs.field(validator=attrs.validators.gt(0))

    def __str__(self) -> str:
        for length, unit in _UNITS:
            if self.seconds % length == 0:
                count = int(self.seconds // length)
                return f"every {unit}" if count == 1 else f"every {count} {unit}s"
        return f"every {self.seconds:g} seconds"

    def after(self, moment: datetime) -> datetime:
        """The next time after a moment."""
        return moment + timedelta(seconds=self.seconds)


def _expression(text: str) -> str:
    return str(codec.structure(text, CronExpression))


@attrs.frozen
class Cron:
    """By a schedule of cron, as the clocks of a time zone show it.

    Where clocks are put forward, a time that they leave out comes when they have jumped over it. Where they are put
    back, a time that they show twice comes once. Neither concerns schedules with ``*`` as their minute or hour: those
    are intervals, which no change of clocks makes longer.

    Attributes:
        expression: Five fields, or a name such as ``@daily``.
        zone: Name of the time zone, as in ``Europe/Berlin``.

    Raises:
        InvalidValue: One of them cannot be read.
    """

    expression: str = attrs.field(converter=_expression)
    zone: str = attrs.field(default="UTC")

    @zone.validator
    def _known(self, _: "attrs.Attribute[str]", zone: str) -> None:
        time_zone(zone)

    def __str__(self) -> str:
        return f"{self.expression} ({self.zone})"

    def after(self, moment: datetime) -> datetime | None:
        """The next time after a moment; None where there is none within fifty years."""
        for found in CronSim(self.expression, moment.astimezone(time_zone(self.zone))):
            if (then := found.astimezone(UTC)) > moment:  # in the hour that comes twice it may be the first one's
                return then
        return None


When = Every | Cron


def time_zone(name: str) -> tzinfo:
    """A time zone by its name.

    Raises:
        InvalidValue: Nobody knows it.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        hint = "Name one as in Europe/Berlin."
        raise InvalidValue(f"{name!r:.80} is no time zone", hint=hint, path="$.zone", reason="unknown") from None


def following(when: When, after: datetime, jitter: float = 0.0) -> datetime | None:
    """The time of the next run.

    Args:
        when: The schedule.
        after: The end of the last run.
        jitter: Seconds that it comes later, so that not everybody begins at once.
    """
    found = when.after(after)
    return None if found is None else found + timedelta(seconds=jitter)


def retried(when: When, after: datetime, pause: float | None) -> datetime | None:
    """The time of the next run after one that had a problem.

    Args:
        when: The schedule.
        after: The end of that run.
        pause: Seconds after which it is tried again at the latest; None to wait for its time.
    """
    found = when.after(after)
    if pause is None:
        return found
    again = after + timedelta(seconds=pause)
    return again if found is None else min(found, again)


def resumed(when: When, kept: datetime | None, now: datetime, missed: Missed, jitter: float = 0.0) -> datetime | None:
    """The time of the first run after a start.

    Args:
        when: The schedule, which may be another one than before.
        kept: The next time as it was when the platform stopped; None if there was none.
        now: The time.
        missed: What to do where that has passed.
        jitter: Seconds that it comes later.
    """
    fresh = following(when, now, jitter)
    if kept is None:
        return fresh
    if kept <= now:
        return now if missed is Missed.ONCE or now - kept <= _LATE else fresh
    return kept if fresh is None else min(kept, fresh)


def is_skipped(planned: datetime, now: datetime, missed: Missed) -> bool:
    """Whether a time that has come is passed over, because that was long ago."""
    return missed is Missed.SKIP and now - planned > _LATE


def bounded(when: When, planned: datetime, now: datetime, jitter: float = 0.0) -> datetime:
    """A planned time that is not further away than the interval, as it is after the clock was set back.

    Args:
        when: The schedule.
        planned: The time.
        now: The time that it is.
        jitter: Most seconds that a run comes later.
    """
    return min(planned, when.after(now) + timedelta(seconds=jitter)) if isinstance(when, Every) else planned
