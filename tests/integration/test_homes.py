"""Homes that cannot be opened, or not be written."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sh0
from sh0.bootstrap import compose
from sh0.daemon.teardown import teardown
from sh0.home import Home
from tests.free_ports import free_ports
from tests.integration import web, world
from tests.integration.conftest import Embedded, is_root
from tests.integration.world import Daemon, docker, new_home

pytestmark = pytest.mark.docker


@pytest.fixture
def home() -> Iterator[Home]:
    """A home with a secret in it, that nobody has open."""
    home = new_home()
    core = compose(home, world.test_settings())
    core.platform.projects.list()
    core.platform.close()
    yield home
    shutil.rmtree(home.path)


def error_of(home: Home) -> sh0.Sh0Error:
    with pytest.raises(sh0.Sh0Error) as caught:
        compose(home)
    assert caught.value.hint
    assert str(home.path) in str(caught.value) or "master" in str(caught.value)
    return caught.value


def test_a_home_is_opened_once(home: Home) -> None:
    core = compose(home)
    try:
        error = error_of(home)
        assert error.code == "home-in-use"
        assert str(os.getpid()) in error.message
    finally:
        core.platform.close()
    compose(home).platform.close()


def test_a_missing_master_key_is_not_made_up(home: Home) -> None:
    home.master_key.unlink()
    assert error_of(home).code == "undecryptable"
    assert not home.master_key.exists()


def test_a_shortened_master_key_is_told(home: Home) -> None:
    home.master_key.write_bytes(home.master_key.read_bytes()[:20])
    error = error_of(home)
    assert error.code == "corrupt"
    assert "20 bytes" in error.message


def test_the_master_key_of_another_home_is_told(home: Home) -> None:
    home.master_key.write_bytes(os.urandom(32))
    assert error_of(home).code == "undecryptable"


def test_a_database_that_is_none_is_told(home: Home) -> None:
    for file in home.path.glob("sh0.db*"):
        file.write_bytes(b"not a database at all" * 200)
    assert error_of(home).code == "corrupt"


def test_settings_that_are_none_are_told(home: Home) -> None:
    (home.path / "settings.json").write_text('{"http_port": "eighty"}')
    error = error_of(home)
    assert error.code == "corrupt"
    assert "http_port" in error.message


def test_a_failed_opening_does_not_hold_the_home(home: Home) -> None:
    key = home.master_key.read_bytes()
    home.master_key.write_bytes(b"short")
    error_of(home)
    home.master_key.write_bytes(key)
    compose(home).platform.close()


def test_a_home_in_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(sh0.Sh0Error) as caught:
        compose(Home(tmp_path / "file" / "home"))
    assert caught.value.code == "unavailable"
    assert caught.value.hint


def run_daemon(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "sh0.daemon", *arguments], capture_output=True, text=True, timeout=30, check=False
    )


def test_a_second_daemon_ends_with_a_sentence(daemons: Callable[..., Daemon]) -> None:
    first = daemons().start()
    second = run_daemon("--home", str(first.home.path))
    assert second.returncode == 1
    assert "is in use by process" in second.stderr
    assert str(first.process.pid) in second.stderr
    assert "Traceback" not in second.stderr.partition("is in use")[2]
    with first.connect() as platform:
        assert platform.apps.list() == ()


def test_a_port_that_is_taken_is_named(daemons: Callable[..., Daemon]) -> None:
    first = daemons().start()
    git = str(first.settings.git_port)
    home = new_home()
    panel, http, https = map(str, free_ports(3))
    ports = ["--git-port", git, "--panel-port", panel, "--http-port", http, "--https-port", https]
    try:
        second = run_daemon("--home", str(home.path), "--bind", "127.0.0.1", *ports)
        assert second.returncode == 1
        assert git in second.stderr.splitlines()[-2] + second.stderr.splitlines()[-1]
    finally:
        if identity := world.identity(home):
            world.clear(identity)
        shutil.rmtree(home.path, ignore_errors=True)


def test_a_daemon_that_ends_leaves_the_apps_serving_and_its_doors_closed(
    daemons: Callable[..., Daemon], images: Callable[[str], sh0.RegistryImage]
) -> None:
    daemon = daemons().start()
    with daemon.connect() as platform:
        platform.apps.create("web")
        deployment = platform.deployments.create("web", images("1"))
        platform.deployments.wait("web", deployment.id)
    assert daemon.kill(signal.SIGTERM) == 0
    assert web.get(daemon.settings.http_port, "web.localhost").status == 200
    assert not daemon.answers()
    with pytest.raises(sh0.Sh0Error) as caught, daemon.connect() as platform:
        platform.apps.list()
    assert caught.value.code == "daemon-unreachable"
    assert "up" in caught.value.hint


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A folder on a disk of its own, of 320 MiB."""
    folder = new_home().path
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=320m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


