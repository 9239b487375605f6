"""The fields of lines that are JSON objects."""

import time

import pytest

from sh0.logs.fields import fields_of


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('{"request_id": "abc", "status": 200}', {"request_id": "abc", "status": "200"}),
        (
            '{"http": {"status": 500, "path": "/x"}, "ok": true}',
            {"http.status": "500", "http.path": "/x", "ok": "true"},
        ),
        ('{"http.status": 500}', {"http.status": "500"}),
        ('{"a": [1, "ä"], "b": null, "c": {}}', {"a": '[1, "ä"]', "b": "null"}),
        ('{"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}', {"a.b.c.d.e": '{"f": 1}'}),
        (' {"a": 1}', {"a": "1"}),
        ('{"a": 1.50, "b": 1e3, "c": -0}', {"a": "1.50", "b": "1e3", "c": "-0"}),
        ("plain text", {}),
        ('{"cut": "o', {}),
        ('["a"]', {}),
        ('{"a": 1} {"b": 2}', {}),
        ("", {}),
    ],
)
def test_they_are_found_by_their_names(text: str, fields: dict[str, str]) -> None:
    assert fields_of(text) == fields


@pytest.mark.parametrize(
    "text", ['{"a":' * 10_000, '{"a":' + "[" * 60_000, '{"a":' + "9" * 60_000, '{"a":"' + "x" * 1_000_000 + '"}']
)
def test_no_line_takes_long_or_ends_anything(text: str) -> None:
    begun = time.monotonic()
    assert fields_of(text) == {}
    assert time.monotonic() - begun < 1


def test_there_is_a_bound_on_how_many_count() -> None:
    assert len(fields_of("{" + ",".join(f'"f{n}":1' for n in range(1000)) + "}")) == 200
