"""Credentials that nobody knows, counted by address."""

from pathlib import Path

import pytest

from sh0.access.failures import Failures
from sh0.errors import TooManyAttempts, Unauthenticated
from sh0.testing import FakeWorld, fake_world

ERROR = Unauthenticated("the token is unknown or has expired")


def reports(world: FakeWorld) -> list[str]:
    return [event.subject for event in world.platform.events.list(limit=100) if event.kind == "access.refused"]


def test_a_failure_is_reported_once_and_limited_by_address(tmp_path: Path) -> None:
    with fake_world(tmp_path) as world:
        failures = Failures(world.core.context.journal, world.clock)
        answers = [failures.failed("203.0.113.9", ERROR) for _ in range(30)]
        assert answers[:10] == [ERROR] * 10
        assert all(isinstance(answer, TooManyAttempts) for answer in answers[10:])
        assert failures.failed("203.0.113.8", ERROR) is ERROR
        assert reports(world) == ["address/203.0.113.8", "address/203.0.113.9", "address/203.0.113.9"]
        world.clock.advance(61)
        assert failures.failed("203.0.113.9", ERROR) is ERROR


def test_many_addresses_write_no_endless_log(tmp_path: Path) -> None:
    with fake_world(tmp_path) as world:
        failures = Failures(world.core.context.journal, world.clock)
        for number in range(3000):
            failures.failed(f"2001:db8:{number:x}::1", ERROR)
        assert len(reports(world)) == 20
        assert len(failures._counts) == 1024


@pytest.mark.parametrize("address", ["2001:db8:1:2::1", "2001:db8:1:2:ffff::2"])
def test_addresses_of_one_subscriber_are_one(tmp_path: Path, address: str) -> None:
    with fake_world(tmp_path) as world:
        failures = Failures(world.core.context.journal, world.clock)
        failures.refused_key(address)
        assert reports(world) == ["address/2001:db8:1:2::/64"]
