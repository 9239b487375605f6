"""Memory of the idle control plane, and CPU of the idle daemon with 20 apps."""

import os
import re
import time
from pathlib import Path

from bench.stage import stage

APPS = 20
SECONDS = 60


def run() -> None:
    """Measure and print."""
    with stage() as one:
        for number in range(1, APPS + 1):
            one.platform.apps.create(f"app{number}")
            one.deploy(f"app{number}", number)
        time.sleep(5)
        processes = {pid: _command(pid) for pid in [one.process.pid, *_descendants(one.process.pid)]}
        before = _ticks(one.process.pid)
        time.sleep(SECONDS)
        used = (_ticks(one.process.pid) - before) / os.sysconf("SC_CLK_TCK")
        total = 0.0
        for pid, command in processes.items():
            size = _pss(pid)
            total += size
            print(f"{size:6.1f} MiB  {command}")
        print(f"memory of the control plane, proportional set size: {total:.1f} MiB")
        print(f"CPU of the idle daemon with {APPS} apps: {used / SECONDS * 100:.2f} % of a core over {SECONDS} s")


def _descendants(parent: int) -> list[int]:
    children = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                    children += [int(entry.name), *_descendants(int(entry.name))]
            except (FileNotFoundError, ProcessLookupError):
                pass
    return children


def _pss(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:80]
