"""An engine is restarted, which ends its containers, while commands run: each is over, and none runs again."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

import sh0
from sh0 import CommandReason, DeploymentState, EventKind, RunState
from tests.integration import world
from tests.integration.conftest import Embedded, is_root
from tests.integration.world import until, write_tree

pytestmark = [pytest.mark.docker, pytest.mark.slow, is_root]
LONG = "echo begun; sleep 100"
BRIDGE = "sh0-test"
STARTS = 20.0  # seconds that an engine may take to start or to end


def ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=False, capture_output=True)  # it may be there, from a run that was killed


@attrs.define
class Engine:
    """A Docker Engine of its own, with containers, images and networks that no other has.

    Attributes:
        folder: Where it keeps everything.
    """

    folder: Path
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def socket(self) -> Path:
        return self.folder / "engine.sock"

    def docker(self, *arguments: str, check: bool = True) -> str:
        return world.docker("--host", f"unix://{self.socket}", *arguments, check=check)

    def start(self) -> None:
        program = shutil.which("dockerd") or "/usr/sbin/dockerd"
        places = [f"--data-root={self.folder}/data", f"--exec-root={self.folder}/exec", f"--pidfile={self.folder}/pid"]
        # A bridge of its own: an engine that is to have none removes docker0, which is the usual engine's.
        apart = [f"--bridge={BRIDGE}", "--iptables=false", "--ip6tables=false"]
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("address", "add", "10.213.77.1/28", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        with open(self.folder / "log", "ab") as log:
            command = [program, f"--host=unix://{self.socket}", *places, *apart]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        until(lambda: self.docker("version", "--format", "{{.Server.Version}}", check=False), STARTS, "it answers")

    def load(self, *images: str) -> None:
        """Give it images of the usual engine."""
        archive = self.folder / "images.tar"
        world.docker("save", "--output", str(archive), *images)
        self.docker("load", "--input", str(archive))
        archive.unlink()

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it and all of its containers."""
        assert self._process is not None
        form = "{{.State.Pid}}"
        programs = [self.docker("inspect", "--format", form, each) for each in self.docker("ps", "-q").split()]
        self._process.send_signal(number)
        self._process.wait(STARTS * 2)
        for number in (*map(int, programs), *self._others()):  # under load it gives up on some
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def _others(self) -> Iterator[int]:
        """What it has started and what outlives it: containerd, and a process for each container."""
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and str(self.folder).encode() in (entry / "cmdline").read_bytes():
                    yield int(entry.name)

    def close(self) -> None:
        """End it, with everything that it has."""
        if self._process is not None and self._process.poll() is None:
            if containers := self.docker("ps", "-aq", check=False).split():
                self.docker("rm", "-fv", *containers, check=False)
            if networks := self.docker("network", "ls", "-q", "--filter", "label=sh0.home", check=False).split():
                self.docker("network", "rm", *networks, check=False)
            self.stop(signal.SIGKILL)  # asked to end, it waits for more than there is
        mounted = (line.split()[1] for line in Path("/proc/mounts").read_text().splitlines())
        for place in [each for each in mounted if each.startswith(f"{self.folder}/")]:
            subprocess.run(["umount", "--lazy", place], check=True)
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    folder = world.new_home().path
    folder.mkdir(parents=True)
    engine = Engine(folder)
    try:
        engine.start()
        engine.load("haproxy:2.6", world.BASE)
        yield engine
    finally:
        engine.close()


@pytest.fixture(scope="module")
def own(engine: Engine, embed: Callable[..., Embedded]) -> Iterator[Embedded]:
    own = embed(engine=str(engine.socket))
    own.platform.apps.create("web")
    yield own
    own.platform.close()


def tree(folder: Path, version: str, release: str = "") -> Path:
    write_tree(folder, version)
    (folder / "sh0.yaml").write_text(f"release: {release}\n" if release else "{}\n")
    return folder


def test_what_runs_is_over_and_what_serves_serves_again(own: Embedded, engine: Engine, tmp_path: Path) -> None:
    platform = own.platform
    own.deployed(own.upload("web", tree(tmp_path / "1", "1")))
    platform.cron.add("web", "nightly", "@yearly", command=LONG)
    asked = platform.runs.start("web", ("sh", "-c", LONG)).id
    by_clock = platform.cron.run("web", "nightly").run
    deployment = own.upload("web", tree(tmp_path / "2", "2", LONG))

    def runs() -> tuple[sh0.CommandRun, ...]:
        return platform.runs.list("web", limit=10)

    def printed(run: sh0.CommandRun) -> list[str]:
        return [line.text for line in platform.runs.logs("web", run.id) if line.kind is EventKind.OUTPUT]

    until(lambda: len(runs()) == 3 and all(printed(run) == ["begun"] for run in runs()), 60, "all three run")
    engine.stop()
    until(lambda: platform.system.status().problem, 20, "the problem is told")
    engine.start()
    until(lambda: platform.system.status().problem is None, 60, "the problem is over")
    until(lambda: all(run.state.ended for run in runs()), 60, "each command is over")

    assert own.ended(deployment).state is DeploymentState.FAILED
    assert {run.id for run in runs()} >= {asked, by_clock}
    assert {run.reason for run in runs()} == {CommandReason.REQUEST, CommandReason.CRON, CommandReason.RELEASE}
    assert [run.state for run in runs()] == [RunState.FAILED] * 3
    assert [printed(run) for run in runs()] == [["begun"]] * 3, "none was started again"
    until(lambda: platform.cron.get("web", "nightly").failures == 1, 20, "the failure of the job is known")
    until(lambda: own.get("web").status == 200 and own.version("web") == "1", 60, "the earlier version serves again")
    left = engine.docker("ps", "-a", "--filter", "label=sh0.kind=run", "--format", "{{.Names}}")
    assert left == "", "their containers are gone"

    own.deployed(own.upload("web", tree(tmp_path / "3", "3", "echo migrated")))
    assert own.version("web") == "3"
