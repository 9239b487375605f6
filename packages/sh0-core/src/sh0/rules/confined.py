"""Checking a folder in a process of its own: one that can be ended, whatever a file makes a rule do."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

from sh0.errors import Cancelled
from sh0.rules.plain import load_report
from sh0.rules.report import Report

__all__ = ["SECONDS", "check_confined"]

SECONDS: Final = 30.0
"""How long a check may hold a deployment up."""

_GRACE = 3.0
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


def check_confined(folder: Path, cancelled: threading.Event, seconds: float = SECONDS) -> Report:
    """Look for what is wrong with a folder, with the rules of every plugin that is installed.

    It always gives a report. One whose notes say that the check failed has no findings.

    Args:
        folder: The folder.
        cancelled: Ends it early.
        seconds: How long it may take.

    Raises:
        Cancelled: Somebody cancelled it.
    """
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "sh0.rules.worker", str(folder.resolve()), str(seconds)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env={**environment, "MALLOC_ARENA_MAX": "2"},
        text=True,
        errors="replace",
    )
    end = time.monotonic() + seconds + _GRACE
    with process:
        try:
            while True:
                try:
                    out, err = process.communicate(timeout=0.1)
                    break
                except subprocess.TimeoutExpired:
                    if cancelled.is_set():
                        raise Cancelled("the check was cancelled") from None
                    if time.monotonic() > end:
                        return _without_result(f"it took more than {seconds:.0f} seconds")
        finally:
            process.kill()
    try:
        return load_report(out)
    except ValueError:
        return _without_result((err.strip().splitlines() or [f"it ended with {process.returncode}"])[-1])


def _without_result(reason: str) -> Report:
    return Report(notes=(f"The project could not be checked: {reason}.",))
