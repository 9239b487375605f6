"""Mending: only what fits together, only files of the folder, and nothing else of them changes."""

from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0 import Category, Edit, Finding, Fix, Place, Severity
from sh0.errors import Invalid
from sh0.rules.fixes import readable, together, write


def fixable(*edits: Edit) -> Finding:
    return Finding("SH0-TT001", Category.RUNTIME, Severity.HINT, "", Place("a", 1), Fix("Mend it", edits))


def after(text: str | None, *findings: Finding) -> tuple[str | None, int]:
    found = together(findings, lambda path: text)
    assert len(found.fixed) + len(found.left) == len(findings)
    return (found.changes[0].after if found.changes else None), len(found.left)


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([Edit("a", 2, 2, ("two",))], "1\ntwo\n3\n"),
        ([Edit("a", 1, 3, ())], ""),
        ([Edit("a", 1, 0, ("0",))], "0\n1\n2\n3\n"),
        ([Edit("a", 4, 3, ("4",))], "1\n2\n3\n4\n"),
        ([Edit("a", 3, 3, ("x", "y")), Edit("a", 1, 1, ())], "2\nx\ny\n"),
        ([Edit("a", 2, 1, ("1.5",)), Edit("a", 2, 2, ("two",))], "1\n1.5\ntwo\n3\n"),
    ],
)
def test_edits_replace_whole_lines(edits: list[Edit], expected: str) -> None:
    assert after("1\n2\n3\n", fixable(*edits)) == (expected, 0)
    assert after("1\n2\n3\n", *map(fixable, edits)) == (expected, 0)


def test_a_fix_that_touches_the_lines_of_another_is_left_as_a_whole() -> None:
    first, second = fixable(Edit("a", 1, 2, ("x",))), fixable(Edit("a", 2, 2, ("y",)), Edit("a", 3, 3, ("z",)))
    assert after("1\n2\n3\n", first, second) == ("x\n3\n", 1)


def test_the_same_edit_of_two_findings_is_made_once() -> None:
    assert after("1\n", fixable(Edit("a", 1, 0, ("0",))), fixable(Edit("a", 1, 0, ("0",)))) == ("0\n1\n", 0)


@pytest.mark.parametrize(
    "edit", [Edit("a", 9, 9, ()), Edit("a", 3, 1, ()), Edit("a", -1, 0, ()), Edit("a", 0, 0, ("x",))]
)
def test_an_edit_that_does_not_fit_the_file_is_left(edit: Edit) -> None:
    assert after("1\n2\n", fixable(edit)) == (None, 1)


def test_a_new_file_is_made_once() -> None:
    first, second = fixable(Edit("new", 0, 0, ("a", "b"))), fixable(Edit("new", 0, 0, ("c",)))
    assert after(None, first, second) == ("a\nb\n", 1)


@given(st.lists(st.builds(Edit, st.just("a"), st.integers(-1, 7), st.integers(-1, 7), st.just(("x",)))))
def test_any_edits_leave_the_lines_that_they_do_not_name_in_order(edits: list[Edit]) -> None:
    found = together(map(fixable, edits), lambda path: "1\n2\n3\n4\n5")
    touched = {line for fix in found.fixed if fix.fix for e in fix.fix.edits for line in range(e.first, e.last + 1)}
    lines = found.changes[0].after.split("\n") if found.changes else ["1", "2", "3", "4", "5"]
    assert [line for line in lines if line != "x"] == [str(line) for line in range(1, 6) if line not in touched]


def test_ends_of_lines_and_permissions_stay(tmp_path: Path) -> None:
    file = tmp_path / "run.sh"
    file.write_bytes(b"\xef\xbb\xbf1\r\n2\r\n")
    file.chmod(0o750)
    found = together([fixable(Edit("run.sh", 2, 2, ("two",)), Edit("sub/new", 0, 0, ("n",)))], readable(tmp_path))
    write(tmp_path, found.changes)
    assert file.read_bytes() == b"\xef\xbb\xbf1\r\ntwo\r\n"
    assert file.stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "sub/new").read_bytes() == b"n\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.sh", "sub"]


@pytest.mark.parametrize("path", ["../out", "/etc/hosts", "link", "linked/file", "binary", "folder", ""])
def test_what_is_no_text_in_the_folder_is_never_edited(tmp_path: Path, path: str) -> None:
    (tmp_path / "out").write_text("1")
    folder = tmp_path / "project"
    (folder / "folder").mkdir(parents=True)
    (folder / "link").symlink_to("../out")
    (folder / "linked").symlink_to("..")
    (folder / "binary").write_bytes(b"\xff\xfe")
    found = together([fixable(Edit(path, 1, 1, ("x",)))], readable(folder))
    assert not found.changes
    assert len(found.left) == 1
    with pytest.raises((Invalid, OSError)):
        readable(folder)("../out")
    assert (tmp_path / "out").read_text() == "1"


def test_a_fix_can_change_the_ends_of_lines(tmp_path: Path) -> None:
    file = tmp_path / "run.sh"
    file.write_bytes(b"#!/bin/sh\r\nexec a\r\n")
    file.chmod(0o755)
    finding = attrs.evolve(fixable(Edit("run.sh", 2, 2, ("exec b",))), fix=Fix("End", (), ("run.sh",)))
    found = together([finding, fixable(Edit("run.sh", 2, 2, ("exec b",)))], readable(tmp_path))
    write(tmp_path, found.changes)
    assert file.read_bytes() == b"#!/bin/sh\nexec b\n"
    assert file.stat().st_mode & 0o777 == 0o755
    assert len(found.fixed) == 2
