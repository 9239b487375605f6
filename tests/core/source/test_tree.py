"""The read-only view of a folder."""

from pathlib import Path

import pytest

from sh0.errors import Invalid
from sh0.source import tree as project_module
from sh0.source.tree import TEXT_LIMIT, Project


def test_links_out_of_the_folder_do_not_exist(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "out").symlink_to("../secret")
    (folder / "absolute").symlink_to("/etc/hostname")
    (folder / "up").symlink_to("..")
    (folder / "loop").symlink_to("loop")
    (folder / "inside").symlink_to("real")
    (folder / "real").write_text("r")
    project = Project(folder)
    assert project.names == ("inside", "real")
    assert project.text("inside") == "r"
    assert project.text("out") is None
    assert project.text("../secret") is None


def test_a_file_that_became_a_link_out_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "secret").write_text("s")
    (folder / "a").write_text("a")
    project = Project(folder)
    (folder / "a").unlink()
    (folder / "a").symlink_to("../secret")
    assert project.text("a") is None


def test_the_walk_is_bounded_and_skips_what_tools_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node_modules/a", ".git/b", "x/.venv/c", "x/d", "e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert Project(tmp_path).names == ("e", "x/d")
    monkeypatch.setattr(project_module, "NAMES_LIMIT", 1)
    assert Project(tmp_path).names == ("e",)
    assert Project(tmp_path).truncated


def test_any_bytes_are_text_and_only_the_first_mebibyte(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\x00\xfea")
    (tmp_path / "large").write_bytes(b"a" * (TEXT_LIMIT + 5))
    project = Project(tmp_path)
    assert "a" in (project.text("bytes") or "")
    assert len(project.text("large") or "") == TEXT_LIMIT
    with pytest.raises(Invalid, match="larger than"):
        project.json("large")


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("a.json", '{\n"a": 1,\n"b" 2}', "a.json, line 3"),
        ("a.json", "[1]", "not an object"),
        ("a.json", "[" * 100_000, "a.json"),
        ("a.toml", "a = 1\nb\n", "a.toml, line 2"),
        ("a.toml", "", ""),
    ],
)
def test_a_broken_file_is_an_error_with_its_place(tmp_path: Path, name: str, text: str, where: str) -> None:
    (tmp_path / name).write_text(text)
    project = Project(tmp_path)
    if not where:
        assert project.toml(name) == {}
        return
    with pytest.raises(Invalid) as caught:
        project.json(name) if name.endswith("json") else project.toml(name)
    assert where in caught.value.message
    assert caught.value.details["path"] == name


def test_files_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("before")
    project = Project(tmp_path)
    assert project.text("a") == "before"
    (tmp_path / "a").write_text("after")
    assert project.text("a") == "before"
