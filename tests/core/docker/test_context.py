"""The build context as a tar file."""

import io
import os
import socket
import tarfile
from pathlib import Path

import pytest

from sh0.adapters.docker.context import DOCKERFILE, pack


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


def test_owners_are_dropped_and_times_and_modes_kept(tmp_path: Path) -> None:
    script = tree(tmp_path, "run.sh") / "run.sh"
    script.chmod(0o751)
    os.utime(script, (1_700_000_000, 1_700_000_000))
    found = read(tmp_path)["run.sh"]
    assert (found.uid, found.gid, found.uname, found.mode, found.mtime) == (0, 0, "", 0o751, 1_700_000_000)


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
