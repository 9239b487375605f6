"""How the findings of a check look: by file for a person, a line each in a pipe."""

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from sh0_cli.output import Output, Part

if TYPE_CHECKING:
    from sh0 import Finding, Report
    from sh0.frontend import Rule

_COLOURS = {"error": "red", "warning": "yellow", "hint": "cyan"}


def show(output: Output, report: "Report", rules: "Iterable[Rule]", *, suppressed: bool) -> None:
    """Print findings, what limits them, and the score."""
    by_id = {rule.id: rule for rule in rules}
    if output.pretty:
        _by_file(output, report, by_id)
    else:
        for finding in report.findings:
            output.say(_line(finding))
    for each in report.suppressed if suppressed else ():
        output.say(f"ignored  {_line(each.finding)}")
        output.say(f"         because: {each.reason} ({each.said_in})")
    for broken in report.broken:
        where = f" at {broken.path}" if broken.path else ""
        text = f"The rule {broken.rule} of the plugin {broken.plugin} failed{where}: {broken.error}"
        output.warn(text, "red")
    for note in report.notes:
        output.warn(note)
    if output.pretty:
        output.say(_summary(report))
    else:
        output.warn(_summary(report), "")


def _by_file(output: Output, report: "Report", rules: "dict[str, Rule]") -> None:
    explained: set[str] = set()
    for path, findings in groupby(report.findings, lambda finding: finding.place.path):
        output.say(path or "the project", "bold")
        for finding in findings:
            place = finding.place
            where = f"{place.line}:{place.column}" if place.column else str(place.line or "")
            output.line(
                (f"  {where:>7}  ", ""),
                (f"{finding.severity.value:7}", _COLOURS[finding.severity.value]),
                (f"  {finding.rule}  {finding.message}", ""),
                ("  (--fix)" if finding.fix else "", "green"),
            )
            rule = rules.get(finding.rule)
            if rule is not None and rule.id not in explained:
                explained.add(rule.id)
                for name, text in (("why", rule.why), ("fix", rule.remedy), ("see", rule.link)):
                    for parts in _wrapped(name, text):
                        output.line(*parts)
        output.say()


def _wrapped(name: str, text: str) -> list[tuple[Part, ...]]:
    import shutil
    import textwrap

    width = min(shutil.get_terminal_size().columns, 120) - 28
    first, *rest = textwrap.wrap(text, max(40, width), break_long_words=False, break_on_hyphens=False) or [""]
    return [((f"{'':20}{name:5} ", "dim"), (first, "")), *(((f"{'':26}{line}", ""),) for line in rest)]


def _line(finding: "Finding") -> str:
    place = finding.place
    where = ":".join(str(part) for part in (place.path or ".", place.line, place.column) if part)
    return f"{where}: {finding.severity.value} {finding.rule} {finding.message}"


def _summary(report: "Report") -> str:
    counts = {name: sum(f.severity.value == name for f in report.findings) for name in _COLOURS}
    found = ", ".join(_count(number, name) for name, number in counts.items() if number) or "nothing found"
    parts = [f"{found} in {_count(report.files, 'file')}"]
    if report.suppressed:
        parts.append(f"{len(report.suppressed)} ignored (--suppressed shows them)")
    if fixable := sum(finding.fix is not None for finding in report.findings):
        parts.append(f"{fixable} can be fixed with --fix")
    score = "There is no score: no rules were installed" if report.score is None else f"Score: {report.score} of 100"
    return f"{'; '.join(parts)}. {score}."


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")
