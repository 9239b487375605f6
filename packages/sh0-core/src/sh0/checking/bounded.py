"""A check that ends in time and says no more than anybody reads: for a process that looks at foreign files."""

from pathlib import Path

import attrs

from sh0.checking.checker import Checker
from sh0.rules.model import Severity
from sh0.rules.report import Report

__all__ = ["check_tree"]

_KEPT = 500
_WORST_FIRST = tuple(Severity)


def check_tree(folder: Path, dockerfile: str | None, seconds: float) -> Report:
    """Look for what is wrong with a tree, with the rules of every plugin that is installed.

    Args:
        folder: The tree.
        dockerfile: Path of the Dockerfile that is built; None: what the project says.
        seconds: Time after which it ends with what it has.
    """
    return _bounded(Checker.installed().folder(folder, dockerfile=dockerfile, seconds=seconds, ignored=True))


def _bounded(report: Report) -> Report:
    """The worst of what was found, if it is more than anybody reads."""
    if len(report.findings) + len(report.suppressed) <= _KEPT:
        return report
    worst = sorted(report.findings, key=lambda finding: _WORST_FIRST.index(finding.severity))[:_KEPT]
    note = f"There are {len(report.findings)} findings; the {len(worst)} worst of them are kept."
    kept = tuple(sorted(worst, key=lambda finding: (finding.place.path, finding.place.line)))
    return attrs.evolve(report, findings=kept, suppressed=report.suppressed[:_KEPT], notes=(*report.notes, note))
