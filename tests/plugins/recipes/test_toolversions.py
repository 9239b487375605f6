"""Versions that tool managers' files ask for, and the order in which all of them count."""

from pathlib import Path

import pytest

from sh0.builds.toolversions import declared, version_file
from sh0.errors import Invalid
from sh0.source.tree import Project
from sh0_plugins.recipes.images import NODE


def project(folder: Path, **files: str) -> Project:
    """A project of these files."""
    for name, text in files.items():
        (folder / name).write_text(text)
    return Project(folder)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('[tools]\nnode = "20.1"\n', "20.1"),
        ('[tools]\nnode = ["18", "20"]\n', "18"),
        ('[tools]\nnode = { version = "22", os = ["linux"] }\n', "22"),
        ('[tools]\nnode = [{ version = "24" }]\n', "24"),
        ("[tools]\nnode = 20\n", "20"),
        ('[tools]\nnode = "prefix:20"\n', "20"),
        ('[tools]\nnodejs = "20"\n', "20"),
        ('[tools]\nnode = "path:/opt/node"\nnodejs = "18"\n', "18"),
    ],
)
def test_mise_states_a_version_in_each_of_its_notations(text: str, version: str, tmp_path: Path) -> None:
    assert declared(project(tmp_path, **{"mise.toml": text}), "node", "nodejs") == (version, "mise.toml")


@pytest.mark.parametrize("text", ["", "tools = 3\n", "[tools]\nnode = true\n", "[tools]\nnode = []\nruby = '3'\n"])
def test_mise_without_the_tool_states_nothing(text: str, tmp_path: Path) -> None:
    assert declared(project(tmp_path, **{"mise.toml": text}), "node", "nodejs") is None


def test_mise_comes_before_asdf_and_asdf_before_sdkman(tmp_path: Path) -> None:
    asdf = "# c\nnodejs 18.1 16 # old\njava temurin-21.0.2\n\nruby\n"
    files = {"mise.toml": '[tools]\nnode = "20"\n', ".tool-versions": asdf, ".sdkmanrc": "java=17.0.2-tem\n"}
    found = project(tmp_path, **files)
    assert declared(found, "node", "nodejs") == ("20", "mise.toml")
    assert declared(found, "nodejs") == ("18.1", ".tool-versions")
    assert declared(found, "java") == ("temurin-21.0.2", ".tool-versions")
    assert declared(found, "ruby") is None
    (tmp_path / ".tool-versions").unlink()
    assert declared(Project(tmp_path), "java") == ("17.0.2-tem", ".sdkmanrc")


def test_broken_mise_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"mise\.toml, line 1"):
        declared(project(tmp_path, **{"mise.toml": "[tools\n"}), "node")


def test_first_file_that_says_anything_counts(tmp_path: Path) -> None:
    found = project(tmp_path, **{".nvmrc": "# none\n\n", ".node-version": "20 # lts\n"})
    assert version_file(found, ".nvmrc", ".node-version") == ("20", ".node-version")
    assert version_file(found, ".nvmrc") is None


def test_first_wish_is_picked_and_no_wish_is_the_default() -> None:
    assert NODE.pick(None, ("20", ".nvmrc"), ("18", "package.json")).source == ".nvmrc"
    assert NODE.pick(None, None).version == NODE.default


@pytest.mark.parametrize("name", [".python-version", ".nvmrc", "runtime.txt"])
def test_a_version_file_that_is_no_text_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x7fELF\x02\x01\x013.11")
    with pytest.raises(Invalid, match="is not text"):
        version_file(Project(tmp_path), name)
