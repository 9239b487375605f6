"""A made-up platform and a web process before it, once for all tests here."""

from collections.abc import Iterator

import pytest

from tests.surfaces.platform_stub import StubPlatform
from tests.surfaces.web.web_process import WebProcess


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubPlatform]:
    made = StubPlatform(tmp_path_factory.mktemp("home"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def web(stub: StubPlatform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    made = WebProcess(stub.socket, tmp_path_factory.mktemp("web") / "web.log")
    try:
        yield made.ready()
    finally:
        made.stop()
