"""How long a drain waits that has failed."""

import pytest

from sh0.drains.backoff import is_reported, pause


@pytest.fixture(autouse=True)
def impatient() -> None:
    """The waits are the real ones here."""


def test_it_waits_twice_as_long_each_time_and_a_minute_at_most() -> None:
    assert [pause(failures, 0.0) for failures in (1, 2, 3, 6, 7, 8, 10_000)] == [1, 2, 4, 32, 60, 60, 60]


def test_no_two_drains_wait_equally_long() -> None:
    assert [pause(7, chance) for chance in (0.0, 0.5, 1.0)] == [60, 45, 30]


def test_a_receiver_that_restarts_is_no_news() -> None:
    assert [is_reported(failures) for failures in (1, 2, 3, 4)] == [False, False, True, True]
