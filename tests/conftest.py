"""What every test may use."""

import gc
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from xdist.remote import Producer

    from tests.scheduling import FileScheduling

# The same examples in every run, however loaded the machine is. For new ones: ./run test --hypothesis-profile=search
settings.register_profile("search", deadline=None)
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So a shell starts what runs in the background; every program that a test starts would ignore Ctrl-C as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)

GOLDEN = Path(__file__).parent / "golden"
USUAL_IMAGES = ("haproxy:2.6", "python:3.13-slim", "nginx:1.30", "node:22-slim")
"""What tests with an engine start from; the base images of projects that they build come on top."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--needed-images", action="store_true", help="only say which base images the tests start from")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "FileScheduling | None":
    """How tests are spread over processes."""
    if config.getoption("dist") != "loadgroup":
        return None
    from tests.scheduling import FileScheduling

    return FileScheduling(config, log)


def pytest_collection(session: pytest.Session) -> None:
    """Nothing that is collected goes away: looking for garbage would take a fifth of the time."""
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tests are some million objects, which the garbage collector would look at again and again while they run."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--needed-images"):
        return
    from tests.corpus.case import Case

    needed: set[str] = set()
    for item in items:
        if item.get_closest_marker("docker") is not None:
            needed.update(USUAL_IMAGES)
            case = item.callspec.params.get("case") if hasattr(item, "callspec") else None
            if isinstance(case, Case):
                needed.update(case.base_images())
    for image in sorted(needed):
        print(f"needs image {image}")
    items.clear()


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a text with the file of that name in tests/golden; SH0_UPDATE_GOLDEN=1 writes it instead."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if os.environ.get("SH0_UPDATE_GOLDEN") == "1":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        assert file.exists(), f"{file} is missing; run once with SH0_UPDATE_GOLDEN=1"
        assert text == file.read_text()

    return compare
