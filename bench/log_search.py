"""How long a search through 1 GB of one app's log takes, and how much memory, in the process that does it."""

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sh0.logs.app_log import AppLog
from sh0.logs.levels import LogLevel
from sh0.logs.query import Query
from sh0.logs.scanning import newest_first, scan
from sh0.ports.runtime import LogLine

SIZE = 1_000_000_000
ROUNDS = 5
QUERIES = {
    "a text that is there once": Query(grep="order 4710 "),
    "a text that is not there": Query(grep="nowhere to be found"),
    "a regular expression": Query(grep=r"order [0-9]*99998 ", regex=True),
    "errors of the worker": Query(level=LogLevel.ERROR, process="worker"),
    "a field that is there once": Query(fields=("request_id=r4711",)),
    "a field of a value that every line has": Query(fields=("http.status=200", "request_id=nowhere")),
    "the last 100 lines": Query(),
}


def run() -> None:
    """Measure and print; each query in a process of its own, as the daemon does it."""
    folder = Path(tempfile.mkdtemp(prefix="sh0-bench-logs-"))
    try:
        _fill(folder)
        for name in QUERIES:
            found = [_measured(folder, name) for _ in range(ROUNDS)]
            seconds, cpu, memory = (statistics.median(each) for each in zip(*found, strict=True))
            print(f"{name}: median {seconds:.2f} s of {ROUNDS}, {cpu:.2f} s of CPU, {memory:.0f} MiB at most")
    finally:
        shutil.rmtree(folder)


def _fill(folder: Path) -> None:
    log, begun, number = AppLog(folder), datetime.now(UTC), 0
    while log.size < SIZE:
        lines = [
            LogLine(
                begun + timedelta(microseconds=100 * each),
                "stdout",
                _text(each),
                "bench-shop-1",
                process="worker" if each % 2 else "web",
                replica=1,
                deployment="shop-1",
                level="error" if each % 100_001 == 0 else "info",
            )
            for each in range(number, number + 5000)
        ]
        log.append(lines, 4 * SIZE)
        number += len(lines)
    log.close()


def _text(number: int) -> str:
    """What is printed: every other line is JSON."""
    if number % 2:
        return f'{{"level": "info", "http": {{"status": 200}}, "path": "/cart", "request_id": "r{number}"}}'
    return f'10.0.0.7 - - "POST /cart HTTP/1.1" 200 812 order {number} took {number % 977} ms "Mozilla/5.0 (X11)"'


def _measured(folder: Path, name: str) -> tuple[float, float, float]:
    command = [sys.executable, "-c", f"from bench.log_search import once; once({str(folder)!r}, {name!r})"]
    seconds, cpu, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(cpu), float(memory)


def once(folder: str, name: str) -> None:
    """Search once, and print the seconds, those of CPU, and the MiB that it needed."""
    query = QUERIES[name]
    parts = tuple(newest_first(AppLog(Path(folder)).state().parts, query))
    begun, used = time.perf_counter(), time.process_time()
    scan(parts, query)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - begun, time.process_time() - used, memory)
