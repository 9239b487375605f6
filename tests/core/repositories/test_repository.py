"""The apps' own repositories, with the real git."""

import os
import subprocess
from datetime import UTC
from pathlib import Path

import pytest

from sh0.errors import GitFailed, InvalidValue, NotFound
from sh0.repositories.repository import Repositories
from tests.core.git.checkout import Checkout


@pytest.fixture
def repositories(tmp_path: Path) -> Repositories:
    made = Repositories(tmp_path / "repos")
    made.create("shop")
    return made


@pytest.fixture
def work(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "work")


def push(work: Checkout, repositories: Repositories, *refs: str) -> None:
    work.git("push", "-q", str(repositories.path("shop")), *(refs or ("main",)))


def test_a_revision_is_found_by_branch_tag_and_short_id(repositories: Repositories, work: Checkout) -> None:
    commit = work.commit("first", a="1")
    work.git("tag", "-m", "one", "v1")
    push(work, repositories, "main", "v1")
    assert {repositories.resolve("shop", ref) for ref in ("main", "v1", commit[:8], commit)} == {commit}


@pytest.mark.parametrize("ref", ["nothing", "--all", "a b", "refs/../x", "\0", "", "f" * 40])
def test_a_revision_that_is_not_there_is_not_found(repositories: Repositories, ref: str) -> None:
    with pytest.raises(NotFound):
        repositories.resolve("shop", ref)


def test_a_commit_in_words(repositories: Repositories, work: Checkout) -> None:
    id_ = work.commit("größer\n\nand more", a="1")
    push(work, repositories)
    commit = repositories.commit("shop", "main")
    assert (commit.id, commit.author, commit.subject) == (id_, "Ada", "größer")
    assert commit.time.astimezone(UTC).year >= 2024


def test_creating_twice_keeps_what_is_there(repositories: Repositories, work: Checkout) -> None:
    commit = work.commit(a="1")
    push(work, repositories)
    repositories.create("shop")
    assert repositories.resolve("shop", "main") == commit
    repositories.remove("shop")
    repositories.remove("shop")
    assert not repositories.path("shop").exists()


@pytest.mark.parametrize("app", ["../etc", "a/b", "", "A", "hooks.git", "x" * 41])
def test_a_name_that_is_no_app_has_no_repository(repositories: Repositories, app: str) -> None:
    with pytest.raises(InvalidValue):
        repositories.path(app)


def test_an_export_has_the_files_and_nothing_of_git(repositories: Repositories, work: Checkout, tmp_path: Path) -> None:
    work.commit(a="1", Procfile="web: x", __gitattributes="a export-ignore\n")
    (work.path / "sub").mkdir()
    (work.path / "run.sh").write_text("x")
    (work.path / "run.sh").chmod(0o755)
    (work.path / "sub" / "link").symlink_to("../a")
    work.commit()
    push(work, repositories)
    into = tmp_path / "out" / "tree"
    repositories.export("shop", "main", into)
    found = sorted(str(path.relative_to(into)) for path in into.rglob("*"))
    assert found == [".gitattributes", "Procfile", "a", "run.sh", "sub", "sub/link"]
    assert os.access(into / "run.sh", os.X_OK)
    assert (into / "sub" / "link").read_text() == "1"
    assert [path.name for path in into.parent.iterdir()] == ["tree"]


