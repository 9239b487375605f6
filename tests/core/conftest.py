"""A database and a clock for tests of the core."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.domain_classes import TABLES, later_migrations
from sh0.records.older_homes import upgrade_secrets
from sh0.store import Database, Keyring, Records
from sh0.testing.clock import FakeClock

KEY = bytes(range(32))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    later = later_migrations()
    database = Database(tmp_path / "sh0.db", Keyring(KEY), later=later)
    made = Records(database)
    upgrade_secrets(made, TABLES)
    yield made
    database.close()
