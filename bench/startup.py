"""How long ``sh0 --help`` takes, against an interpreter that does nothing. Whole processes, interleaved."""

import statistics
import subprocess
import sys
import time

from bench.stage import BIN

ROUNDS = 15


def run() -> None:
    """Measure and print."""
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "python -c 'import sh0'": [sys.executable, "-c", "import sh0"],
        "sh0 --help": [str(BIN / "sh0"), "--help"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - begun)
    base = statistics.median(times["python -c pass"])
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"{name}: median {median * 1000:.0f} ms of {ROUNDS}, +{(median - base) * 1000:.0f} ms")
