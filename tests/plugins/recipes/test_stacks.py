"""Every project of the corpus is detected as its file says, and gets the Dockerfile that is recorded there."""

import os
from pathlib import Path

import pytest

from sh0.builds.dockerfile import render
from sh0.builds.recipe import Recipe
from sh0.errors import Invalid
from sh0.source.tree import Project
from tests.corpus.case import CASES, RECIPES, Case

DETECTED = [case for case in CASES if "error" not in case.expect]
REFUSED = [case for case in CASES if "error" in case.expect]


@pytest.mark.parametrize("case", DETECTED, ids=lambda case: case.name)
def test_project_is_detected_as_its_case_says(case: Case, tmp_path: Path) -> None:
    found = case.detect(tmp_path)
    parts = case.expect.get("warnings")
    if isinstance(parts, list):
        unmet = [part for part in parts if not any(part in warning for warning in found.warnings)]
        assert not unmet, found.warnings
        assert len(found.warnings) == len(parts), found.warnings
    for name, wanted in case.expect.items():
        if name != "warnings":
            value = getattr(found, name)
            assert (list(value) if isinstance(value, tuple) else value) == wanted, f"{case.about} ({name})"


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_project_is_refused_with_what_was_found_and_what_to_do(case: Case, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        case.detect(tmp_path)
    assert str(case.expect["error"]) in caught.value.message
    assert str(case.expect.get("hint", "")) in caught.value.hint
    assert caught.value.hint


@pytest.mark.parametrize("case", [case for case in DETECTED if case.golden is not None], ids=lambda case: case.name)
def test_generated_dockerfile_is_the_recorded_one(case: Case, tmp_path: Path) -> None:
    text = render(case.detect(tmp_path))
    if os.environ.get("SH0_RECORD"):
        case.record(text)
    else:
        assert text == case.golden


@pytest.mark.parametrize("case", [c for c in DETECTED if "Dockerfile" not in c.files], ids=lambda case: case.name)
def test_generated_dockerfile_has_what_every_one_must(case: Case, tmp_path: Path) -> None:
    found = case.detect(tmp_path, port=4321)
    text = render(found)
    for part in ("EXPOSE 4321", "PORT=4321", "HOST=0.0.0.0", "USER 10001:10001", "\nHEALTHCHECK ", '\nCMD ["'):
        assert part in text
    assert "$PORT" not in text.split("\nCMD ")[1] or '"/bin/sh"' in text
    for part in ("--mount", "<<", "# syntax"):
        assert part not in text


def test_every_recipe_has_at_least_three_projects(tmp_path: Path) -> None:
    """Those that it answers for, and the misleading ones that are named after it."""
    shown: dict[str, set[str]] = {recipe.name: set() for recipe in RECIPES}
    for case in CASES:
        project = Project(case.write(tmp_path / case.name), case.root)
        for recipe in RECIPES:
            if case.name.startswith(f"{recipe.name}-") or _answers(recipe, project):
                shown[recipe.name].add(case.name)
    assert {name: cases for name, cases in shown.items() if len(cases) < 3} == {}


def _answers(recipe: Recipe, project: Project) -> bool:
    try:
        return recipe.detect(project) is not None
    except Invalid:
        return True


def test_the_documentation_says_what_is_built_and_run(tmp_path: Path) -> None:
    built: dict[str, list[str]] = {recipe.name: [] for recipe in RECIPES if recipe.notes is None}
    for case in CASES:
        if case.run:
            project = Project(case.write(tmp_path / case.name), case.root)
            built[next(recipe.name for recipe in RECIPES if _answers(recipe, project))].append(case.name)
    rows = "\n".join(f"| {name} | {', '.join(cases) or 'none'} |" for name, cases in sorted(built.items()))
    assert rows in (Path(__file__).parents[3] / "docs/explanation/builds.md").read_text()
