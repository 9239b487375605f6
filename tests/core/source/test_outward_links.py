"""Links that lead out of a tree are no files of it, whoever reads it."""

from pathlib import Path

import pytest

from sh0.builds.detect import detect
from sh0.checking.checker import Checker
from sh0.compose.files import FolderFiles
from sh0.errors import Invalid, UnsupportedProject
from sh0.manifest.reading import read_tree
from sh0.source.tree import Project

NAMES = (".env", "Dockerfile", "requirements.txt", "compose.yaml", "sh0.yaml", "package.json", "Procfile", "index.html")
SECRET = "password-of-the-machine"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of the machine that holds a secret."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in (*NAMES, "key"):
        (folder / name).write_text(f"{SECRET}\n")
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", ["/etc/passwd", "../home/key"])
def test_a_file_that_leads_out_is_not_there(tree: Path, outside: Path, name: str, target: str) -> None:
    (tree / name).symlink_to(target)
    project = Project(tree)
    assert (project.names, project.text(name), project.has(name)) == ((), None, False)
    assert read_tree(tree, "") is None
    with pytest.raises(UnsupportedProject) as refused:
        detect(project)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "sh0.yaml", ".env"])
def test_rules_do_not_see_what_a_link_leads_to(tree: Path, outside: Path, name: str) -> None:
    (tree / name).symlink_to(outside / "key")
    (tree / "linked").symlink_to(outside)
    report = Checker.installed().folder(tree, ignored=True)
    assert SECRET not in str(report)
    assert not any("linked" in finding.place.path for finding in report.findings)


def test_a_folder_that_leads_out_is_not_walked_into(tree: Path, outside: Path) -> None:
    (tree / "app").symlink_to(outside)
    (tree / "index.html").write_text("")
    assert Project(tree).names == ("index.html",)
    assert Project(tree).text("app/key") is None
    with pytest.raises(Invalid):
        Project(tree, "app")


@pytest.mark.parametrize("path", ["compose.yaml", ".env", "linked/key"])
def test_a_compose_file_reads_nothing_through_a_link_out(tree: Path, outside: Path, path: str) -> None:
    for name in ("compose.yaml", ".env"):
        (tree / name).symlink_to(outside / "key")
    (tree / "linked").symlink_to(outside)
    with pytest.raises(Invalid, match="lies outside of the project"):
        FolderFiles(tree).text(path)


def test_a_dockerfile_as_setting_that_leads_out_is_not_read(tree: Path, outside: Path) -> None:
    (tree / "build").symlink_to(outside)
    (tree / "index.html").write_text("")
    with pytest.raises(Invalid, match="there is no file build/Dockerfile"):
        detect(Project(tree), dockerfile="build/Dockerfile")
