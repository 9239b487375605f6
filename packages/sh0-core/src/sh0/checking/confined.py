"""Checking a tree in a process of its own: one that can be ended, whatever a file makes a rule do."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sh0.checking.bounded import check_tree
from sh0.errors import Unreadable
from sh0.ports.confinement import Confined
from sh0.rules.report import Report

__all__ = ["SECONDS", "CheckedTrees", "check_confined"]

SECONDS: Final = 30.0
"""How long a check may hold a deployment up."""

_KEPT: Final = 32
_GRACE = 3.0


def check_confined(confined: Confined, folder: Path, dockerfile: str | None = None, seconds: float = SECONDS) -> Report:
    """Look for what is wrong with a folder, with the rules of every plugin that is installed.

    It always gives a report. One whose notes say that the check failed has no findings.

    Args:
        confined: The process that looks.
        folder: The folder.
        dockerfile: Path of the Dockerfile that is built; None: what the project says.
        seconds: How long it may take.
    """
    try:
        return confined.run(seconds + _GRACE, check_tree, folder.resolve(), dockerfile, seconds)
    except Unreadable as error:
        return Report(notes=(f"The project could not be checked: {error.details.get('reason')}.",))


class CheckedTrees:
    """Checks trees, and does not look again at one that it has seen: a deployment of an unchanged tree costs nothing.

    Args:
        check: Checks a folder.
    """

    def __init__(self, check: Callable[[Confined, Path, str | None], Report]) -> None:
        self._check = check
        self._seen: OrderedDict[tuple[str, str | None], Report] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, confined: Confined, key: str, folder: Path, dockerfile: str | None = None) -> Report:
        """What is wrong with a tree.

        Args:
            confined: The process that looks.
            key: Digest of all that is in the folder.
            folder: The folder.
            dockerfile: Path of the Dockerfile that is built; None: what the project says.
        """
        seen = (key, dockerfile)
        with self._lock:
            if seen in self._seen:
                self._seen.move_to_end(seen)
                return self._seen[seen]
        report = self._check(confined, folder, dockerfile)
        if not report.notes and not report.broken:  # what had no result may have one next time
            with self._lock:
                self._seen[seen] = report
                if len(self._seen) > _KEPT:
                    self._seen.popitem(last=False)
        return report
