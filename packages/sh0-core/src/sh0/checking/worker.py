"""``python -m sh0.checking.worker FOLDER SECONDS DOCKERFILE``: check one folder and print the report as a line of JSON.

It looks at somebody else's files, so it bounds what it may use of the machine, and opens nothing else.
"""

import resource
import sys
from pathlib import Path

import attrs

from sh0.checking.checker import Checker
from sh0.rules.model import Severity
from sh0.rules.plain import dump_report
from sh0.rules.report import Report

__all__ = ["main"]

_MEMORY = 2 << 30
_KEPT = 500
_WORST_FIRST = tuple(Severity)


def main(folder: str, seconds: str, dockerfile: str) -> None:
    """Check a folder.

    Args:
        folder: The folder.
        seconds: Seconds of processor time, and as many of waiting, after which it ends with what it has.
        dockerfile: Path of the Dockerfile that is built; empty: what the project says.
    """
    limit = int(float(seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (2 * limit + 5, 2 * limit + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    checker = Checker.installed()
    report = checker.folder(Path(folder), dockerfile=dockerfile or None, seconds=limit, ignored=True)
    print(dump_report(_bounded(report)))


def _bounded(report: Report) -> Report:
    """The worst of what was found, if it is more than anybody reads."""
    if len(report.findings) + len(report.suppressed) <= _KEPT:
        return report
    worst = sorted(report.findings, key=lambda finding: _WORST_FIRST.index(finding.severity))[:_KEPT]
    note = f"There are {len(report.findings)} findings; the {len(worst)} worst of them are kept."
    kept = tuple(sorted(worst, key=lambda finding: (finding.place.path, finding.place.line)))
    return attrs.evolve(report, findings=kept, suppressed=report.suppressed[:_KEPT], notes=(*report.notes, note))


if __name__ == "__main__":
    main(*sys.argv[1:])
