"""Whoever makes a credential with another one is told when it ends sooner than was asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from sh0_cli.expiry import shortened

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "expires", "told"),
    [
        (30, NOW + timedelta(days=30), False),
        (30, NOW + timedelta(days=30, minutes=-60), False),  # clocks of two machines differ
        (30, NOW + timedelta(days=30, minutes=-61), True),
        (30, NOW + timedelta(days=40), False),
        (30, NOW + timedelta(days=1), True),
        (None, NOW, False),
        (30, None, False),
    ],
)
def test_only_what_ends_sooner_is_told(days: object, expires: object, told: bool) -> None:
    assert (shortened(days, expires, NOW) is not None) is told


def test_the_end_and_what_was_asked_for_are_named() -> None:
    text = shortened(30, NOW + timedelta(days=1), NOW)
    assert text is not None
    assert "2026-01-02 12:00 UTC" in text
    assert "30 days" in text
