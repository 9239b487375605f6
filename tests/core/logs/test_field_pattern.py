"""The pattern that finds lines with a field: it finds every one, however its JSON is written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sh0.logs.field_pattern import field_pattern
from sh0.logs.fields import fields_of, has_fields
from sh0.logs.query import expression


def found(wanted: str, text: str) -> bool:
    return expression(field_pattern(wanted), bytes_=True).search(text.encode()) is not None


@pytest.mark.parametrize(
    "text",
    [
        '{"http": {"status": 500}}',
        '{"http":{"status":"500"}}',
        '{"http.status" : 500 , "a": 1}',
        '{"a": {"status": 1}, "http": {"b": {}, "status": 500\t}}',
    ],
)
def test_a_field_in_an_object_is_found(text: str) -> None:
    assert found("http.status=500", text)
    assert has_fields(text, ["http.status=500"])


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("status=500", '{"status": 5000}'),
        ("status=500", '{"status": "500 or so"}'),
        ("status=500", '{"xstatus": 500}'),
        ("status=500", "status=500"),
        ("a.b=", '{"a": {"b": "c"}}'),
    ],
)
def test_others_are_not(wanted: str, text: str) -> None:
    assert not found(wanted, text)
    assert not has_fields(text, [wanted])


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.booleans(), st.sampled_from([None, 0, 2]))
def test_whatever_has_a_field_is_found(document: dict[str, object], ascii_: bool, indent: int | None) -> None:
    separators = (",", ":") if indent == 0 else None
    text = json.dumps(document, ensure_ascii=ascii_, separators=separators)
    for name, value in fields_of(text).items():
        if name and "=" not in name:
            assert found(f"{name}={value}", text)
            assert has_fields(text, [f"{name}={value}"])
