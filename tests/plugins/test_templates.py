"""Every template that ships with sh0 keeps what the format demands, and can be planned."""

from pathlib import Path

import pytest

import sh0_plugins
from sh0.compose.files import TextFiles
from sh0.compose.model import NoteKind
from sh0.compose.reading import read as read_project
from sh0.plugins import Plugins
from sh0.records.stack import Action
from sh0.stacks.planner import Situation, plan
from sh0.templates.answers import answer
from sh0.templates.catalogue import BOOTED, Catalogue
from sh0.templates.demands.variables import builtin_names
from sh0.templates.lint import lint_template
from sh0.templates.model import VariableType
from sh0.templates.reading import read
from sh0.values import Secret

LEAST = 150
FOLDER = Path(sh0_plugins.__file__).parent / "templates"
FILES = sorted(file for file in FOLDER.iterdir() if file.name != BOOTED)
each = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
EXAMPLES = {
    VariableType.EMAIL: "me@example.org",
    VariableType.URL: "https://example.org",
    VariableType.INTEGER: "7",
    VariableType.PORT: "7000",
    VariableType.BOOLEAN: "true",
    VariableType.TIMEZONE: "Europe/Paris",
}


@each
def test_it_keeps_what_every_template_keeps(file: Path) -> None:
    assert file.suffix == ".yaml"
    problems = lint_template(file.read_text(encoding="utf-8"), file.stem)
    assert [f"{file.name}:{p.line}: {p.message} ({p.remedy})" for p in problems] == []


@each
def test_it_can_be_planned_and_nothing_of_it_is_left_out(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    template = read(text, file.stem)
    given = {
        v.name: Secret(v.choices[0] if v.choices else EXAMPLES.get(v.type, "an-example"))
        for v in template.variables
        if v.required
    }
    values = {name: value.reveal() for name, value in answer(template, given).values.items()}
    hosts = dict.fromkeys(builtin_names(tuple(exposed.service for exposed in template.expose)), "shop.example.org")
    project = read_project(TextFiles({"compose.yaml": text}), "compose.yaml", {**hosts, **values}, name=file.stem)
    found = plan(project, Situation(stack=file.stem[:12].rstrip("-"), base_domain="example.org"))
    assert {service.action for service in found.services} == {Action.CREATE}
    reached = {service.service for service in found.services if service.routes}
    assert reached == {exposed.service for exposed in template.expose}
    assert [str(note) for note in found.notes if note.kind is NoteKind.UNSUPPORTED] == []
    assert {need.allow.value for need in found.needs} <= {*template.permissions, "published-port"}


@each
def test_all_its_images_have_an_exact_version(file: Path) -> None:
    assert read(file.read_text(encoding="utf-8"), file.stem).unpinned == {}


def test_they_are_found_through_the_hook() -> None:
    assert FOLDER in Plugins().templates()
    found = Catalogue([FOLDER]).all()
    assert [template.name for template in found] == sorted(file.stem for file in FILES)
    assert len(found) >= LEAST


def test_no_two_have_the_same_title() -> None:
    titles = [template.title.lower() for template in Catalogue([FOLDER]).all()]
    assert sorted(titles) == sorted(set(titles))
