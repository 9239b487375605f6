"""What a `.gitignore` leaves out is what git leaves out."""

import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from sh0.errors import Invalid
from sh0.source.gitignore import GitIgnore
from sh0.source.globs import MOST
from sh0.source.ignore import Ignore

NAMES = ("a", "b", "ab", "foo", "foobar", "a.b", ".x", "c d", "é", "a-b", "[a]", "bar.txt", "a\\b", "x!")
PIECES = (
    *("a", "b", "foo", "bar", "*", "**", "/", "?", "[ab]", "[!a]", "[^b]", "[a-c]", "\\", "!", "#", " ", ".", "txt"),
    *("[[:alpha:]]", "[", "]", "-", "é", "/**/", "**/", "/*", "[a/b]", "[!-a]", "[]a]", "\\ ", "\t", "[[:foo:]]"),
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with paths of all kinds, which nothing is committed to."""
    folder = tmp_path_factory.mktemp("tree")
    subprocess.run(["git", "init", "-q", folder], check=True)
    chance = random.Random(5)
    for _ in range(200):
        file = folder.joinpath(*(chance.choice(NAMES) for _ in range(chance.randint(1, 4))))
        if not any(above.is_file() for above in file.parents) and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    return folder


def ignored_by_git(folder: Path, paths: list[str]) -> set[str]:
    told = subprocess.run(
        ["git", "-C", folder, "check-ignore", "--no-index", "-z", "--stdin"],
        input="".join(f"{path}\0" for path in paths).encode(),
        capture_output=True,
        check=False,
    )
    return {path for path in told.stdout.decode().split("\0") if path}


@pytest.mark.parametrize("seed", range(60))
def test_random_patterns_leave_out_what_git_leaves_out(tree: Path, seed: int) -> None:
    chance = random.Random(seed)
    text = "\n".join("".join(chance.choices(PIECES, k=chance.randint(1, 5))) for _ in range(chance.randint(1, 3)))
    (tree / ".gitignore").write_bytes((text + chance.choice(["\n", "", "\r\n"])).encode())
    lines = GitIgnore((tree / ".gitignore").read_bytes().decode())
    ours: dict[str, bool] = {"": False}
    for top, folders, files in os.walk(tree):
        folders[:] = sorted(set(folders) - {".git"})
        for name in (*folders, *files):
            path = os.path.relpath(os.path.join(top, name), tree)
            ours[path] = ours[path.rpartition("/")[0]] or lines.verdict(path, folder=name in folders) is True
    del ours[""]
    assert {path for path, left_out in ours.items() if left_out} == ignored_by_git(tree, list(ours)), text


def test_files_at_every_depth_have_their_say_as_in_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for path in ("a/x.log", "a/keep.log", "a/b/x.log", "out/a", "c/out/keep", "c/d"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / ".gitignore").write_text("*.log\n/out/\nout/**\n")
    (tmp_path / "a/.gitignore").write_text("!keep.log\n!b/\n")
    (tmp_path / "c/.gitignore").write_text("!/out/\n/d\n")
    files = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if ".git/" not in f"{path}/"]
    files = [path for path in files if (tmp_path / path).is_file()]
    kept = {path for path in Ignore(tmp_path).walk() if (tmp_path / path).is_file()}
    assert kept == set(files) - ignored_by_git(tmp_path, files)


@pytest.mark.parametrize("line", ["*a" * 500 + "b", "/**/a" * 300 + "b", "x/*" + "*a" * 300 + "b", "[!b]*" * 300 + "/"])
def test_no_line_takes_long(line: str) -> None:
    begun = time.process_time()
    GitIgnore(line).verdict("a" * 250 + "/" + "a" * 250, folder=False)
    assert time.process_time() - begun < 0.5


def test_too_many_lines_are_refused_with_words() -> None:
    with pytest.raises(Invalid, match=r"lib/\.gitignore has 5001 patterns"):
        GitIgnore("a\n" * (MOST + 1), "lib/.gitignore")
