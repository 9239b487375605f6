"""A daemon whose jobs have a time every four seconds, and that kills itself where the file `crash` in its home says.

Jobs of once a year have the time in the file `due`.

`due`: when a time has come. `recorded`: when the run is recorded, before its job moves on. `begun`: when its job has
moved on. `start`, `run`: when that step of the run begins. `applied`: when its container is started, before that is
recorded. `ended`: when it has ended, before the consequences are drawn.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sh0.adapters.docker import DockerRuntime
from sh0.commands.commands import Commands
from sh0.cron.entries import CronEntries
from sh0.cron.runner import CronRunner
from sh0.cron.store import JobStore
from sh0.daemon.main import main
from sh0.jobs.log import RunLog
from sh0.jobs.schedule import Cron

CRASH = Path(sys.argv[sys.argv.index("--home") + 1]) / "crash"
DUE = CRASH.with_name("due")
EVERY, YEARLY = 4, "0 0 1 1 *"


def crash(place: str) -> None:
    """End this process at once if this is the place."""
    if place and CRASH.exists() and CRASH.read_text() == place:
        os.kill(os.getpid(), signal.SIGKILL)


def around(
    owner: type, name: str, before: str = "", after: str = "", about: Callable[..., bool] = lambda *_: True
) -> None:
    """Crash before or after a method runs."""
    method: Callable[..., Any] = getattr(owner, name)

    def patched(self: object, *arguments: Any, **named: Any) -> Any:
        crash(before if about(*arguments) else "")
        result = method(self, *arguments, **named)
        crash(after if about(*arguments) else "")
        return result

    setattr(owner, name, patched)


def begin(self: RunLog, step: StrEnum) -> None:
    _begin(self, step)
    crash(step.value)


def soon(schedule: Cron, moment: datetime) -> datetime | None:
    if schedule.expression == YEARLY:
        due = datetime.fromtimestamp(float(DUE.read_text()), UTC)
        return due if due > moment else None
    seconds = int(moment.timestamp()) // EVERY * EVERY + EVERY
    return datetime.fromtimestamp(seconds, UTC)


_begin = RunLog.begin
RunLog.begin = begin  # type: ignore[method-assign]
Cron.after = soon  # type: ignore[method-assign, assignment]
around(CronRunner, "run_due", before="due")
around(Commands, "begin", after="recorded")
around(JobStore, "begun", after="begun")
around(DockerRuntime, "apply", after="applied", about=lambda workload, *_: ".run." in workload.name)
around(CronEntries, "ended", before="ended")
sys.exit(main())
