"""sh0 as people install it: built, put into a new environment, and started there, far from this folder."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sh0.version import VERSION
from tests.free_ports import free_ports
from tests.integration import world

pytestmark = [pytest.mark.docker, pytest.mark.slow]
UV = (sys.executable, "-m", "uv")
Run = Callable[..., str]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheels of all distributions."""
    folder = tmp_path_factory.mktemp("wheels")
    command = [*UV, "build", "--all-packages", "--wheel", "--out-dir", str(folder)]
    built = subprocess.run(command, cwd=world.ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def installed(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs a program of an environment into which sh0 alone was installed; its home is cleared at the end."""
    folder = tmp_path_factory.mktemp("installed")
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    for command in (
        ["venv", "--quiet", "--python", sys.executable, "venv"],
        ["pip", "install", "--quiet", "--python", "venv/bin/python", "--find-links", str(wheels), f"sh0=={VERSION}"],
    ):
        done = subprocess.run([*UV, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    home = world.new_home()

    def run(program: str, *arguments: str) -> str:
        command = [str(folder / "venv/bin" / program), *arguments]
        given = {**environment, "SH0_HOME": str(home.path)}
        done = subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    yield run
    run("sh0", "down")
    if identity := world.identity(home):
        world.clear(identity)


def test_every_wheel_holds_its_licence_and_its_page(wheels: Path) -> None:
    found = {path.name.split("-")[0]: zipfile.ZipFile(path) for path in wheels.glob("*.whl")}
    assert set(found) == {"sh0", "sh0_core", "sh0_cli", "sh0_web", "sh0_mcp", "sh0_plugins"}
    for name, wheel in found.items():
        about = f"{name}-{VERSION}.dist-info"
        assert f"{about}/licenses/LICENSE" in wheel.namelist()
        assert f"# {name.replace('_', '-')}\n" in wheel.read(f"{about}/METADATA").decode()


def test_its_commands_know_their_version_and_the_built_in_knowledge(installed: Run, tmp_path: Path) -> None:
    assert VERSION in installed("sh0", "--version")
    (tmp_path / "requirements.txt").write_text("flask\n")
    (tmp_path / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    assert "Flask" in installed("sh0", "detect", str(tmp_path))


def test_the_platform_starts_and_stops(installed: Run) -> None:
    http, https, panel, git = free_ports(4)
    ports = ("--http-port", http, "--https-port", https, "--panel-port", panel, "--git-port", git)
    installed("sh0", "up", "--detach", "--bind", "127.0.0.1", *map(str, ports))
    status = json.loads(installed("sh0", "--json", "status"))
    assert VERSION in json.dumps(status)
    plugins = installed("sh0", "plugins", "list")
    assert all(name in plugins for name in ("builtin", "plugins", "web", "mcp"))
