"""The program in README.md, as it stands there."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import sh0
from sh0 import settings as settings_file
from sh0.home import Home
from tests.integration import world

pytestmark = [pytest.mark.docker, pytest.mark.slow]


def program() -> str:
    """The first Python block of README.md."""
    match = re.search(r"```python\n(.*?)```", (world.ROOT / "README.md").read_text(), re.DOTALL)
    assert match is not None
    return match[1]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `examples/hello`, whose dependencies need no package index."""
    folder = tmp_path_factory.mktemp("readme")
    world.write_tree(folder / "examples" / "hello")
    return folder


def test_it_runs_embedded(example: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    home = world.new_home()
    home.prepare()
    settings_file.save(home.path, world.test_settings())
    monkeypatch.chdir(example)
    text = program()
    assert '"/var/lib/sh0"' in text
    try:
        exec(compile(text.replace("/var/lib/sh0", str(home.path)), "README.md", "exec"), {})
        assert "hello-1 is live" in capsys.readouterr().out
        assert live_deployments(home) == 3
    finally:
        if identity := world.identity(home):
            world.clear(identity)
        shutil.rmtree(home.path)


def live_deployments(home: Home) -> int:
    with sh0.open(home.path) as platform:
        return sum(each.state.served for each in platform.deployments.list("hello"))


def test_it_runs_against_a_daemon(
    example: Path,
    daemons: Callable[..., world.Daemon],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    daemon = daemons().start()
    monkeypatch.chdir(example)
    text = program().replace('sh0.open("/var/lib/sh0")', f'sh0.connect(home="{daemon.home.path}")')
    exec(compile(text, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "hello-1 is live" in printed
    assert "starting version 1" in printed
