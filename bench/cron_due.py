"""How long it takes from the time of a job to its program, with fifty jobs due at once."""

import statistics
import time
from datetime import UTC, datetime, timedelta

from bench.stage import Stage, stage

JOBS = 50
PRINTS = "import time; print(time.time())"


def run() -> None:
    """Measure and print."""
    with stage() as one:
        one.platform.apps.create("shop")
        one.deploy("shop", 1)
        due = (datetime.now(UTC) + timedelta(seconds=75)).replace(second=0, microsecond=0)
        for number in range(JOBS):
            one.platform.cron.add(
                "shop", f"job-{number}", f"{due.minute} {due.hour} * * *", arguments=("python", "-c", PRINTS)
            )
        late = sorted(_late(one, due))
    print(f"jobs due at once: {JOBS}; their programs began after, in seconds")
    print(f"median {statistics.median(late):.2f}, p99 {late[-1]:.2f}, first {late[0]:.2f}")


def _late(one: Stage, due: datetime) -> list[float]:
    """By how much each program began later than its time, as the programs themselves say."""
    deadline = time.monotonic() + 300
    while True:
        runs = one.platform.runs.list("shop", limit=2 * JOBS)
        if len(runs) == JOBS and all(run.state.ended for run in runs):
            break
        if time.monotonic() > deadline:
            raise SystemExit(f"{sum(run.state.ended for run in runs)} of {JOBS} runs have ended")
        time.sleep(1)
    printed = [
        [line.text for line in one.platform.runs.logs("shop", run.id) if line.kind.value == "output"] for run in runs
    ]
    return [float(lines[0]) - due.timestamp() for lines in printed]
