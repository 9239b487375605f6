"""Public formats and documentation use the terms that operators know, and none of our own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sh0
import sh0.frontend
from sh0.manifest.schema import manifest_schema
from sh0.wire import openapi
from tests.words import NAMES, WORDS

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


@pytest.mark.parametrize(
    "document", [openapi.document(sh0.frontend.registry), manifest_schema()], ids=["REST", "sh0.yaml"]
)
def test_formats(document: dict[str, object]) -> None:
    found = set(names(document))
    assert len(found) > 20
    assert found & NAMES == set()
    assert WORDS.findall(json.dumps(document)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_documentation(page: Path) -> None:
    assert WORDS.findall(page.read_text()) == []
