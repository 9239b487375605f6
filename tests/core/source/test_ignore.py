"""What a source archive leaves out."""

import tarfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sh0.adapters.docker.context import DOCKERFILE, pack
from sh0.source.ignore import ALWAYS, HELD_BACK, Ignore, PackedBuild, secret_file


def kept(
    folder: Path, files: dict[str, str], builds: Iterable[PackedBuild] = (PackedBuild(),), mounted: Iterable[str] = ()
) -> set[str]:
    """The files that are kept of a folder with these files."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return {path for path in Ignore(folder, builds, mounted).walk() if (folder / path).is_file()}


def test_gitignore_is_honoured_at_every_depth(tmp_path: Path) -> None:
    files = {
        ".gitignore": "*.log\n/out/\n",
        "a.log": "",
        "out/x": "",
        "lib/out/y": "",
        "lib/.gitignore": "!b.log\n*.tmp\n",
    }
    files |= {"lib/b.log": "", "lib/c.log": "", "lib/d.tmp": "", "e.tmp": ""}
    assert kept(tmp_path, files) == {".gitignore", "lib/.gitignore", "lib/out/y", "lib/b.log", "e.tmp"}


def test_a_file_cannot_return_from_a_folder_that_git_ignores(tmp_path: Path) -> None:
    assert kept(tmp_path, {".gitignore": "out/\n!out/x\n", "out/x": ""}) == {".gitignore"}


def test_sh0ignore_has_the_last_word(tmp_path: Path) -> None:
    files = {".gitignore": "dist/\n", ".sh0ignore": "!dist/\nnotes/\n", "dist/app.js": "", "notes/a": "", "b": ""}
    assert kept(tmp_path, files) == {".gitignore", ".sh0ignore", "dist/app.js", "b"}


def test_patterns_of_dockerignore_start_at_the_top(tmp_path: Path) -> None:
    files = {".dockerignore": "# all but the source\ndocs\n**/*.md\n", "docs/a": "", "src/docs/b": "", "src/c.md": ""}
    assert kept(tmp_path, files) == {".dockerignore", "src/docs/b"}


def test_dockerignore_can_exclude_everything_but_some(tmp_path: Path) -> None:
    files = {".dockerignore": "*\n!src\n!a.txt\n", "src/x/y.py": "", "a.txt": "", "b.txt": "", "c/d": ""}
    assert kept(tmp_path, files) == {".dockerignore", "src/x/y.py", "a.txt"}


def test_dockerignore_has_no_say_about_what_the_build_is_controlled_by(tmp_path: Path) -> None:
    files = {".dockerignore": "Dockerfile\n.dockerignore\nProcfile\n", "Dockerfile": "", "Procfile": ""}
    assert kept(tmp_path, files) == set(files)


def test_a_dockerfile_has_an_ignore_file_of_its_own(tmp_path: Path) -> None:
    files = {".dockerignore": "src\n", "ops/web.Dockerfile.dockerignore": "docs\nops\n", "ops/web.Dockerfile": ""}
    files |= {"src/a": "", "docs/b": "", "ops/c": "", "Dockerfile": ""}
    own = PackedBuild(dockerfile="ops/web.Dockerfile")
    assert kept(tmp_path, files, [own]) == files.keys() - {"docs/b", "ops/c"}
    assert kept(tmp_path, files) == files.keys() - {"src/a"}
    assert kept(tmp_path, files, [own, PackedBuild()]) == files.keys()


def test_an_ignore_file_has_no_say_outside_of_its_context(tmp_path: Path) -> None:
    files = {".dockerignore": "*\n", "api/.dockerignore": "*.md\n", "api/a.md": "", "api/b": "", "c": "", "c.md": ""}
    assert kept(tmp_path, files, [PackedBuild("api")]) == files.keys() - {"api/a.md"}
    assert kept(tmp_path, files, [PackedBuild("api"), PackedBuild()]) == files.keys() - {"api/a.md", "c", "c.md"}
    assert kept(tmp_path, files, []) == files.keys()


def test_what_containers_mount_is_kept(tmp_path: Path) -> None:
    files = {".dockerignore": "conf\nmore/x\n!more/z\n", "conf/a/b": "", "conf/c": "", "more/x/y": "", "more/z": ""}
    assert kept(tmp_path, files, mounted=["conf/a", "more/x/y"]) == files.keys() - {"conf/c"}
    assert kept(tmp_path, files, mounted=["."]) == files.keys()


def test_what_a_build_is_controlled_by_is_sent_whatever_it_is_called(tmp_path: Path) -> None:
    files = {".dockerignore": "*\n", "build/container": "", "build/container.dockerignore": "*\n", "sh0.yaml": ""}
    assert kept(tmp_path, files, [PackedBuild(dockerfile="build/container")]) == files.keys()


@pytest.mark.parametrize("negation", ["!.env", "!**/.env*", "!.git", "!node_modules/", "!**"])
def test_nothing_brings_back_secrets_and_rubbish(tmp_path: Path, negation: str) -> None:
    files = {".sh0ignore": f"{negation}\n", ".gitignore": f"{negation}\n", ".dockerignore": f"{negation}\n"}
    files |= {".env": "", "a/.env.production": "", "a/.ENV": "", ".envrc": "", ".env.d/secret": ""}
    files |= {".git/config": "", "a/node_modules/x.js": "", "a/.venv/bin/python": "", "a/__pycache__/x.pyc": ""}
    assert kept(tmp_path, files) == {".sh0ignore", ".gitignore", ".dockerignore"}


def test_examples_of_environment_files_are_kept(tmp_path: Path) -> None:
    files = {".env.example": "", "a/.env.sample": "", ".env.template": ""}
    assert kept(tmp_path, files) == set(files)


def test_a_pattern_that_cannot_be_read_leaves_the_others_in_force(tmp_path: Path) -> None:
    assert kept(tmp_path, {".gitignore": "!\n[z-a]\n*.log\n", "a.log": "", "b": ""}) == {".gitignore", "b"}


def test_a_linked_folder_is_not_walked_into(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").touch()
    (tmp_path / "linked").symlink_to("real")
    assert list(Ignore(tmp_path).walk()) == ["linked", "real", "real/a"]


PATTERNS = st.lists(st.text(alphabet="ab*!/.?[]-envgit\\ #", max_size=12), max_size=6)
NAMES = st.sampled_from(
    [".env", ".env.local", ".ENV", ".env.example", ".git", "node_modules", "a", "b.py", "env", ".enva"]
)


@settings(max_examples=60, deadline=None)
@given(PATTERNS, PATTERNS, st.lists(st.lists(NAMES, min_size=1, max_size=3), max_size=6))
def test_no_pattern_whatsoever_lets_a_secret_out(
    tmp_path_factory: pytest.TempPathFactory, git: list[str], ours: list[str], paths: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("tree")
    (folder / ".gitignore").write_text("\n".join(git))
    (folder / ".sh0ignore").write_text("\n".join(ours))
    for parts in paths:
        target = folder.joinpath(*parts)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            continue
    for path in Ignore(folder).walk():
        parts = path.split("/")
        assert not any(part in ALWAYS or secret_file(part) for part in parts)


def test_no_image_of_a_stack_gets_files_of_variables(tmp_path: Path) -> None:
    names = (".env", "a/.env.local", "a/.env.example", "a/.environment.ts", ".envs/a", "a/app.py")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with pack(tmp_path, "FROM x\n", HELD_BACK) as file, tarfile.open(fileobj=file) as archive:
        files = {member.name for member in archive if member.isfile()}
    assert files == {"a/.env.example", "a/.environment.ts", ".envs/a", "a/app.py", ".dockerignore", DOCKERFILE}


@pytest.mark.parametrize("name", [".envs/a", ".environment.ts", ".idea/x", "venv/x", ".env.example"])
def test_what_only_looks_like_it_is_kept(tmp_path: Path, name: str) -> None:
    assert kept(tmp_path, {name: ""}) == {name}


def test_a_virtual_environment_of_any_name_stays(tmp_path: Path) -> None:
    assert kept(tmp_path, {"venv/pyvenv.cfg": "", "venv/bin/x": "", "a/.sh0ignore": "!venv", "b": ""}) == {
        "a/.sh0ignore",
        "b",
    }
