"""Every template that ships with sh0 keeps what the format demands."""

from pathlib import Path

import pytest

import sh0_plugins
from sh0.plugins import Plugins
from sh0.templates.catalogue import BOOTED, Catalogue
from sh0.templates.lint import lint_template

LEAST = 3  # raised as templates are added
FOLDER = Path(sh0_plugins.__file__).parent / "templates"
FILES = sorted(file for file in FOLDER.iterdir() if file.name != BOOTED)
each = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@each
def test_it_keeps_what_every_template_keeps(file: Path) -> None:
    assert file.suffix == ".yaml"
    problems = lint_template(file.read_text(encoding="utf-8"), file.stem)
    assert [f"{file.name}:{p.line}: {p.message} ({p.mend})" for p in problems] == []


def test_they_are_found_through_the_hook() -> None:
    assert FOLDER in Plugins().templates()
    found = Catalogue([FOLDER]).all()
    assert [template.name for template in found] == sorted(file.stem for file in FILES)
    assert len(found) >= LEAST


def test_no_two_have_the_same_title() -> None:
    titles = [template.title.lower() for template in Catalogue([FOLDER]).all()]
    assert sorted(titles) == sorted(set(titles))
