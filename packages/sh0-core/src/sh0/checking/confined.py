"""Checking a folder in a process of its own: one that can be ended, whatever a file makes a rule do."""

import os
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sh0.errors import Cancelled
from sh0.rules.plain import load_report
from sh0.rules.report import Report

__all__ = ["SECONDS", "CheckedTrees", "check_confined"]

SECONDS: Final = 30.0
"""How long a check may hold a deployment up."""

_KEPT: Final = 32
_GRACE = 3.0
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


def check_confined(
    folder: Path, cancelled: threading.Event, dockerfile: str | None = None, seconds: float = SECONDS
) -> Report:
    """Look for what is wrong with a folder, with the rules of every plugin that is installed.

    It always gives a report. One whose notes say that the check failed has no findings.

    Args:
        folder: The folder.
        cancelled: Ends it early.
        dockerfile: Path of the Dockerfile that is built; None: what the project says.
        seconds: How long it may take.

    Raises:
        Cancelled: Somebody cancelled it.
    """
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "sh0.checking.worker", str(folder.resolve()), str(seconds), dockerfile or ""],
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


class CheckedTrees:
    """Checks trees, and does not look again at one that it has seen: a deployment of an unchanged tree costs nothing.

    The rules are those of the plugins that were installed when this process began, as for everything else in it.

    Args:
        check: Checks a folder.
    """

    def __init__(self, check: Callable[[Path, threading.Event, str | None], Report]) -> None:
        self._check = check
        self._seen: OrderedDict[tuple[str, str | None], Report] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, key: str, folder: Path, cancelled: threading.Event, dockerfile: str | None = None) -> Report:
        """What is wrong with a tree.

        Args:
            key: Digest of all that is in the folder.
            folder: The folder.
            cancelled: Ends it early.
            dockerfile: Path of the Dockerfile that is built; None: what the project says.

        Raises:
            Cancelled: Somebody cancelled it.
        """
        seen = (key, dockerfile)
        with self._lock:
            if seen in self._seen:
                self._seen.move_to_end(seen)
                return self._seen[seen]
        report = self._check(folder, cancelled, dockerfile)
        if not report.notes and not report.broken:  # what had no result may have one next time
            with self._lock:
                self._seen[seen] = report
                if len(self._seen) > _KEPT:
                    self._seen.popitem(last=False)
        return report
