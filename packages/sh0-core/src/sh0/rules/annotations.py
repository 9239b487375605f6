"""A report as GitHub's annotations: lines that a workflow prints and GitHub shows beside the code.

The syntax is that of https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from collections.abc import Iterable, Iterator

from sh0.rules.model import Rule, Severity
from sh0.rules.report import Report

__all__ = ["annotations"]

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def annotations(report: Report, rules: Iterable[Rule]) -> Iterator[str]:
    """A line for each finding, for each rule that failed, and for what limits the result."""
    by_id = {rule.id: rule for rule in rules}
    for finding in report.findings:
        rule, place = by_id.get(finding.rule), finding.place
        properties: dict[str, str | int] = {"file": place.path, "line": place.line, "col": place.column}
        title = f"{finding.rule} {rule.title}" if rule else finding.rule
        text = f"{finding.message}\n{rule.remedy} {rule.link}" if rule else finding.message
        yield _line(_COMMAND[finding.severity], properties, title, text)
    for broken in report.broken:
        yield _line("warning", {}, f"{broken.rule} failed", f"The rule of the plugin {broken.plugin}: {broken.error}")
    for note in report.notes:
        yield _line("warning", {}, "Not everything was checked", note)


def _line(command: str, properties: dict[str, str | int], title: str, text: str) -> str:
    given = ",".join(f"{name}={_property(value)}" for name, value in {**properties, "title": title}.items() if value)
    return f"::{command} {given}::{_text(text)}"


def _text(value: object) -> str:
    return str(value).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: object) -> str:
    return _text(value).replace(":", "%3A").replace(",", "%2C")
