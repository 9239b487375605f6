"""Fixtures for tests of plugins. pytest finds this module by itself wherever sh0-core is installed.

Nothing of sh0 is loaded before a test asks for one of the fixtures.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sh0.builds.model import Detection
    from sh0.rules.report import Report
    from sh0.templates.model import TemplateProblem
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
    """How a project is built with the recipes of a plugin and of sh0: ``sh0_detect(plugin, {"main.py": "…"})``."""

    def detect(plugin: object, files: Mapping[str, str | bytes]) -> "Detection":
        from sh0.builds.detect import detect as detect_project
        from sh0.plugins import Plugins
        from sh0.plugins.entry_points import entry_points
        from sh0.source.tree import Project

        ours = [entry.load() for entry in entry_points("sh0") if entry.package == "sh0-plugins"]
        others = [each for each in ours if each is not plugin]
        recipes = Plugins([plugin, *others], installed=False).recipes()
        return detect_project(Project(sh0_tree(files)), recipes)

    return detect


@pytest.fixture
def sh0_check(
    sh0_tree: Callable[[Mapping[str, str | bytes]], Path],
) -> "Callable[[object, Mapping[str, str | bytes]], Report]":
    """What the rules of a plugin find in a project: ``sh0_check(plugin, {"main.py": "…"}).findings``."""

    def check(plugin: object, files: Mapping[str, str | bytes]) -> "Report":
        from sh0.plugins import Plugins
        from sh0.rules.engine import check as check_project
        from sh0.source.tree import Project

        rules = Plugins([plugin], installed=False).rules()
        return check_project(Project(sh0_tree(files)), rules)

    return check


@pytest.fixture
def sh0_lint() -> "Callable[[object], dict[str, tuple[TemplateProblem, ...]]]":
    """What is wrong in each template of a plugin, by the template's name: ``sh0_lint(plugin)``."""

    def lint(plugin: object) -> "dict[str, tuple[TemplateProblem, ...]]":
        from sh0.plugins import Plugins
        from sh0.templates.lint import lint_template

        folders = Plugins([plugin], installed=False).templates()
        files = [file for folder in folders for file in sorted(folder.glob("*.yaml"))]
        return {file.stem: lint_template(file.read_text(encoding="utf-8"), file.stem) for file in files}

    return lint


@pytest.fixture
def sh0_world(tmp_path: Path) -> "Iterator[FakeWorld]":
    """A platform over fakes, with every installed plugin: ``sh0_world.platform.apps.create("shop")``."""
    from sh0.testing.platform import fake_world

    with fake_world(tmp_path / "home") as world:
        yield world
