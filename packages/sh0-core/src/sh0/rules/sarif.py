"""A report as SARIF 2.1.0, the format in which tools for analysis tell others what they found.

The standard is https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from sh0.rules.model import Edit, Finding, Place, Rule, Severity
from sh0.rules.report import Report, Suppressed
from sh0.version import VERSION

__all__ = ["sarif"]

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(report: Report, rules: Iterable[Rule]) -> dict[str, Any]:
    """A report as one SARIF document.

    Args:
        report: The report; its paths are taken to be relative to the root of the repository.
        rules: The rules that it comes from.
    """
    rules = sorted(rules, key=lambda rule: rule.id)
    index = {rule.id: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "sh0",
                "version": VERSION,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.broken,
                "toolExecutionNotifications": [
                    {
                        "level": "error",
                        "message": {"text": f"The rule {b.rule} of the plugin {b.plugin} failed: {b.error}"},
                    }
                    for b in report.broken
                ]
                + [{"level": "warning", "message": {"text": note}} for note in report.notes],
            }
        ],
        "results": [
            *(_result(finding, index) for finding in report.findings),
            *(_suppressed(each, index) for each in report.suppressed),
        ],
        "properties": {"score": report.score, "files": report.files},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.remedy},
        "helpUri": rule.link,
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {"tags": [rule.category.value]},
    }


def _result(finding: Finding, index: Mapping[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": finding.message},
    }
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    if finding.place.path:
        result["locations"] = [{"physicalLocation": _location(finding.place)}]
    if finding.fix is not None and finding.fix.edits:  # a change of line ends has no region
        changes = [_change(edit) for edit in finding.fix.edits]
        result["fixes"] = [{"description": {"text": finding.fix.title}, "artifactChanges": changes}]
    return result


def _suppressed(suppressed: Suppressed, index: Mapping[str, int]) -> dict[str, Any]:
    inside = suppressed.said_in == suppressed.finding.place.path
    said = {"kind": "inSource" if inside else "external", "justification": suppressed.reason}
    return {**_result(suppressed.finding, index), "suppressions": [said]}


def _location(place: Place) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": _artifact(place.path)}
    if place.line:
        location["region"] = {"startLine": place.line, **({"startColumn": place.column} if place.column else {})}
    return location


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path.encode(errors="surrogateescape"))}


def _change(edit: Edit) -> dict[str, Any]:
    first = max(edit.first, 1)
    region = {"startLine": first, "startColumn": 1, "endLine": max(edit.last + 1, first), "endColumn": 1}
    inserted = {"text": "".join(f"{line}\n" for line in edit.lines)}
    replacement = {"deletedRegion": region, "insertedContent": inserted}
    return {"artifactLocation": _artifact(edit.path), "replacements": [replacement]}
