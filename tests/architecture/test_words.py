"""Public formats and documentation use the terms that operators know, and none of our own."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sh0
import sh0.frontend
from sh0.manifest.schema import manifest_schema
from sh0.templates import reading
from sh0.templates.model import PERMISSIONS
from sh0.wire import openapi
from tests.words import NAMES, TERMS, WORDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("packages/*/README.md")])


def names(document: Any) -> Iterator[str]:
    """Fields and values that a schema names."""
    if isinstance(document, dict):
        yield from document.get("properties", {})
        yield from filter(lambda each: isinstance(each, str), document.get("enum", ()))
        for inner in document.values():
            yield from names(inner)
    elif isinstance(document, list):
        for inner in document:
            yield from names(inner)


def template_format() -> dict[str, object]:
    """What the block of a template may hold: its record, and every key that its reader knows."""
    schemas = sh0.frontend.Schemas()
    keys = {
        key for name, value in vars(reading).items() if name.isupper() and isinstance(value, tuple) for key in value
    }
    whole = {"template": schemas.of(sh0.Template), "reader": {"enum": sorted({*keys, *PERMISSIONS})}}
    return {**whole, "$defs": schemas.components, "permissions": list(PERMISSIONS.values())}


FORMATS = {
    "REST": openapi.document(sh0.frontend.registry),
    "sh0.yaml": manifest_schema(),
    "template": template_format(),
}


@pytest.mark.parametrize("document", FORMATS.values(), ids=FORMATS)
def test_formats(document: dict[str, object]) -> None:
    found = set(names(document))
    assert len(found) > 20
    assert found & NAMES == set()
    assert WORDS.findall(json.dumps(document)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_documentation(page: Path) -> None:
    assert WORDS.findall(page.read_text()) == []


def test_the_glossary_has_the_terms_in_their_order() -> None:
    page = (ROOT / "docs/reference/glossary.md").read_text()
    terms = re.findall(r"^([a-z].*)$", page.partition("```{glossary}")[2].partition("```")[0], re.MULTILINE)
    assert terms == sorted(terms, key=str.lower)
    assert set(terms) >= TERMS
