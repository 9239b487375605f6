"""What a tree of git comes to is counted before any of it is written, however small its objects are."""

import subprocess
import time
from pathlib import Path

import pytest

from sh0.errors import Cancelled, GitFailed
from sh0.repositories.allowance import Allowance
from sh0.repositories.repository import Repositories

ENV = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
    "PATH": "/usr/bin:/bin", "HOME": "/nonexistent",
}  # fmt: skip


class Made:
    """A bare repository whose trees are made by hand."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *arguments: str, given: bytes = b"") -> str:
        command = ["git", f"--git-dir={self.path}", *arguments]
        done = subprocess.run(command, input=given, capture_output=True, check=True, env=ENV)
        return done.stdout.decode().strip()

    def blob(self, content: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", given=content)

    def tree(self, *entries: tuple[str, str, str]) -> str:
        text = "".join(f"{mode} {kind} {id_}\t{name}\n" for mode, id_, name in entries for kind in [_KINDS[mode]])
        return self.git("mktree", given=text.encode())

    def commit(self, tree: str) -> str:
        return self.git("commit-tree", "-m", "made", tree)


_KINDS = {"100644": "blob", "040000": "tree"}


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(Repositories(tmp_path / "repos").create("shop"))


def refused(made: Made, commit: str, tmp_path: Path, allowance: Allowance | None = None) -> str:
    """Why an export is refused; it writes nothing, and takes no time."""
    begun, into = time.process_time(), tmp_path / "out"
    with pytest.raises(GitFailed) as caught:
        Repositories(made.path.parent).export("shop", commit, into, allowance=allowance)
    assert time.process_time() - begun < 5
    assert not list(into.iterdir())
    assert caught.value.hint
    return caught.value.message


def test_a_few_objects_that_make_up_billions_of_files_are_refused(made: Made, tmp_path: Path) -> None:
    level = made.tree(*(("100644", made.blob(b"x"), f"f{number}") for number in range(10)))
    for _ in range(10):
        level = made.tree(*(("040000", level, f"d{number}") for number in range(10)))
    assert "more than 200000 files and folders" in refused(made, made.commit(level), tmp_path)


def test_folders_count_as_files_do(made: Made, tmp_path: Path) -> None:
    level = made.tree(("100644", made.blob(b"x"), "f"))
    for _ in range(30):
        level = made.tree(("040000", level, "d"))
    commit = made.commit(level)
    assert "more than 30 files" in refused(made, commit, tmp_path, Allowance(files=30))
    Repositories(made.path.parent).export("shop", commit, tmp_path / "all", allowance=Allowance(files=31))


def test_a_file_that_packs_well_counts_in_full(made: Made, tmp_path: Path) -> None:
    zeros = made.blob(bytes(3 << 20))
    commit = made.commit(made.tree(*(("100644", zeros, f"f{number}") for number in range(4))))
    assert "come to more than 11 MiB" in refused(made, commit, tmp_path, Allowance(11 << 20))
    Repositories(made.path.parent).export("shop", commit, tmp_path / "all", allowance=Allowance(12 << 20))


def test_a_path_that_no_system_takes_is_refused(made: Made, tmp_path: Path) -> None:
    level = made.tree(("100644", made.blob(b"x"), "f"))
    for _ in range(25):
        level = made.tree(("040000", level, "d" * 200))
    assert "has a path of" in refused(made, made.commit(level), tmp_path)


def test_several_trees_share_what_is_allowed(made: Made) -> None:
    commit = made.commit(made.tree(("100644", made.blob(b"x" * 100), "f")))
    allowance = Allowance(250)
    for _ in range(2):
        allowance.take(made.path, commit, None, lambda: None)
    with pytest.raises(GitFailed, match="come to more than"):
        allowance.take(made.path, commit, None, lambda: None)


def test_counting_stops_when_the_work_is_to_stop(made: Made) -> None:
    commit = made.commit(made.tree(("100644", made.blob(b"x"), "f")))

    def stop() -> None:
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        Allowance().take(made.path, commit, None, stop)


def test_what_is_fetched_is_measured_as_it_comes(made: Made) -> None:
    made.blob(bytes(range(256)) * 40)
    Allowance(1 << 20).fetched(made.path)
    with pytest.raises(GitFailed, match="what was fetched comes to more than"):
        Allowance(10).fetched(made.path)
