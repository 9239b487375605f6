"""Records of what comes again at its times."""

from datetime import datetime
from enum import StrEnum

import attrs

from sh0.store import TableSpec


class Missed(StrEnum):
    """What becomes of a time that has passed while nothing could run, however many of them there were.

    Attributes:
        SKIP: They are left out.
        ONCE: It runs once, however many there were.
    """

    SKIP = "skip"
    ONCE = "once"


@attrs.frozen
class ScheduledRun:
    """What is kept of an entry of the scheduler over a restart.

    Attributes:
        name: Its name.
        next: When it runs next, or None if it never does.
        last: When it ran last.
        seconds: How long that took.
        problem: What went wrong then, or None.
    """

    name: str
    next: datetime | None
    last: datetime | None
    seconds: float | None
    problem: str | None


@attrs.frozen
class Schedule:
    """Something that the platform does again and again, and how it went.

    Attributes:
        name: Its name.
        when: When it runs, in words or as a schedule of cron with its time zone.
        running: Whether it runs just now.
        next: When it runs next, or None if nothing but an occasion makes it run.
        last: When it ran last, or None.
        seconds: How long that took.
        problem: What went wrong then, or None.
    """

    name: str
    when: str
    running: bool
    next: datetime | None
    last: datetime | None
    seconds: float | None
    problem: str | None


SCHEDULES = TableSpec("schedules", ScheduledRun, ("name",), "schedule")
