"""What a check of a project ends with. No I/O."""

from collections.abc import Iterable
from functools import cached_property
from math import floor

import attrs

from sh0.rules.configuration import ChecksMode
from sh0.rules.model import Finding, Severity

__all__ = ["BrokenRule", "Report", "Suppressed", "score"]

_SHARE = {Severity.ERROR: 0.20, Severity.WARNING: 0.05, Severity.HINT: 0.01}
_COUNTED = 11


@attrs.frozen
class Suppressed:
    """A finding that somebody said to ignore.

    Attributes:
        finding: What would have been found.
        reason: Why it is ignored, in their words.
        said_in: The file that says so: the one it was found in, or ``sh0.yaml``.
    """

    finding: Finding
    reason: str
    said_in: str


@attrs.frozen
class BrokenRule:
    """A rule that failed; what it would have found is not known.

    Attributes:
        rule: Its id.
        plugin: The plugin that brought it.
        path: What it was looking at; empty for the project as a whole.
        error: What it failed with.
    """

    rule: str
    plugin: str
    path: str
    error: str


@attrs.frozen(slots=False)
class Report:
    """The result of a check.

    Attributes:
        findings: What was found, by file and line.
        suppressed: What was found and is ignored.
        broken: Rules that failed.
        files: How many files there were to look at.
        notes: What limits the result, as in "only the first 20000 files were looked at".
        mode: What the project's ``sh0.yaml`` says findings do to a deployment; None if it does not say.
    """

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    broken: tuple[BrokenRule, ...] = ()
    files: int = 0
    notes: tuple[str, ...] = ()
    mode: ChecksMode | None = None

    @cached_property
    def score(self) -> int:
        """How good it is, out of 100; see `score`."""
        return score(self.findings)

    def count(self, severity: Severity) -> int:
        """How many findings are of that severity."""
        return sum(finding.severity is severity for finding in self.findings)


def score(findings: Iterable[Finding]) -> int:
    """What is left of 100 points.

    Every rule that found something takes a share of what the others left: a fifth for an error, 5 % for a warning,
    1 % for a hint. What it finds again weighs a tenth of that, up to ten times. So the order does not matter, a project
    does not get better by adding files, one bad habit in a hundred files does not hide the rest, and only a project
    without findings has 100.
    """
    counts: dict[tuple[str, Severity], int] = {}
    for finding in findings:
        key = (finding.rule, finding.severity)
        counts[key] = counts.get(key, 0) + 1
    left = 1.0
    for (_, severity), count in sorted(counts.items()):
        left *= (1 - _SHARE[severity]) ** (1 + (min(count, _COUNTED) - 1) / 10)
    return floor(100 * left)
