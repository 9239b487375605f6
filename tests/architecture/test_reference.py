"""The reference says of every public name what it is, and of every part of it."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parents[2] / "docs" / "reference"
MODULES = {"sh0": "library.md", "sh0.plugin": "plugin.md", "sh0.frontend": "frontend.md"}


@pytest.fixture(scope="module", autouse=True)
def extensions() -> Iterator[None]:
    """The directives of the documentation can be imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PAGES.parent / "_ext")
        yield


def written() -> dict[str, list[str]]:
    """The lines that the directives make, by the page that they are for."""
    reference, records = map(importlib.import_module, ("public_reference", "records_reference"))
    errors = importlib.import_module("errors_reference")
    found = {module: list(reference.entries(module)) for module in MODULES}
    return {**found, "records": list(records.entries()), "errors": list(errors.entries())}


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_has_an_entry(module: str) -> None:
    anchors = {found for lines in written().values() for found in re.findall(r"^\((.+)\)=$", "\n".join(lines), re.M)}
    anchor = importlib.import_module("public_names").anchor
    names = importlib.import_module(module).__all__
    assert {name for name in names if anchor(module, name) not in anchors} == set()
    assert f"```{{public}} {module}\n" in (PAGES / MODULES[module]).read_text()


@pytest.mark.parametrize("module", MODULES)
def test_every_entry_says_what_it_is_and_describes_each_part(module: str) -> None:
    lines = written()[module]
    headings = [number for number, line in enumerate(lines) if line.startswith("### ")]
    assert len(headings) > 5
    for begin, end in zip(headings, [*headings[1:], len(lines)], strict=True):
        prose = [line for line in lines[begin + 1 : end] if re.match(r"[A-Z`]", line) and not line.startswith("```")]
        assert prose, lines[begin]
        assert not re.match("A value of type|One of ", prose[0]), lines[begin]
    assert [line for line in lines if line.startswith("- `") and line.rstrip().endswith(":")] == []


def test_every_page_is_in_the_index() -> None:
    index = (PAGES.parent / "index.md").read_text()
    assert {page.stem for page in PAGES.glob("*.md")} == set(re.findall(r"^reference/(.+)$", index, re.MULTILINE))
