"""Nothing of a tree is left out of a build without a word."""

import tarfile
from pathlib import Path

import pytest

from sh0.adapters.docker.context import pack
from sh0.builds.detect import detect
from sh0.builds.model import Detection
from sh0.source.tree import Project
from tests.corpus.case import RECIPES

NODE = {
    "package.json": '{"name":"e","private":true,"scripts":{"build":"node build.mjs","start":"node server.mjs"}}',
    "package-lock.json": '{"name":"e","lockfileVersion":3,"requires":true,"packages":{"":{"name":"e"}}}',
    "server.mjs": "",
}
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"


def detected(folder: Path, files: dict[str, str]) -> tuple[Detection, set[str]]:
    """What is detected of a folder with these files, and what of them the build sees."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    found = detect(Project(folder), RECIPES)
    with pack(folder, "FROM x\n", found.ignore) as file, tarfile.open(fileobj=file) as archive:
        return found, {member.name for member in archive if member.isfile()} & files.keys()


@pytest.mark.parametrize(
    "name",
    [
        ".env.production",
        ".env",
        ".env.local",
        ".envs/a",
        ".env.d/a",
        ".environment.ts",
        "venv/readme",
        ".idea/x",
        "dist/index.html",
        ".direnv/x",
        "__pycache__/x",
        "a/.env.production",
    ],
)
def test_a_file_that_is_committed_takes_part_in_the_build(tmp_path: Path, name: str) -> None:
    found, seen = detected(tmp_path, {**NODE, name: "A=b"})
    assert name in seen
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("node_modules/x/index.js", "node_modules is left out of the build, which installs"),
        ("tools/node_modules/x/index.js", "tools/node_modules is left out of the build"),
        ("env/pyvenv.cfg", "env is left out of the build: a virtual environment"),
        ("od[d]/.venv/pyvenv.cfg", "od[d]/.venv is left out of the build"),
    ],
)
def test_what_is_left_out_is_named(tmp_path: Path, name: str, told: str) -> None:
    found, seen = detected(tmp_path, {**NODE, name: ""})
    assert seen == NODE.keys()
    assert [sentence for sentence in found.warnings if sentence.startswith(told)] == list(found.warnings)
    assert len(found.warnings) == 1


def test_the_history_of_version_control_is_left_out_and_not_worth_a_word(tmp_path: Path) -> None:
    found, seen = detected(tmp_path, {**NODE, ".git/HEAD": ""})
    assert seen == NODE.keys()
    assert found.warnings == ()


def test_packages_of_node_take_part_where_nothing_installs_them(tmp_path: Path) -> None:
    found, seen = detected(tmp_path, {"index.html": "", "node_modules/jquery/jquery.js": ""})
    assert "node_modules/jquery/jquery.js" in seen
    assert found.warnings == ()


@pytest.mark.parametrize("more", [{"Dockerfile": "FROM x\n"}, {"index.html": ""}])
def test_files_that_git_lfs_keeps_elsewhere_are_told(tmp_path: Path, more: dict[str, str]) -> None:
    found, _ = detected(tmp_path, {**more, "a/model.bin": POINTER, "b.bin": POINTER, "c.txt": POINTER[:50]})
    told = [sentence for sentence in found.warnings if "LFS" in sentence]
    assert told
    assert told[0].startswith("2 files are Git LFS pointers instead of the content: a/model.bin, b.bin.")


def test_a_link_to_a_pointer_or_an_environment_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "env").mkdir(parents=True)
    (outside / "env" / "pyvenv.cfg").touch()
    (outside / "pointer").write_text(POINTER)
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "env").symlink_to(outside / "env")
    (tree / "pointer").symlink_to(outside / "pointer")
    found, _ = detected(tree, {"index.html": ""})
    assert found.warnings == ()
