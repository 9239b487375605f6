"""A platform over fakes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.stacks import parts


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[parts.Stage]:
    with parts.stage(tmp_path) as made:
        yield made
