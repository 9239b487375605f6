"""A platform over fakes, with an app."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.deployments.shop import Shop
from tests.core.stacks import parts
from tests.core.stacks.conftest import stage as stage


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with parts.stage(tmp_path) as made:
        yield Shop(made)
