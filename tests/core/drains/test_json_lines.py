"""What a line becomes where JSON is wanted."""

import json
from datetime import UTC, datetime

import attrs

from sh0.drains.json_lines import json_line
from sh0.ports.runtime import LogLine

LINE = LogLine(
    datetime(2026, 3, 1, 12, 0, 0, 1234, tzinfo=UTC), "stdout", "hällo", "sh0-x-shop-7-1", False, "web", 2, "shop-7", ""
)


def test_an_object_of_json_has_the_line_and_where_it_is_from() -> None:
    data = json_line(LINE, "shop")
    assert data.endswith(b"\n")
    assert json.loads(data) == {
        "time": "2026-03-01T12:00:00.001234Z",
        "app": "shop",
        "process": "web",
        "replica": 2,
        "deployment": "shop-7",
        "container": "sh0-x-shop-7-1",
        "stream": "stdout",
        "level": "",
        "message": "hällo",
    }


def test_the_fields_of_a_line_that_is_an_object_are_given_by_themselves() -> None:
    found = json.loads(json_line(attrs.evolve(LINE, text='{"order": 4711, "http": {"status": 500}}', cut=True), "shop"))
    assert found["fields"] == {"order": "4711", "http.status": "500"}
    assert found["cut"] is True
