"""What an app printed is redacted line by line, those as well that come in pieces."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from sh0.jobs.redactor import Redactor
from sh0.ports.runtime import LogLine
from sh0.sensitive import REDACTED
from sh0.serving.output import Redacted
from sh0.values import Secret

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
VALUE = "SuperSecretValue123C"


def line(text: str, *, cut: bool = False, stream: str = "stdout", second: int = 0, instance: str = "web") -> LogLine:
    return LogLine(NOON + timedelta(seconds=second), stream, text, instance, cut)


def shown(*lines: LogLine) -> list[str]:
    return [each.text for each in Redacted(iter(lines), Redactor([Secret(VALUE)]), "web", 2)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line(f"token {VALUE} here")], [f"token {REDACTED} here"]),
        ([line("one"), line(VALUE)], ["one", REDACTED]),
        ([line("one"), line(VALUE, stream="stderr")], ["one", REDACTED]),
        ([line(f"{VALUE[5:]} came first"), line("two")], [f"{REDACTED} came first", "two"]),
        ([line("one"), line(VALUE[5:], stream="stderr")], ["one", REDACTED]),
        ([line("one"), line(VALUE[5:])], ["one", VALUE[5:]]),
        ([line(f"a {VALUE[:7]}", cut=True), line(f"{VALUE[7:]} b")], ["a ", f"{REDACTED} b"]),
        ([line(f"a {VALUE[:7]}", cut=True)], ["a ", VALUE[:7]]),
        ([line(f"a {VALUE}", cut=True)], [f"a {REDACTED}"]),
        ([line(f"a {VALUE[:1]}", cut=True), line(f"{VALUE[1:]}", second=1)], ["a ", VALUE[:1], VALUE[1:]]),
        (
            [line(f"a {VALUE[:7]}", cut=True), line(VALUE, stream="stderr"), line(f"{VALUE[7:]} b")],
            ["a ", REDACTED, f"{REDACTED} b"],
        ),
        (
            [line(f"1 {VALUE[:7]}", cut=True), line(VALUE, instance="other"), line(f"{VALUE[7:]} 2")],
            ["1 ", REDACTED, f"{REDACTED} 2"],
        ),
        (
            [line("1 postgres://joe:pass", cut=True), line("word-1@db/x 2")],
            ["1 ", f"postgres://joe:{REDACTED}@db/x 2"],
        ),
        ([], []),
    ],
)
def test_lines_are_shown_without_the_values(lines: list[LogLine], expected: list[str]) -> None:
    assert shown(*lines) == expected


def test_each_line_says_which_container_has_printed_it() -> None:
    whole, cut = line("one"), line("two 2", cut=True, second=3)
    assert list(Redacted(iter([whole, cut]), Redactor(), "web", 2)) == [
        attrs.evolve(whole, process="web", replica=2),
        attrs.evolve(cut, process="web", replica=2),
    ]
