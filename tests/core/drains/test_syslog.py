"""What a line becomes for a receiver of syslog."""

from datetime import UTC, datetime

import attrs
import pytest

from sh0.drains.syslog import framed, message
from sh0.ports.runtime import LogLine

LINE = LogLine(
    datetime(2026, 3, 1, 12, 0, 0, 1234, tzinfo=UTC), "stdout", "hällo", "sh0-x-shop-7-1", False, "web", 2, "shop-7", ""
)


def test_a_message_of_syslog_has_the_head_of_rfc_5424() -> None:
    expected = "<134>1 2026-03-01T12:00:00.001234Z server shop web.2 - - hällo"
    assert message(LINE, "shop", "server").decode() == expected


@pytest.mark.parametrize(
    ("level", "priority"),
    [("", 134), ("trace", 135), ("debug", 135), ("info", 134), ("warning", 132), ("error", 131), ("fatal", 130)],
)
def test_its_priority_says_how_severe_the_line_is(level: str, priority: int) -> None:
    said = message(attrs.evolve(LINE, level=level), "shop", "server")
    assert said.startswith(f"<{priority}>1 ".encode())


def test_names_hold_nothing_that_would_end_them() -> None:
    said = message(attrs.evolve(LINE, process="", stream="sh0"), "shop", "my server\n" + "x" * 300).decode()
    host, app, process = said.split(" ")[2:5]
    assert (host[:10], len(host), app, process) == ("my_server_", 255, "shop", "sh0")


def test_the_length_counts_bytes() -> None:
    length, _, rest = framed(LINE, "shop", "server").partition(b" ")
    assert int(length) == len(rest)
    assert rest.endswith("hällo".encode())
