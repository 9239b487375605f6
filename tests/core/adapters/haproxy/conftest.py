"""A proxy of its own for every test, and upstreams for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.core.adapters.haproxy.parts import App, Rig, apps


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path / "proxy")
    yield made
    made.end()


@pytest.fixture
def app() -> Iterator[Callable[[str], App]]:
    with apps() as make:
        yield make
