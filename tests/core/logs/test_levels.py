"""How severe a line says that it is."""

import pytest

from sh0.logs.levels import LogLevel, level_of


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ('{"time":"2026","level":"warn","msg":"x"}', LogLevel.WARNING),
        ('{"severity": "ERROR", "message": "x"}', LogLevel.ERROR),
        ('{"msg":"INFO","level":50}', LogLevel.ERROR),
        ('{"level":10}', LogLevel.TRACE),
        ('{"level":3}', LogLevel.ERROR),
        ('{"level":6}', LogLevel.INFO),
        ('{"level":0}', LogLevel.FATAL),
        ('{"level":9}', None),
        ('{"level":1.5,"msg":"x"}', None),
        ('{"msg":"ERROR in a text"}', None),
        ('time=x level=warning msg="ERROR"', LogLevel.WARNING),
        ('lvl="debug" x', LogLevel.DEBUG),
        ("sublevel=error x", None),
        ("ERROR: no such table", LogLevel.ERROR),
        ("2026-11-27 19:00:00,123 INFO [app] hello", LogLevel.INFO),
        ("2026-11-27T19:00:00Z [WARNING] django: x", LogLevel.WARNING),
        ("[error] x", LogLevel.ERROR),
        ("<crit> x", LogLevel.FATAL),
        ("error: x", LogLevel.ERROR),
        ("Warning: x", LogLevel.WARNING),
        ("\x1b[31mERROR\x1b[0m x", LogLevel.ERROR),
        ("Traceback (most recent call last):", LogLevel.ERROR),
        ("panic: runtime error", LogLevel.ERROR),
        ("/var/ERROR x", None),
        ("GET /ERROR-page HTTP/1.1", None),
        ("no errors in this line", None),
        ("an information for you: x", None),
        ("", None),
        ("x" * 200 + " ERROR", None),
    ],
)
def test_a_level_is_a_field_or_a_word_at_the_beginning(text: str, level: LogLevel | None) -> None:
    assert level_of(text) is level


def test_a_long_line_is_looked_at_in_its_beginning() -> None:
    assert level_of('{"a":"' + "x" * 1_000_000 + '","level":"error"}') is None
    assert level_of("level=" * 200_000) is None
