"""Commands at their limits on a real engine: a gigabyte of output, signals, a release that hangs, a full disk."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sh0
from sh0 import CommandEnd, CommandReason, DeploymentState, EventKind, RunState
from sh0.bootstrap import compose
from sh0.home import Home
from tests.integration import world
from tests.integration.conftest import Embedded, is_root
from tests.integration.test_homes import fill
from tests.integration.test_homes import small_disk as small_disk
from tests.integration.world import until, write_tree

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("everyday")]
GIB = 1 << 30
LINE = 3999
KEPT = (16 + 100 + 16) << 20
"""Bytes that are kept of what a command prints: of its own output, of that of its app, and some for the records."""
GROWTH = 48 << 20
"""Bytes that the daemon may grow by, however much an app or a command prints."""


@pytest.fixture(scope="module")
def daemon(daemons: Callable[..., world.Daemon], images: Callable[[str], sh0.RegistryImage]) -> world.Daemon:
    daemon = daemons().start()
    with daemon.connect() as platform:
        platform.apps.create("web")
        platform.deployments.wait("web", platform.deployments.create("web", images("1")).id)
    return daemon


@pytest.fixture(scope="module")
def platform(daemon: world.Daemon) -> Iterator[sh0.Platform]:
    with daemon.connect() as platform:
        yield platform


def resident(daemon: world.Daemon) -> int:
    """Bytes of memory that the daemon has."""
    pages = Path(f"/proc/{daemon.process.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def test_a_gigabyte_of_output_is_bounded_on_disk_and_in_memory(daemon: world.Daemon, platform: sh0.Platform) -> None:
    memory, disk = resident(daemon), size(daemon.home.path)
    run = platform.runs.start("web", ("sh", "-c", f"yes {'x' * LINE} | head -c {GIB}; echo the last line >&2; exit 5"))
    highest = memory

    def over() -> bool:
        nonlocal highest
        highest = max(highest, resident(daemon))
        return platform.runs.get("web", run.id).state.ended

    until(over, 240, "it has ended")
    ended = platform.runs.get("web", run.id)
    assert (ended.end, ended.exit_code) == (CommandEnd.EXITED, 5)
    assert highest - memory < GROWTH
    assert size(daemon.home.path) - disk < KEPT
    kept = [line.text for line in platform.runs.logs("web", run.id) if line.kind is EventKind.OUTPUT]
    assert kept[0] == "x" * LINE
    assert run.container not in world.containers(str(world.identity(daemon.home)))


def test_signals_reach_an_attached_command(daemon: world.Daemon) -> None:
    program = "trap 'echo again' USR1; trap 'echo over; exit 7' HUP; echo up; while true; do sleep 0.05; done"
    command = [str(Path(sys.executable).with_name("sh0")), "run", "web", "--", "sh", "-c", program]
    environment = {**os.environ, "SH0_HOME": str(daemon.home.path)}
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # what is ignored here, as below nohup, would be there too
    try:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
    finally:
        signal.signal(signal.SIGHUP, before)
    patience = threading.Timer(60, process.kill)
    patience.start()
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGUSR1)
        assert process.stdout.readline() == "again\n"
        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline() == "over\n"
        assert process.wait(30) == 7
    patience.cancel()


def test_a_release_that_hangs_is_ended_and_another_app_releases_meanwhile(
    platform: sh0.Platform, tmp_path: Path
) -> None:
    for name, release in (("hangs", "trap '' TERM; echo up; sleep 1000"), ("other", "echo migrated")):
        platform.apps.create(name)
        write_tree(tmp_path / name, name)
        (tmp_path / name / "sh0.yaml").write_text(f'release: {{command: "{release}", timeout: 2}}\n')
    with sh0.pack(tmp_path / "hangs") as archive:
        hanging = platform.deployments.upload("hangs", archive)
    with sh0.pack(tmp_path / "other") as archive:
        other = platform.deployments.upload("other", archive)
    assert platform.deployments.wait("other", other.id, timeout=60).state is DeploymentState.LIVE
    with pytest.raises(sh0.Sh0Error):
        platform.deployments.wait("hangs", hanging.id, timeout=60)
    [run] = platform.runs.list("hangs")
    assert (run.reason, run.end, run.exit_code) == (CommandReason.RELEASE, CommandEnd.TIMED_OUT, 137)
    assert platform.deployments.get("hangs", hanging.id).state is DeploymentState.FAILED


def running(container: str) -> bool:
    return world.docker("inspect", "--format", "{{.State.Running}}", container, check=False) == "true"


def start_until_refused(platform: sh0.Platform) -> None:
    """Start commands until the platform says that it cannot."""
    for _ in range(50):
        platform.runs.start("web", ("true",))


@is_root
def test_a_full_disk_loses_no_command_and_no_job(small_disk: Path, images: Callable[[str], sh0.RegistryImage]) -> None:
    core = compose(Home(small_disk), world.test_settings())
    own = Embedded(core)
    platform = own.platform
    try:
        core.start()
        platform.apps.create("web")
        own.deployed(platform.deployments.create("web", images("1")))
        talk = "i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo line $i; sleep 0.1; done; exit 4"
        platform.cron.add("web", "nightly", "@yearly", command=talk)
        run = platform.runs.start("web", ("sh", "-c", talk))
        by_clock = platform.cron.run("web", "nightly").run
        assert by_clock is not None
        both = (run.id, by_clock)
        until(lambda: all(platform.runs.get("web", each).started for each in both), 20, "both run")
        fill(small_disk / "filler", allow=0)
        containers = [platform.runs.get("web", each).container for each in both]
        until(lambda: not any(map(running, containers)), 30, "both have ended")
        assert own.version("web") == "1"
        with pytest.raises(sh0.Sh0Error) as caught:
            start_until_refused(platform)
        assert caught.value.code == "disk-full"
        (small_disk / "filler").unlink()
        until(lambda: all(platform.runs.get("web", each).state.ended for each in both), 30, "their ends are recorded")
        for found in (platform.runs.get("web", each) for each in both):
            assert (found.state, found.end, found.exit_code) == (RunState.FAILED, CommandEnd.EXITED, 4)
            kept = [line.text for line in platform.runs.logs("web", found.id) if line.kind is EventKind.OUTPUT]
            assert len(kept) == len(set(kept)), "no line is kept twice"
        until(lambda: platform.cron.get("web", "nightly").failures == 1, 20, "the failure of the job is known")
        ok = platform.runs.start("web", ("true",))
        until(lambda: platform.runs.get("web", ok.id).exit_code == 0, 30, "the next one works")
    finally:
        platform.close()
        world.clear(core.context.home_id)
