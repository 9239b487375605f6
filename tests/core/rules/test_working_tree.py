"""What of a folder is checked: the files that git would take along."""

import subprocess
from pathlib import Path

import pytest

from sh0.checking.checker import Checker
from sh0.rules.working_tree import WorkingTree

TREE = {
    ".gitignore": "*.log\n/dist/\n!keep.log\nbuild\n[[\n",
    "a.py": "",
    "a.log": "",
    "keep.log": "",
    ".env": "",
    "dist/a.js": "",
    "src/dist/a.js": "",
    "src/build/x": "",
    "src/.gitignore": "!b.log\n*.tmp\nsub/deep.txt\n",
    "src/b.log": "",
    "src/c.log": "",
    "src/d.tmp": "",
    "src/sub/deep.txt": "",
    "src/sub/e.tmp": "",
    "src/sub/f.txt": "",
    "d.tmp": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_it_holds_what_git_would_take_along(folder: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    command = ["git", "ls-files", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.split()
    assert sorted(WorkingTree(folder).names) == sorted(listed)
    assert "dist/a.js" not in listed
    assert "src/b.log" in listed


def test_sh0ignore_has_the_last_word(folder: Path) -> None:
    (folder / ".sh0ignore").write_text("!a.log\nsrc/\n")
    names = WorkingTree(folder).names
    assert "a.log" in names
    assert not any(name.startswith("src/") for name in names)


def test_an_ignore_file_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "patterns").write_text("*\n")
    (folder / ".gitignore").symlink_to("../patterns")
    (folder / "a").write_text("")
    assert WorkingTree(folder).names == ("a",)


def test_a_deployment_is_checked_with_what_its_git_ignores(folder: Path) -> None:
    checker = Checker(())
    assert checker.folder(folder, ignored=True).files == len(TREE)
    assert checker.folder(folder).files < len(TREE)