@is_root
def test_a_full_disk_fails_deployments_and_nothing_else(
    small_disk: Path, images: Callable[[str], sh0.RegistryImage], tmp_path: Path
) -> None:
    core = compose(Home(small_disk), world.test_settings())
    own = Embedded(core)
    try:
        core.start()
        own.platform.apps.create("web")
        own.deployed(own.platform.deployments.create("web", images("1")))
        filler = small_disk / "filler"
        fill(filler, allow=1 << 20)

        failed = own.ended(own.platform.deployments.create("web", images("2")))
        assert failed.failure is not None
        assert failed.failure.code == "disk-full"
        assert "clean" in failed.failure.hint
        assert own.version("web") == "1"

        tree = world.write_tree(tmp_path / "tree", "2")
        (tree / "noise").write_bytes(os.urandom(4 << 20))
        with pytest.raises(sh0.Sh0Error) as caught:
            own.upload("web", tree)
        assert caught.value.code == "disk-full"
        assert list(core.context.home.work.iterdir()) == []

        fill(small_disk / "rest", allow=0)
        with pytest.raises(sh0.Sh0Error) as caught:
            write_until_full(own)
        assert caught.value.code == "disk-full"
        assert own.version("web") == "1"

        filler.unlink()
        (small_disk / "rest").unlink()
        own.deployed(own.platform.deployments.create("web", images("2")))
        assert own.version("web") == "2"
    finally:
        core.platform.close()
        world.clear(core.context.home_id)


@is_root
def test_a_disk_that_fills_up_during_a_build_is_waited_out(
    small_disk: Path,
    images: Callable[[str], sh0.RegistryImage],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    core = compose(Home(small_disk), world.test_settings())
    own = Embedded(core)
    try:
        core.start()
        own.platform.apps.create("web")
        own.deployed(own.platform.deployments.create("web", images("1")))
        deployment = own.upload("web", world.write_tree(tmp_path / "tree", "2", run="sleep 2"))
        world.until(lambda: own.platform.deployments.get("web", deployment.id).step is sh0.Step.BUILD)
        fill(small_disk / "filler", allow=0)
        world.until(lambda: "is tried again" in caplog.text, 20, "the end was tried to be recorded")
        assert own.version("web") == "1"
        (small_disk / "filler").unlink()
        failed = own.ended(deployment)
        assert failed.failure is not None
        assert failed.failure.code == "disk-full"
        assert own.log(failed)
        own.deployed(own.platform.deployments.create("web", images("2")))
    finally:
        core.platform.close()
        world.clear(core.context.home_id)


def write_until_full(own: Embedded) -> None:
    """Set variables until the platform says that it cannot."""
    for _ in range(50):
        own.platform.env.set("web", {"LONG": sh0.Secret("x" * 20_000)})
        own.ended(own.platform.deployments.list("web")[0])


def fill(file: Path, allow: int) -> None:
    """Write a file until a disk has so many bytes left."""
    with open(file, "wb", buffering=0) as stream:
        try:
            while shutil.disk_usage(file).free > allow:
                stream.write(bytes(min(1 << 20, max(4096, shutil.disk_usage(file).free - allow))))
        except OSError:
            pass


def test_the_engine_lists_nothing_of_a_home_that_was_cleared(daemons: Callable[..., Daemon]) -> None:
    daemon = daemons().start()
    identity = world.identity(daemon.home)
    assert identity is not None
    daemon.kill(signal.SIGTERM)
    assert world.containers(identity)
    teardown(daemon.home.path)
    assert world.containers(identity) == set()
    assert docker("network", "ls", "-q", "--filter", f"label=sh0.home={identity}") == ""
