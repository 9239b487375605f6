"""The build context as a tar file."""

import io
import os
import socket
import tarfile
import time
from pathlib import Path

import pytest

from sh0.adapters.docker.context import DOCKERFILE, pack
from sh0.errors import Cancelled


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def read(folder: Path, ignore: tuple[str, ...] = ()) -> dict[str, tarfile.TarInfo]:
    with pack(folder, "FROM x\n", ignore) as file, tarfile.open(fileobj=io.BytesIO(file.read())) as archive:
        return {member.name: member for member in archive}


def test_the_folder_is_packed_with_the_given_dockerfile(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "lib/b.py")
    with pack(tmp_path, "FROM x\n") as file, tarfile.open(fileobj=file) as archive:
        assert archive.getnames() == ["a.py", "lib", "lib/b.py", DOCKERFILE, ".dockerignore"]
        content = archive.extractfile(DOCKERFILE)
        assert content is not None
        assert content.read() == b"FROM x\n"


def test_the_same_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    tree(tmp_path, *(f"{number}/file" for number in range(20)))
    with pack(tmp_path, "FROM x\n") as first, pack(tmp_path, "FROM x\n") as second:
        assert first.read() == second.read()


def test_owners_are_dropped_and_times_kept_and_modes_normalised(tmp_path: Path) -> None:
    script = tree(tmp_path, "run.sh") / "run.sh"
    script.chmod(0o751)
    os.utime(script, (1_700_000_000, 1_700_000_000))
    found = read(tmp_path)["run.sh"]
    assert (found.uid, found.gid, found.uname, found.mode, found.mtime) == (0, 0, "", 0o755, 1_700_000_000)


def test_dockerignore_is_honoured_with_its_exceptions(tmp_path: Path) -> None:
    tree(tmp_path, "node_modules/x/y.js", "docs/a.md", "docs/keep.md", "src/deep/cache.pyc", "src/app.py")
    (tmp_path / ".dockerignore").write_text("# ours\nnode_modules\ndocs/*\n!docs/keep.md\n**/*.pyc\n\n")
    assert set(read(tmp_path)) == {
        "docs",
        "docs/keep.md",
        "src",
        "src/deep",
        "src/app.py",
        DOCKERFILE,
        ".dockerignore",
    }


def test_further_patterns_leave_out_more(tmp_path: Path) -> None:
    tree(tmp_path, ".env", ".env.local", "app.py", ".git/config")
    assert set(read(tmp_path, (".env*", ".git"))) == {"app.py", DOCKERFILE, ".dockerignore"}


def test_links_stay_links_even_out_of_the_folder(tmp_path: Path) -> None:
    tree(tmp_path / "app", "a.txt")
    (tmp_path / "app/secret").symlink_to("/etc/shadow")
    (tmp_path / "app/folder").symlink_to("/etc")
    (tmp_path / "app/broken").symlink_to("nowhere")
    found = read(tmp_path / "app")
    assert {name: entry.linkname for name, entry in found.items() if entry.issym()} == {
        "secret": "/etc/shadow",
        "folder": "/etc",
        "broken": "nowhere",
    }
    assert not any(name.startswith("folder/") for name in found)


def test_sockets_and_pipes_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)  # The path of a unix socket may be no longer than 107 bytes.
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("listener")
        assert set(read(tmp_path)) == {DOCKERFILE, ".dockerignore"}


def test_a_file_with_the_name_of_our_dockerfile_is_replaced(tmp_path: Path) -> None:
    tree(tmp_path, DOCKERFILE)
    with pack(tmp_path, "FROM y\n") as file, tarfile.open(fileobj=file) as archive:
        assert archive.getnames().count(DOCKERFILE) == 1


@pytest.mark.parametrize("pattern", ["*a" * 8 + "*b", "**/a" * 200 + "b", "?*" * 200 + "!"])
def test_no_pattern_of_a_project_holds_the_platform_up(tmp_path: Path, pattern: str) -> None:
    tree(tmp_path, "a" * 60)
    (tmp_path / ".dockerignore").write_text(pattern)
    begun = time.process_time()
    read(tmp_path)
    assert time.process_time() - begun < 0.5


def test_packing_stops_when_the_build_has_to(tmp_path: Path) -> None:
    tree(tmp_path, *(f"{number}/file" for number in range(20)))
    asked = 0

    def proceed() -> None:
        nonlocal asked
        asked += 1
        if asked == 25:
            raise Cancelled("the build was cancelled")

    with pytest.raises(Cancelled):
        pack(tmp_path, "FROM x\n", proceed=proceed)
    assert asked == 25


def test_a_large_file_does_not_keep_packing_from_stopping(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * (1 << 20))
    asked = iter(range(10))

    def proceed() -> None:
        next(asked)

    with pytest.raises(StopIteration):
        pack(tmp_path, "FROM x\n", proceed=proceed)


@pytest.mark.parametrize("umask", [0o077, 0o027, 0o022, 0o002, 0o000])
def test_the_umask_of_the_daemon_is_not_seen_in_a_context(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        tree(tmp_path, "app.py", "css/a.css", "bin/run")
        (tmp_path / "bin/run").chmod(0o777 & ~umask)
        modes = {name: member.mode for name, member in read(tmp_path).items()}
    finally:
        os.umask(before)
    files = dict.fromkeys(("app.py", "css/a.css", DOCKERFILE, ".dockerignore"), 0o644)
    assert modes == {**files, "css": 0o755, "bin": 0o755, "bin/run": 0o755}


def test_a_folder_of_which_something_is_kept_is_there_with_a_mode_that_lets_in(tmp_path: Path) -> None:
    tree(tmp_path, "a/b/keep.txt", "a/b/drop.txt", "c/d")
    (tmp_path / ".dockerignore").write_text("*\n!a/b/keep.txt\n")
    modes = {name: member.mode for name, member in read(tmp_path).items()}
    made = dict.fromkeys((DOCKERFILE, ".dockerignore"), 0o644)
    assert modes == {"a": 0o755, "a/b": 0o755, "a/b/keep.txt": 0o644, **made}


def test_the_ignore_file_of_the_dockerfile_counts_instead_of_the_folders(tmp_path: Path) -> None:
    for name, text in ((".dockerignore", "a\n"), ("web.Dockerfile.dockerignore", "b\n"), ("a", ""), ("b", "")):
        (tmp_path / name).write_text(text)
    with pack(tmp_path, "FROM x\n", ignore_file="web.Dockerfile.dockerignore") as file:
        with tarfile.open(fileobj=file) as archive:
            assert {"a", "b"} & set(archive.getnames()) == {"a"}
            patterns = archive.extractfile(".dockerignore")
            assert patterns is not None
            assert patterns.read().decode().split() == ["b", ".dockerignore", ".sh0.Dockerfile"]
