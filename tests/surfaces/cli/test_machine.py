"""Starting and stopping the platform on this machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from click.exceptions import Exit

from sh0 import settings as settings_file
from sh0.bootstrap import Core
from sh0.settings import Settings
from sh0_cli.commands.systemd import quoted, unit

from .conftest import Ran

HOLD = """
import signal, sys
from pathlib import Path
from sh0.store.lock import HomeLock
lock = HomeLock(Path(sys.argv[1]))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("held", flush=True)
signal.pause()
"""


def test_up_says_that_it_is_up_already(lonely: Callable[..., Ran], core: Core) -> None:
    ran = lonely("--home", str(core.context.home.path), "up", "--http-port", "81")
    assert ran.code == 4
    assert f"up already: home {core.context.home.path}, process {os.getpid()}" in ran.out
    assert "not applied" in ran.out
    again = lonely("--home", str(core.context.home.path), "up", "--http-port", str(core.context.settings.http_port))
    assert again.code == 0
    assert "not applied" not in again.out


def test_up_runs_the_daemon_here_with_what_was_stored_and_what_is_said(
    lonely: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_file.save(tmp_path, Settings(http_port=8001, panel_port=8002))
    told: list[tuple[Path, Settings]] = []

    def run(home: Path, settings: Settings) -> NoReturn:
        told.append((home, settings))
        raise Exit(0)

    monkeypatch.setattr("sh0.frontend.run_daemon", run)
    assert lonely("--home", str(tmp_path), "up", "--panel-port", "8003", "--bind", "127.0.0.1").code == 0
    assert told == [(tmp_path, Settings(http_port=8001, panel_port=8003, bind="127.0.0.1"))]


@pytest.mark.parametrize(
    ("address", "warned"),
    [("0.0.0.0", True), ("::", True), ("192.0.2.7", True), ("127.0.0.1", False), ("127.8.9.1", False), ("::1", False)],
)
def test_up_warns_of_a_panel_that_others_reach(
    lonely: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, warned: bool
) -> None:
    def run(home: Path, settings: Settings) -> NoReturn:
        raise Exit(0)

    monkeypatch.setattr("sh0.frontend.run_daemon", run)
    ran = lonely("--home", str(tmp_path), "up", "--panel-bind", address)
    assert ("without TLS" in ran.err) is warned


def test_the_panel_listens_on_this_machine_unless_told_otherwise() -> None:
    from sh0_web.plugin import sh0_frontends

    (web,) = sh0_frontends(Settings(bind="0.0.0.0"))
    assert web.listen == ("127.0.0.1", 8700)


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        ("--base-domain", "x y", "is not a base domain"),
        ("--base-domain", "-a-.b", "is not a base domain"),
        ("--base-domain", "http://apps.example.org", "no scheme"),
        ("--bind", "999.1.1.1", "is not an address to listen on"),
        ("--panel-bind", "nonsense", "is not an address to listen on"),
        ("--default-memory", "1k", "the engine takes 6m and more"),
    ],
)
def test_up_refuses_what_no_platform_can_be_set_up_with(
    lonely: Callable[..., Ran], tmp_path: Path, option: str, value: str, why: str
) -> None:
    ran = lonely("--home", str(tmp_path), "up", "--detach", option, value)
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err
    assert "warning" not in ran.err
    assert not (tmp_path / "settings.json").exists()


def test_up_refuses_a_port_that_is_none(lonely: Callable[..., Ran], tmp_path: Path) -> None:
    ran = lonely("--home", str(tmp_path), "up", "--http-port", "99999")
    assert ran.code == 2
    assert "http_port: 99999 is not a port" in ran.err


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpcore drops a socket there
def test_up_in_the_background_shows_why_the_daemon_ended(lonely: Callable[..., Ran], tmp_path: Path) -> None:
    home = tmp_path / "broken"
    home.mkdir()
    (home / "sh0.db").touch()  # and no master key
    ran = lonely("--home", str(home), "up", "--detach")
    assert ran.code == 1
    assert "master.key" in ran.err
    assert "sh0d ended at once" in ran.err
    assert str(home / "logs/sh0d.log") in ran.err


def test_down_stops_the_process_that_holds_the_home(lonely: Callable[..., Ran], tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        ran = lonely("--home", str(tmp_path), "down")
        assert (ran.code, process.wait(10)) == (0, 0)
    assert "Apps and the proxy keep serving" in ran.out


def test_down_of_what_is_not_up_is_fine(lonely: Callable[..., Ran], tmp_path: Path) -> None:
    ran = lonely("--home", str(tmp_path), "down")
    assert (ran.code, ran.out) == (0, f"sh0 is not running with the home {tmp_path}.\n")


def test_down_with_everything_asks_or_is_told(
    lonely: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sh0.daemon.teardown import Removed

    torn: list[Path] = []

    def teardown(home: Path) -> Removed:
        torn.append(home)
        return Removed(3, 1, 0, 2)

    monkeypatch.setattr("sh0.frontend.teardown", teardown)
    assert lonely("--home", str(tmp_path), "down", "--all").code == 2
    assert torn == []
    said = lonely("--home", str(tmp_path), "down", "--all", "--yes").out
    assert "Removed: 3 containers, 1 network, 0 images.\n2 volumes with data stay" in said
    assert torn == [tmp_path]


@pytest.mark.parametrize(
    ("path", "written"), [("/srv/sh0", "/srv/sh0"), ("/srv/my sh0", '"/srv/my sh0"'), ("/srv/100%", "/srv/100%%")]
)
def test_a_path_in_a_unit_is_quoted(path: str, written: str) -> None:
    assert quoted(path) == written


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    file = tmp_path / "sh0.service"
    file.write_text(unit(Path("/srv/my sh0"), "root"))
    done = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, timeout=60)
    complaints = [line for line in done.stderr.splitlines() if "sh0.service" in line]
    assert complaints == []


def test_the_unit_names_the_home_and_the_user(lonely: Callable[..., Ran], tmp_path: Path) -> None:
    out = lonely("--home", str(tmp_path), "systemd").out
    assert f"ExecStart={sys.executable} -m sh0.daemon --home {tmp_path}\n" in out
    assert f"ReadWritePaths={tmp_path}\n" in out
