"""An app on a platform over fakes, whose drains keep what they are sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.drains import backoff, delivery
from sh0.testing.sinks import FakeSinks
from tests.core.shop import Shop
from tests.core.stacks.parts import stage


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are short here."""
    monkeypatch.setattr(delivery, "_GATHER", 0.01)
    monkeypatch.setattr(backoff, "_FIRST", 0.02)
    monkeypatch.setattr(backoff, "_LONGEST", 0.1)


@pytest.fixture
def sinks() -> FakeSinks:
    return FakeSinks()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder in which drains may write files."""
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.fixture
def shop(tmp_path: Path, sinks: FakeSinks, folder: Path) -> Iterator[Shop]:
    with stage(tmp_path, sinks=lambda: sinks, drain_folder=str(folder)) as made:
        yield Shop(made)
