"""What the distributions say about themselves."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from sh0.version import VERSION

PACKAGES = Path(__file__).resolve().parents[2] / "packages"
NAMES = sorted(folder.name for folder in PACKAGES.iterdir())
PARTS = [name for name in NAMES if name != "sh0"]


def project(name: str) -> dict[str, Any]:
    """The table ``project`` of a distribution."""
    found: dict[str, Any] = tomllib.loads((PACKAGES / name / "pyproject.toml").read_text())["project"]
    return found


def test_sh0_depends_on_every_other_in_the_same_version() -> None:
    assert sorted(project("sh0")["dependencies"]) == sorted(f"{name}=={VERSION}" for name in PARTS)


@pytest.mark.parametrize("name", NAMES)
def test_what_it_needs_of_us_is_of_its_own_version_and_everything_else_has_a_lower_bound(name: str) -> None:
    for needed in project(name)["dependencies"]:
        assert f"=={VERSION}" in needed if needed.startswith("sh0") else ">=" in needed, needed


@pytest.mark.parametrize("name", NAMES)
def test_it_brings_its_licence_and_a_page_that_says_what_it_is(name: str) -> None:
    assert project(name)["license"] == "Apache-2.0"
    assert (PACKAGES / name / "LICENSE").read_text() == (PACKAGES.parent / "LICENSE").read_text()
    readme = (PACKAGES / name / "README.md").read_text()
    assert readme.startswith(f"# {name}\n")
    assert len(readme.split()) > 30


@pytest.mark.parametrize("name", NAMES)
def test_everybody_is_told_the_same_about_it(name: str) -> None:
    mine, first = project(name), project("sh0-core")
    assert {key: mine[key] for key in ("requires-python", "authors", "keywords")} == {
        key: first[key] for key in ("requires-python", "authors", "keywords")
    }
    assert set(first["classifiers"]) - set(mine["classifiers"]) <= {"Typing :: Typed"}
