"""The schema in the form that is checked is the schema as published, only faster."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sh0.compose.schema import _KEPT, _validator, compose_schema
from sh0.compose.tree import grow
from sh0.compose.unique import unique
from sh0.source.yamltext import Document

PUBLISHED = Draft202012Validator(compose_schema())
KNOWN = {*_KEPT, "properties", "patternProperties", "oneOf", "anyOf", "allOf", "items", "$ref", "$defs"}
SAYS_NOTHING = {"$id", "$schema", "title", "description", "deprecated", "default"}


def parts(part: Any) -> Iterator[Mapping[str, Any]]:
    yield part
    for key in ("properties", "patternProperties", "$defs"):
        for below in part.get(key, {}).values():
            yield from parts(below)
    for key in ("oneOf", "anyOf", "allOf"):
        for below in part.get(key, ()):
            yield from parts(below)
    if "items" in part:
        yield from parts(part["items"])


def test_it_has_no_keyword_that_would_be_lost() -> None:
    """``unevaluatedProperties`` stands beside ``allOf`` only, and is what ``additionalProperties`` becomes there."""
    for part in parts(compose_schema()):
        assert set(part) - KNOWN - SAYS_NOTHING <= ({"unevaluatedProperties"} if "allOf" in part else set())
        assert isinstance(part.get("additionalProperties", False), bool)


def test_alternatives_differ_in_their_types() -> None:
    definitions = compose_schema()["$defs"]
    for part in parts(compose_schema()):
        seen: set[str] = set()
        for each in part.get("oneOf", ()):
            each = definitions[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
            types = {each["type"]} if isinstance(each["type"], str) else set(each["type"])
            assert not seen & types
            assert not {"integer", "number"} <= seen | types
            seen |= types


def below(part: Any, depth: int = 0) -> st.SearchStrategy[object]:
    """Values that a part of the schema may allow, and some that it does not."""
    part = compose_schema()["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    scalars = st.sampled_from([None, True, 0, 1.5, -1, 101, "", "a", "no", "service_started", "bind", "always", "host"])
    if depth > 5:
        return scalars
    choices: list[st.SearchStrategy[object]] = [scalars]
    for key in ("oneOf", "anyOf", "allOf"):
        choices += [below(each, depth + 1) for each in part.get(key, ())]
    if "items" in part:
        choices.append(st.lists(below(part["items"], depth + 1), max_size=3))
    keys = {name: below(each, depth + 1) for name, each in part.get("properties", {}).items()}
    for pattern, each in part.get("patternProperties", {}).items():
        keys["x-a" if pattern == "^x-" else "name"] = below(each, depth + 1) if each else scalars
    if keys:
        entry = st.sampled_from([*sorted(keys), "unknown"])
        pairs = entry.flatmap(lambda name: st.tuples(st.just(name), keys.get(name, scalars)))
        choices.append(st.lists(pairs, max_size=3).map(dict))
    return st.one_of(choices[1:] or choices) | scalars


@pytest.mark.parametrize("definition", ["service", "job", "network", "volume", "secret", "config", "include"])
def test_it_allows_what_the_published_one_allows(definition: str) -> None:
    element = definition if definition == "include" else f"{definition}s"

    @settings(max_examples=100, deadline=None)
    @given(below(compose_schema()["$defs"][definition]))
    def compared(value: object) -> None:
        document = {element: [value] if definition == "include" else {"name": value}}
        once = unique(grow(Document("compose.yaml", document, {}, {}))).tree.plain()
        assert _validator(partial=False).is_valid(once) == PUBLISHED.is_valid(once)

    compared()
