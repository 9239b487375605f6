"""What the daemon uses while nothing is due: with twenty apps, without jobs and with two hundred."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.stage import Stage, stage

APPS, JOBS = 20, 200
SECONDS = 60


def run() -> None:
    """Measure and print."""
    with stage() as one:
        for number in range(APPS):
            one.platform.apps.create(f"app-{number}")
            one.deploy(f"app-{number}", number)
        time.sleep(SECONDS / 2)
        without = _used(one)
        later = datetime.now(UTC) + timedelta(hours=6)
        for number in range(JOBS):
            app, schedule = f"app-{number % APPS}", f"{later.minute} {later.hour} * * *"
            one.platform.cron.add(app, f"job-{number}", schedule, arguments=("true",))
        time.sleep(SECONDS / 2)
        used = _used(one)
    print(f"{APPS} apps, per cent of a core over {SECONDS} s: {without:.2f} without jobs, {used:.2f} with {JOBS}")


def _used(one: Stage) -> float:
    begun, before = time.monotonic(), _ticks(one.process.pid)
    time.sleep(SECONDS)
    spent = (_ticks(one.process.pid) - before) / os.sysconf("SC_CLK_TCK")
    return 100 * spent / (time.monotonic() - begun)


def _ticks(process: int) -> int:
    """Time that a process and its children that have ended have used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))
