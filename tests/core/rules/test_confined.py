"""A check in a process of its own: it always ends, and what goes wrong in it stays in it."""

import threading
import time
from pathlib import Path

import pytest

from sh0.checking.confined import CheckedTrees, check_confined
from sh0.errors import Cancelled
from sh0.rules.report import Report
from tests.stranger import write_plugin


@pytest.fixture(autouse=True)
def stranger(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(write_plugin(tmp_path_factory.mktemp("plugin"))))


def project(folder: Path, text: str) -> Path:
    (folder / "notes.txt").write_text(text)
    (folder / "sitecustomize.py").write_text("raise SystemExit('the project was executed')")
    (folder / "sh0.py").write_text("raise SystemExit('the project was executed')")
    return folder


def test_findings_suppressions_and_the_mode_come_back(tmp_path: Path) -> None:
    folder = project(tmp_path, "FORBIDDEN\nFORBIDDEN  # sh0: ignore[SH0-ZZ001] for a test\n")
    (folder / "sh0.yaml").write_text("checks: {mode: warn}")
    report = check_confined(folder, threading.Event())
    assert ("SH0-ZZ001", 1) in {(finding.rule, finding.place.line) for finding in report.findings}
    assert ("SH0-ZZ001", "for a test") in {(each.finding.rule, each.reason) for each in report.suppressed}
    assert report.mode == "warn"
    assert report.files == 4


def test_a_rule_that_never_ends_is_ended(tmp_path: Path) -> None:
    begun = time.monotonic()
    report = check_confined(project(tmp_path, "PLEASE HANG"), threading.Event(), seconds=1)
    assert time.monotonic() - begun < 10
    assert report.findings == ()
    assert "could not be checked" in report.notes[0]


def test_a_check_is_cancelled_at_once(tmp_path: Path) -> None:
    cancelled = threading.Event()
    threading.Timer(0.5, cancelled.set).start()
    with pytest.raises(Cancelled):
        check_confined(project(tmp_path, "PLEASE HANG"), cancelled)


def test_a_rule_that_wants_all_memory_is_only_broken(tmp_path: Path) -> None:
    report = check_confined(project(tmp_path, "PLEASE EAT\nFORBIDDEN"), threading.Event())
    assert [(broken.rule, broken.plugin, broken.error) for broken in report.broken] == [
        ("SH0-ZZ003", "stranger", "MemoryError")
    ]
    assert "SH0-ZZ001" in {finding.rule for finding in report.findings}


def test_a_process_that_dies_is_said(tmp_path: Path) -> None:
    report = check_confined(project(tmp_path, "PLEASE DIE"), threading.Event())
    assert report.notes == ("The project could not be checked: it ended with -9.",)


def test_a_project_with_more_findings_than_anybody_reads_keeps_the_worst(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}").write_text("FORBIDDEN\n" * 100 + "# sh0: ignore[SH0-ZZ001]\n" * 50)
    report = check_confined(tmp_path, threading.Event())
    assert len(report.findings) == 500
    assert {finding.severity for finding in report.findings} == {"error"}
    assert "the 500 worst of them are kept" in report.notes[-1]


def test_a_tree_that_was_checked_is_not_looked_at_again_but_one_without_result_is(tmp_path: Path) -> None:
    reports, looked = [Report(files=1), Report(notes=("It failed.",)), Report(files=3)], list[Path]()

    def check(folder: Path, cancelled: threading.Event, dockerfile: str | None) -> Report:
        looked.append(folder)
        return reports[len(looked) - 1]

    trees, going = CheckedTrees(check), threading.Event()
    assert [trees("a", tmp_path, going).files for _ in range(3)] == [1, 1, 1]
    assert [trees("b", tmp_path, going).files for _ in range(3)] == [0, 3, 3]
    assert len(looked) == 3
