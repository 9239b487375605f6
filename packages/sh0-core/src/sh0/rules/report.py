"""What a check of a project ends with. No I/O."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from math import floor
from typing import TypeAlias

import attrs

from sh0.rules.configuration import ChecksMode
from sh0.rules.model import Finding, Severity

__all__ = ["BrokenRule", "Outcome", "Report", "Suppressed", "below", "score", "together", "worst"]

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


Outcome: TypeAlias = Finding | Suppressed


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
        without_rules: Whether no plugin brought a rule, so that hardly anything was looked for.
    """

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    broken: tuple[BrokenRule, ...] = ()
    files: int = 0
    notes: tuple[str, ...] = ()
    mode: ChecksMode | None = None
    without_rules: bool = False

    @cached_property
    def score(self) -> int | None:
        """How good it is, out of 100; see `score`. None where no rules are installed, so that nobody knows."""
        return None if self.without_rules else score(self.findings)

    def only(self, wanted: Callable[[Finding], bool]) -> "Report":
        """The report with those findings alone; its score stays that of all."""
        found = attrs.evolve(
            self,
            findings=tuple(filter(wanted, self.findings)),
            suppressed=tuple(each for each in self.suppressed if wanted(each.finding)),
        )
        vars(found)["score"] = self.score
        return found

    def count(self, severity: Severity) -> int:
        """How many findings are of that severity."""
        return sum(finding.severity is severity for finding in self.findings)


def below(report: Report, folder: str) -> Report:
    """The same report with every path put below a folder; the edits of fixes keep theirs."""

    def moved(finding: Finding) -> Finding:
        place = finding.place
        return attrs.evolve(finding, place=attrs.evolve(place, path=f"{folder}/{place.path}" if place.path else folder))

    return attrs.evolve(
        report,
        findings=tuple(map(moved, report.findings)),
        suppressed=tuple(attrs.evolve(each, finding=moved(each.finding)) for each in report.suppressed),
    )


def together(reports: Sequence[Report]) -> Report:
    """Several reports as one."""
    if len(reports) == 1:
        return reports[0]
    return Report(
        tuple(finding for report in reports for finding in report.findings),
        tuple(each for report in reports for each in report.suppressed),
        tuple({broken.rule: broken for report in reports for broken in report.broken}.values()),
        sum(report.files for report in reports),
        tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        without_rules=any(report.without_rules for report in reports),
    )


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


def worst(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The same with each finding once, where several looks at a file have it with different severities."""
    found: dict[Finding, Outcome] = {}
    for outcome in outcomes:
        finding = outcome.finding if isinstance(outcome, Suppressed) else outcome
        key = attrs.evolve(finding, severity=Severity.HINT, fix=None)
        known = found.get(key)
        if not isinstance(known, Finding) or _SHARE[finding.severity] > _SHARE[known.severity]:
            found[key] = outcome
    return tuple(found.values())
