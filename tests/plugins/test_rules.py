"""Every rule on small projects written for it: what it finds, and what it leaves alone."""

import re
from collections import Counter
from pathlib import Path

import pytest
import re2

from sh0 import Category, Severity
from sh0.plugin import Rule
from sh0.plugins import Plugins
from sh0.rules.engine import check
from sh0.source.tree import Project
from tests.corpus.case import CASES, Case
from tests.corpus.rule_case import RULE_CASES, RuleCase

RULES = Plugins().rules()


@pytest.mark.parametrize("case", RULE_CASES, ids=lambda case: case.name)
def test_a_rule_finds_exactly_what_its_case_says(case: RuleCase, tmp_path: Path) -> None:
    report = check(Project(case.write(tmp_path)), RULES)
    assert not report.broken
    found = [finding for finding in report.findings if finding.rule == case.rule]
    assert sorted((finding.place.path, finding.place.line) for finding in found) == case.finds
    assert not case.severity or {finding.severity.value for finding in found} == {case.severity}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_two_cases_that_it_finds_and_two_that_it_does_not(rule: Rule) -> None:
    cases = Counter(bool(case.finds) for case in RULE_CASES if case.rule == rule.id)
    assert cases[True] >= 2
    assert cases[False] >= 2


def test_every_case_is_for_a_rule_that_exists() -> None:
    assert {case.rule for case in RULE_CASES} <= {rule.id for rule in RULES}


def test_ids_are_well_formed_and_used_once() -> None:
    counts = Counter(rule.id for rule in RULES)
    assert [id for id, count in counts.items() if count > 1] == []
    assert [id for id in counts if not re.fullmatch(r"SH0-[A-Z]{2}\d{3}", id)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_why_and_what_to_do(rule: Rule) -> None:
    assert rule.title
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.remedy.endswith(".")
    assert rule.link.startswith("https://")


UNCLEAN = {"django-without-wsgi": "SH0-RT001", "rails-node": "SH0-DP007"}
"""Projects of the corpus that are wrong: one has DEBUG on, the lock file of the other is abbreviated."""


def test_there_are_rules_of_every_category() -> None:
    counts = Counter(rule.category for rule in RULES)
    assert set(counts) == set(Category)
    assert len(RULES) >= 60


@pytest.mark.parametrize("case", [case for case in CASES if "error" not in case.expect], ids=lambda case: case.name)
def test_no_error_is_found_in_a_project_that_can_be_deployed(case: Case, tmp_path: Path) -> None:
    report = check(Project(case.write(tmp_path)), RULES)
    assert not report.broken
    errors = {finding.rule for finding in report.findings if finding.severity is Severity.ERROR}
    assert errors == ({UNCLEAN[case.name]} if case.name in UNCLEAN else set())


def test_no_message_holds_any_part_of_a_secret(tmp_path: Path) -> None:
    cases = [case for case in RULE_CASES if case.rule.startswith("SH0-SE") and case.finds]
    for case in cases:
        report = check(Project(case.write(tmp_path / case.name)), RULES)
        said = [finding.message for finding in report.findings if finding.rule == case.rule]
        values = re.findall(r"[A-Za-z0-9+/_-]{10,}", "\n".join(case.files.values()))
        secrets = {value for value in values if re.search(r"[0-9]", value) and re.search(r"[A-Za-z]", value)}
        assert not [value for value in secrets for message in said if value in message and value not in case.files]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.trigger], ids=lambda rule: rule.id)
def test_a_trigger_is_written_in_the_syntax_of_re2(rule: Rule) -> None:
    assert re2.compile(rule.trigger)


@pytest.mark.parametrize(
    ("name", "text", "severity"),
    [
        ("package.json", '{"scripts": {"start": "node --inspect=0.0.0.0 a.js"}}', Severity.ERROR),
        ("package.json", '{"scripts": {"start": "node a.js", "t": "mocha --inspect-brk=0.0.0.0:9230"}}', Severity.HINT),
        ("tools/package.json", '{"scripts": {"start": "node --inspect=0.0.0.0 a.js"}}', Severity.HINT),
        ("Procfile", "web: node --inspect=0.0.0.0 a.js", Severity.ERROR),
        ("run.sh", "node --inspect=0.0.0.0 a.js", Severity.HINT),
        ("Dockerfile", 'FROM node:22\nCMD ["node", "--inspect=0.0.0.0", "a.js"]\n', Severity.ERROR),
        ("Dockerfile", "FROM node:22\nENV NODE_OPTIONS=--inspect=0.0.0.0\n", Severity.ERROR),
        ("Dockerfile", "FROM node:22\nRUN timeout 9 node --inspect=0.0.0.0 test.js\n", Severity.HINT),
        (
            "Dockerfile",
            "FROM node:22 AS t\nCMD node --inspect=0.0.0.0 a.js\nFROM node:22\nCMD node a.js\n",
            Severity.HINT,
        ),
    ],
)
def test_a_debugger_is_an_error_only_in_what_starts(name: str, text: str, severity: Severity, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    found = [finding for finding in check(Project(tmp_path), RULES).findings if finding.rule == "SH0-EX011"]
    assert [finding.severity for finding in found] == [severity]


@pytest.mark.parametrize(
    ("name", "text", "severity"),
    [
        ("Procfile", "web: uvicorn a:app --host 127.0.0.1", Severity.ERROR),
        ("Procfile", "metrics: uvicorn a:app --host 127.0.0.1", Severity.HINT),
        ("package.json", '{"scripts": {\n"start": "vite preview --host 127.0.0.1"}}', Severity.ERROR),
        ("package.json", '{"scripts": {\n"serve": "vite preview --host 127.0.0.1"}}', Severity.HINT),
    ],
)
def test_the_loopback_address_is_an_error_only_for_what_starts(
    name: str, text: str, severity: Severity, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    found = [finding for finding in check(Project(tmp_path), RULES).findings if finding.rule == "SH0-EX002"]
    assert [finding.severity for finding in found] == [severity]
