"""Fixtures for tests of plugins. pytest finds this module by itself wherever sh0-core is installed.

Nothing of sh0 is loaded before a test asks for one of the fixtures.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sh0.builds.model import Detection
    from sh0.testing.platform import FakeWorld


@pytest.fixture
def sh0_tree(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Writes a project into an empty folder: ``sh0_tree({"main.py": "…"})`` returns the folder."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        folder = tmp_path / "project"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        folder.mkdir(exist_ok=True)
        return folder

    return write


@pytest.fixture
def sh0_detect(
    sh0_tree: Callable[[Mapping[str, str | bytes]], Path],
) -> "Callable[[object, Mapping[str, str | bytes]], Detection]":
    """How a project is built with the recipes of a plugin: ``sh0_detect(plugin, {"main.py": "…"})``."""

    def detect(plugin: object, files: Mapping[str, str | bytes]) -> "Detection":
        from sh0 import builtin
        from sh0.builds.detect import detect as detect_project
        from sh0.builds.project import Project
        from sh0.plugins import Plugins

        recipes = Plugins([plugin, builtin], installed=False).recipes()
        return detect_project(Project(sh0_tree(files)), recipes)

    return detect


@pytest.fixture
def sh0_world(tmp_path: Path) -> "Iterator[FakeWorld]":
    """A platform over fakes, with every installed plugin: ``sh0_world.platform.apps.create("shop")``."""
    from sh0.testing.platform import fake_world

    with fake_world(tmp_path / "home") as world:
        yield world
