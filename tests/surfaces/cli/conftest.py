"""The command line in front of a platform that runs in this process on pretended ports."""

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from sh0.bootstrap import Core, compose
from sh0.home import Home
from sh0.outside import Ports
from sh0.ports.clock import SystemClock
from sh0.servers.fleet import ServerPorts
from sh0.settings import Settings
from sh0.testing import FakeBuilder, FakeRuntime, fake_image
from sh0.testing.confinement import FakeConfinement
from sh0.testing.link import FakeLink
from sh0.testing.proxy import FakeProxy
from sh0_cli.main import run
from sh0_cli.session import Session

HELLO = Path(__file__).parents[3] / "examples/hello"


@attrs.frozen
class Ran:
    """What a command line did."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No platform, login or debugging of the person who runs the tests."""
    for name in ("SH0_HOME", "SH0_URL", "SH0_TOKEN", "SH0_DEBUG", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder called hello, with a Dockerfile that the pretended builder understands."""
    folder = tmp_path / "hello"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM python:3.13-slim\nCOPY . .\nEXPOSE 8000\n")
    return folder


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    link = FakeLink()

    def ports(home: Home, home_id: str, settings: Settings) -> Ports:
        runtime = FakeRuntime(home_id)
        for name in ("python:3.13-slim", "nginx:1.30"):
            runtime.registry[name] = fake_image(name)
        server = ServerPorts(runtime, FakeBuilder(runtime), FakeProxy(), link)
        return Ports([server], SystemClock(), FakeConfinement())

    core = compose(Home(tmp_path / "home"), Settings(http_port=8080, drain_timeout=0.1), ports=ports)
    core.start()
    yield core
    core.platform.close()
    link.close()


@pytest.fixture
def sh0(core: Core, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command line against that platform."""

    def invoke(*arguments: str) -> Ran:
        capfd.readouterr()
        code = run(arguments, Session(core.platform))
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return invoke


@pytest.fixture
def lonely(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command line that has to find its platform itself."""

    def invoke(*arguments: str) -> Ran:
        capfd.readouterr()
        code = run(arguments)
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return invoke


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a text on standard input."""

    def put(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return put
