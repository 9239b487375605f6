"""Fixtures that several folders import into their conftest: a platform over fakes, and one with an app."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.shop import Shop
from tests.core.stacks import parts


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[parts.Stage]:
    with parts.stage(tmp_path) as made:
        yield made


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with parts.stage(tmp_path) as made:
        yield Shop(made)
