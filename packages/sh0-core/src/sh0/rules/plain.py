"""Findings and reports as the few plain values that JSON has, and back."""

import json
from typing import Any

from sh0.rules.configuration import ChecksMode
from sh0.rules.model import Category, Edit, Finding, Fix, Place, Severity
from sh0.rules.report import BrokenRule, Outcome, Report, Suppressed

__all__ = ["dump_report", "from_plain", "load_report", "to_plain"]


def dump_report(report: Report) -> str:
    """A report as a line of JSON."""
    outcomes = [*map(to_plain, report.findings), *map(to_plain, report.suppressed)]
    broken = [[b.rule, b.plugin, b.path, b.error] for b in report.broken]
    return json.dumps([outcomes, broken, report.files, report.notes, report.mode], separators=(",", ":"))


def load_report(text: str) -> Report:
    """The report that `dump_report` made this of.

    Raises:
        ValueError: It did not.
    """
    try:
        plain, broken, files, notes, mode = json.loads(text)
        outcomes = from_plain(plain)
        if outcomes is None:
            raise ValueError("no findings")
        return Report(
            tuple(each for each in outcomes if isinstance(each, Finding)),
            tuple(each for each in outcomes if isinstance(each, Suppressed)),
            tuple(BrokenRule(*each) for each in broken),
            int(files),
            tuple(map(str, notes)),
            None if mode is None else ChecksMode(mode),
        )
    except (TypeError, RecursionError) as error:
        raise ValueError(f"no report: {error}") from None


def to_plain(outcome: Outcome) -> list[Any]:
    """A finding as lists, texts and numbers."""
    finding = outcome.finding if isinstance(outcome, Suppressed) else outcome
    fix = finding.fix and [
        finding.fix.title,
        [[e.path, e.first, e.last, e.lines] for e in finding.fix.edits],
        finding.fix.unix_ends,
    ]
    place = finding.place
    plain = [
        finding.rule,
        finding.category,
        finding.severity,
        finding.message,
        place.path,
        place.line,
        place.column,
        fix,
    ]
    return [*plain, outcome.reason, outcome.said_in] if isinstance(outcome, Suppressed) else plain


def from_plain(plain: Any) -> tuple[Outcome, ...] | None:
    """The findings that `to_plain` made these of; None if it did not."""
    try:
        return tuple(_outcome(*each) for each in plain)
    except (TypeError, ValueError, IndexError):
        return None


def _outcome(
    rule: str, category: str, severity: str, message: str, path: str, line: int, column: int, fix: Any, *suppressed: str
) -> Outcome:
    edits = (
        None
        if fix is None
        else Fix(fix[0], tuple(Edit(p, f, t, tuple(lines)) for p, f, t, lines in fix[1]), tuple(fix[2]))
    )
    finding = Finding(rule, Category(category), Severity(severity), message, Place(path, line, column), edits)
    return Suppressed(finding, *suppressed) if suppressed else finding