def test_hooks_and_filters_of_the_machine_do_not_run(
    repositories: Repositories, work: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitconfig").write_text('[filter "x"]\n smudge = false\n required = true\n[core]\n autocrlf = true\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".gitconfig"))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    work.commit(a="1\n", __gitattributes="a filter=x\n")
    push(work, repositories)
    repositories.export("shop", "main", tmp_path / "out")
    assert (tmp_path / "out" / "a").read_bytes() == b"1\n"


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../etc/passwd", "..", "sub/up/../../x"])
def test_a_link_out_of_the_tree_is_written_as_a_link(
    repositories: Repositories, work: Checkout, tmp_path: Path, target: str
) -> None:
    (work.path / "sub").mkdir()
    (work.path / "sub" / "up").symlink_to("..")
    (work.path / "data").symlink_to(target)
    work.commit()
    push(work, repositories)
    repositories.export("shop", "main", tmp_path / "out")
    assert os.readlink(tmp_path / "out" / "data") == target


@pytest.mark.parametrize("umask", [0o077, 0o027, 0o022, 0o002])
def test_the_umask_of_the_daemon_is_not_seen_in_a_tree(
    repositories: Repositories, work: Checkout, tmp_path: Path, umask: int
) -> None:
    (work.path / "css").mkdir()
    (work.path / "css" / "a.css").write_text("")
    work.commit(a="1\n")
    push(work, repositories)
    before = os.umask(umask)
    try:
        repositories.export("shop", "main", tmp_path / "out")
    finally:
        os.umask(before)
    modes = {name: (tmp_path / "out" / name).stat().st_mode & 0o777 for name in ("a", "css", "css/a.css")}
    assert modes == {"a": 0o644, "css": 0o755, "css/a.css": 0o644}


def test_a_relative_submodule_is_refused_with_what_to_do(
    repositories: Repositories, work: Checkout, tmp_path: Path
) -> None:
    _record_submodule(work, "../lib.git")
    push(work, repositories)
    with pytest.raises(GitFailed, match=r"submodule vendor/lib has the relative URL \.\./lib\.git") as caught:
        repositories.export("shop", "main", tmp_path / "out")
    assert "whole URL" in caught.value.hint


@pytest.mark.parametrize("url", ["file:///etc", "/srv/lib", "ext::sh -c id", "-x", "ssh://-oProxyCommand=id/x", None])
def test_a_submodule_of_another_kind_is_refused(
    repositories: Repositories, work: Checkout, tmp_path: Path, url: str | None
) -> None:
    _record_submodule(work, url)
    push(work, repositories)
    with pytest.raises(GitFailed, match="submodule vendor/lib has"):
        repositories.export("shop", "main", tmp_path / "out")


def test_objects_in_quarantine_are_exported(repositories: Repositories, work: Checkout, tmp_path: Path) -> None:
    commit = work.commit(a="quarantined")
    repository = repositories.path("shop")
    quarantine = repository / "objects" / "tmp_objdir-incoming-x"
    subprocess.run(["cp", "-r", work.path / ".git" / "objects", quarantine], check=True)
    with pytest.raises(NotFound):
        repositories.export("shop", commit, tmp_path / "without")
    repositories.export("shop", commit, tmp_path / "with", quarantine.name)
    assert (tmp_path / "with" / "a").read_text() == "quarantined"
    assert repositories.commit("shop", commit, quarantine.name).subject == "work"
    repositories.sweep()
    assert not quarantine.exists()


@pytest.mark.parametrize(
    "name",
    [
        *("..", ".", "../../other.git/objects", "incoming-x/../..", "/etc", "pack", "info", "tmp_objdir-incoming-"),
        *("-x", "a\n", "incoming-" + "x" * 41, "incoming-x\0", "incoming-x:y", "incoming-é"),
    ],
)
def test_a_quarantine_is_a_folder_of_its_kind_in_the_repository(
    repositories: Repositories, tmp_path: Path, name: str
) -> None:
    with pytest.raises(InvalidValue, match="quarantine"):
        repositories.export("shop", "main", tmp_path / "out", name)


def test_a_quarantine_that_is_a_link_counts_as_none(repositories: Repositories, work: Checkout, tmp_path: Path) -> None:
    work.commit(a="1")
    push(work, repositories)
    commit = work.commit(a="2")
    (repositories.path("shop") / "objects" / "incoming-x").symlink_to(work.path / ".git" / "objects")
    with pytest.raises(NotFound):
        repositories.resolve("shop", commit, "incoming-x")


def test_the_quarantine_of_a_push_that_is_over_does_not_matter(
    repositories: Repositories, work: Checkout, tmp_path: Path
) -> None:
    work.commit(a="1")
    push(work, repositories)
    repositories.export("shop", "main", tmp_path / "out", "tmp_objdir-incoming-gone")
    assert (tmp_path / "out" / "a").exists()


def test_tidying_keeps_what_is_reachable(repositories: Repositories, work: Checkout) -> None:
    commit = work.commit(a="1")
    push(work, repositories)
    repositories.tidy("shop")
    assert repositories.resolve("shop", "main") == commit


def _record_submodule(work: Checkout, url: str | None) -> None:
    commit = work.commit(a="1")
    if url is not None:
        (work.path / ".gitmodules").write_text(f'[submodule "lib"]\n\tpath = vendor/lib\n\turl = {url}\n')
        work.git("add", ".gitmodules")
    work.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/lib")
    work.git("commit", "-q", "-m", "a submodule")
