"""Running git: what it prints is bounded, whoever has written it."""

import os
import tracemalloc
from pathlib import Path

import pytest

from sh0.errors import GitFailed
from sh0.repositories import command


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is found in place of git."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program


def test_words_without_end_of_a_server_are_not_kept(git: Path) -> None:
    git.write_text(
        "#!/bin/sh\nhead -c 64000000 /dev/zero | tr '\\0' x >&2\necho 'fatal: no such branch' >&2\nexit 128\n"
    )
    tracemalloc.start()
    try:
        with pytest.raises(GitFailed, match=r"could not fetch main: .*no such branch") as raised:
            command.run(["fetch"], doing="fetch main")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 << 20
    assert len(str(raised.value)) < 10_000


def test_more_output_than_anybody_needs_ends_git(git: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_MOST", 1 << 20)
    git.write_text("#!/bin/sh\nexec yes\n")
    with pytest.raises(GitFailed, match="could not list references: git printed more than 1 MiB"):
        command.run(["for-each-ref"], doing="list references", timeout=20)


def test_all_that_is_printed_is_returned(git: Path) -> None:
    git.write_text("#!/bin/sh\ncat\nhead -c 3000000 /dev/zero\necho done\necho warning: slow >&2\n")
    assert command.run(["cat-file"], doing="read", given=b"given") == b"given" + bytes(3_000_000) + b"done\n"


def test_what_closes_its_output_and_goes_on_is_ended_in_time(git: Path) -> None:
    git.write_text("#!/bin/sh\nexec >&- 2>&-\nexec sleep 60\n")
    with pytest.raises(GitFailed, match="had not ended after 1 seconds"):
        command.run(["fetch"], doing="fetch main", timeout=1)
