"""A check in a process of its own: it always ends, and what goes wrong in it stays in it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.adapters.confined import WorkerProcesses
from sh0.adapters.confined.process import WorkerProcess
from sh0.checking.confined import CheckedTrees, check_confined
from sh0.errors import Cancelled
from sh0.ports.confinement import Confined
from sh0.rules.report import Report
from tests.third_party import write_plugin


@pytest.fixture(autouse=True)
def installed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(write_plugin(tmp_path_factory.mktemp("plugin"))))


@pytest.fixture
def confined(installed: None) -> Iterator[WorkerProcess]:
    with WorkerProcesses().open(lambda: None) as process:
        yield process


def project(folder: Path, text: str) -> Path:
    (folder / "notes.txt").write_text(text)
    (folder / "sitecustomize.py").write_text("raise SystemExit('the project was executed')")
    (folder / "sh0.py").write_text("raise SystemExit('the project was executed')")
    return folder


def test_findings_suppressions_and_the_mode_come_back(tmp_path: Path, confined: WorkerProcess) -> None:
    folder = project(tmp_path, "FORBIDDEN\nFORBIDDEN  # sh0: ignore[SH0-ZZ001] for a test\n")
    (folder / "sh0.yaml").write_text("checks: {mode: warn}")
    report = check_confined(confined, folder)
    assert ("SH0-ZZ001", 1) in {(finding.rule, finding.place.line) for finding in report.findings}
    assert ("SH0-ZZ001", "for a test") in {(each.finding.rule, each.reason) for each in report.suppressed}
    assert report.mode == "warn"
    assert report.files == 4


def test_a_rule_that_never_ends_is_ended(tmp_path: Path, confined: WorkerProcess) -> None:
    begun = time.monotonic()
    report = check_confined(confined, project(tmp_path, "PLEASE HANG"), seconds=1)
    assert time.monotonic() - begun < 10
    assert report.findings == ()
    assert "could not be checked" in report.notes[0]


def test_a_check_is_cancelled_at_once(tmp_path: Path) -> None:
    begun = time.monotonic()

    def proceed() -> None:
        if time.monotonic() > begun + 0.5:
            raise Cancelled("not any more")

    with WorkerProcesses().open(proceed) as confined, pytest.raises(Cancelled):
        check_confined(confined, project(tmp_path, "PLEASE HANG"))
    assert time.monotonic() - begun < 10


def test_a_rule_that_wants_all_memory_is_only_broken(tmp_path: Path, confined: WorkerProcess) -> None:
    report = check_confined(confined, project(tmp_path, "PLEASE EAT\nFORBIDDEN"))
    assert [(broken.rule, broken.plugin, broken.error) for broken in report.broken] == [
        ("SH0-ZZ003", "acme", "MemoryError")
    ]
    assert "SH0-ZZ001" in {finding.rule for finding in report.findings}


def test_a_process_that_dies_is_said(tmp_path: Path, confined: WorkerProcess) -> None:
    report = check_confined(confined, project(tmp_path, "PLEASE DIE"))
    assert report.notes == ("The project could not be checked: it ended with -9.",)


def test_a_project_with_more_findings_than_anybody_reads_keeps_the_worst(
    tmp_path: Path, confined: WorkerProcess
) -> None:
    for number in range(9):
        (tmp_path / f"{number}").write_text("FORBIDDEN\n" * 100 + "# sh0: ignore[SH0-ZZ001]\n" * 50)
    report = check_confined(confined, tmp_path)
    assert len(report.findings) == 500
    assert {finding.severity for finding in report.findings} == {"error"}
    assert "the 500 worst of them are kept" in report.notes[-1]


def test_a_tree_that_was_checked_is_not_looked_at_again_but_one_without_result_is(
    tmp_path: Path, confined: WorkerProcess
) -> None:
    reports, looked = [Report(files=1), Report(notes=("It failed.",)), Report(files=3)], list[Path]()

    def check(confined: Confined, folder: Path, dockerfile: str | None) -> Report:
        looked.append(folder)
        return reports[len(looked) - 1]

    trees = CheckedTrees(check)
    assert [trees(confined, "a", tmp_path).files for _ in range(3)] == [1, 1, 1]
    assert [trees(confined, "b", tmp_path).files for _ in range(3)] == [0, 3, 3]
    assert len(looked) == 3
