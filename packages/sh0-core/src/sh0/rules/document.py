"""A report as plain JSON."""

from collections.abc import Iterable
from typing import Any

from sh0.rules.model import Finding, Rule
from sh0.rules.report import Report

__all__ = ["report_document", "rule_document"]


def report_document(report: Report, rules: Iterable[Rule]) -> dict[str, Any]:
    """A report as one JSON document: each finding with what its rule says about it.

    Args:
        report: The report.
        rules: The rules that it comes from.
    """
    by_id = {rule.id: rule for rule in rules}
    return {
        "score": report.score,
        "files": report.files,
        "findings": [_finding(finding, by_id.get(finding.rule)) for finding in report.findings],
        "suppressed": [
            {**_finding(each.finding, by_id.get(each.finding.rule)), "reason": each.reason, "said_in": each.said_in}
            for each in report.suppressed
        ],
        "broken": [
            {"rule": broken.rule, "plugin": broken.plugin, "path": broken.path, "error": broken.error}
            for broken in report.broken
        ],
        "notes": list(report.notes),
    }


def rule_document(rule: Rule) -> dict[str, Any]:
    """What there is to know of a rule."""
    return {
        "id": rule.id,
        "category": rule.category.value,
        "severity": rule.severity.value,
        "subject": rule.subject.value,
        "files": list(rule.files),
        "title": rule.title,
        "why": rule.why,
        "remedy": rule.remedy,
        "link": rule.link,
    }


def _finding(finding: Finding, rule: Rule | None) -> dict[str, Any]:
    place, fix = finding.place, finding.fix
    return {
        "rule": finding.rule,
        "category": finding.category.value,
        "severity": finding.severity.value,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "message": finding.message,
        "title": rule.title if rule else "",
        "why": rule.why if rule else "",
        "remedy": rule.remedy if rule else "",
        "link": rule.link if rule else "",
        "fix": None if fix is None else fix.title,
    }
