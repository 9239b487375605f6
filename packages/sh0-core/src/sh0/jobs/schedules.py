"""Operations on what the platform does at its times."""

from typing import TYPE_CHECKING

from sh0.operations import Effect, Operations, Scope, operation
from sh0.records.schedule import SCHEDULES, Schedule

if TYPE_CHECKING:
    from sh0.jobs.scheduler import Scheduler


class Schedules(Operations, domain="schedules"):
    """What the platform does again and again: cleaning, reconciling, and the like."""

    tables = (SCHEDULES,)

    def __init__(self, scheduler: "Scheduler") -> None:
        self._scheduler = scheduler

    @operation("GET /schedules", effect=Effect.READ, scope=Scope.SERVERS)
    def list(self) -> tuple[Schedule, ...]:
        """List what runs at its times: when it runs next, when it ran last, how long that took and what went wrong."""
        return self._scheduler.list()
