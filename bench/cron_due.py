"""How long it takes from the time of a job to its program, with fifty jobs due at once.

And, in the same run, how long the engine alone takes for as many containers: made at that moment and started, and
made before and only started.
"""

import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
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
        late = _late(one, due)
        image = one.platform.deployments.list("shop", limit=1)[0].image or ""
        run, started = _engine_alone(image, made_before=False), _engine_alone(image, made_before=True)
    print(f"jobs due at once: {JOBS}; their programs began after, in seconds")
    _show("sh0", late)
    _show("the engine alone, containers made and started", run)
    _show("the engine alone, containers made before and started", started)


def _show(what: str, late: list[float]) -> None:
    print(f"{what}: median {statistics.median(late):.2f}, p99 {max(late):.2f}, first {min(late):.2f}")


def _engine_alone(image: str, *, made_before: bool) -> list[float]:
    """By how much each program began later than fifty calls of the engine's command line, all at once."""
    names = [f"sh0-bench-{made_before}-{number}".lower() for number in range(JOBS)]
    program = (image, "python", "-c", PRINTS)
    try:
        with ThreadPoolExecutor(JOBS) as pool:
            if made_before:
                list(pool.map(lambda name: _docker("create", "--name", name, *program), names))
            begun = time.time()
            if made_before:
                list(pool.map(lambda name: _docker("start", name), names))
            else:
                list(pool.map(lambda name: _docker("run", "--detach", "--name", name, *program), names))
        _docker("wait", *names)
        return [float(_docker("logs", name)) - begun for name in names]
    finally:
        _docker("rm", "--force", *names)


def _docker(*words: str) -> str:
    return subprocess.run(("docker", *words), capture_output=True, text=True, check=True).stdout


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
