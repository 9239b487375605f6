"""Jobs of cron on a real engine: no time runs twice, wherever the daemon dies; what does not end is ended."""

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

import sh0
from tests.integration import world

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("cron")]
PROGRAM = str(Path(__file__).with_name("crashing_cron_daemon.py"))
PLACES = ["due", "recorded", "begun", "start", "applied", "run", "ended"]


@attrs.define
class Scene:
    """A daemon with an app that has jobs.

    Attributes:
        begun: When it was made, for the engine's events.
    """

    daemon: world.Daemon
    platform: sh0.Platform
    home_id: str
    begun: float = attrs.field(factory=time.time)

    def started(self) -> Counter[str]:
        """How often the container of each run was started, of the last 256 events, which the engine remembers."""
        command = ["docker", "events", f"--since={self.begun}", f"--until={time.time()}", "--filter=event=start"]
        command += [f"--filter=label=sh0.home={self.home_id}", "--filter=label=sh0.kind=run"]
        shown = [*command, "--format={{.Actor.Attributes.name}}"]
        lines = subprocess.run(shown, check=True, capture_output=True, text=True, timeout=30).stdout.split()
        return Counter(name.removeprefix(f"sh0-{self.home_id}-") for name in lines)

    def runs(self, job: str) -> list[sh0.CommandRun]:
        return [run for run in self.platform.runs.list("web", limit=1000) if run.cron == job]

    def done(self, job: str) -> int:
        return sum(run.exit_code == 0 for run in self.runs(job))

    def crash_at(self, place: str) -> None:
        """Let the daemon die there, and start it again."""
        file = self.daemon.home.path / "crash"
        file.write_text(place)
        assert self.daemon.process.wait(60) == -signal.SIGKILL
        file.unlink()
        self.daemon.start()


@pytest.fixture(scope="module")
def scene(daemons: Callable[..., world.Daemon], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    daemon = daemons((PROGRAM,)).start()
    identity = world.identity(daemon.home)
    assert identity is not None
    with daemon.connect() as platform:
        platform.apps.create("web")
        with sh0.pack(world.write_tree(tmp_path_factory.mktemp("cron") / "tree", "1")) as archive:
            platform.deployments.wait("web", platform.deployments.upload("web", archive).id)
        yield Scene(daemon, platform, identity)


@pytest.fixture
def job(scene: Scene, request: pytest.FixtureRequest) -> Iterator[str]:
    """A job of its own for each test, which is suspended at the end."""
    name = f"job-{abs(hash(request.node.name)) % 10**8}"
    yield name
    scene.platform.cron.suspend("web", name)
    for run in scene.runs(name):
        if not run.state.ended:
            scene.platform.runs.stop("web", run.id)
    world.until(lambda: all(run.state.ended for run in scene.runs(name)), 60, "every run has ended")


@pytest.mark.parametrize("place", PLACES)
def test_wherever_the_daemon_dies_no_time_runs_twice(scene: Scene, job: str, place: str) -> None:
    scene.platform.cron.add("web", job, "@daily", arguments=("sh", "-c", "echo $SH0_CRON_TIME"), retry_delay=1)
    world.until(lambda: scene.done(job) >= 1, 60, "the job runs")
    scene.crash_at(place)
    before = scene.done(job)
    world.until(lambda: scene.done(job) >= before + 2, 60, "the job goes on")
    scene.platform.cron.suspend("web", job)
    world.until(lambda: all(run.state.ended for run in scene.runs(job)), 60, "every run has ended")
    runs, started = scene.runs(job), scene.started()
    assert all(started[run.id] <= 1 for run in runs)
    ran = Counter(run.instant for run in runs if started[run.id])
    assert set(ran.values()) == {1}, "a time has one run whose container was started"
    history = scene.platform.cron.history("web", job, limit=1000)
    assert {each.run for each in history if each.run} == {run.id for run in runs}


def test_a_run_goes_on_while_the_daemon_is_gone_and_is_taken_up_again(scene: Scene, job: str) -> None:
    scene.platform.cron.add("web", job, "@daily", arguments=("sh", "-c", "sleep 12; echo over; exit 3"))
    world.until(lambda: any(run.started for run in scene.runs(job)), 60, "it runs")
    [run] = scene.runs(job)
    scene.daemon.process.kill()
    scene.daemon.process.wait(30)
    scene.daemon.start()
    world.until(lambda: scene.platform.runs.get("web", run.id).state.ended, 60, "it has ended")
    scene.platform.cron.suspend("web", job)
    ended = scene.platform.runs.get("web", run.id)
    assert (ended.exit_code, scene.started()[run.id]) == (3, 1)
    world.until(lambda: scene.platform.cron.get("web", job).failures >= 1, 30, "its failure is known")
    assert "over" in [line.text for line in scene.platform.runs.logs("web", run.id)]


def test_a_command_that_ignores_the_signal_to_end_is_killed_and_removed(scene: Scene, job: str) -> None:
    stubborn = "trap '' TERM; echo up; while true; do sleep 1; done"
    scene.platform.cron.add("web", job, "@daily", arguments=("sh", "-c", stubborn), timeout=2)
    world.until(lambda: any(run.state.ended for run in scene.runs(job)), 90, "it was ended")
    scene.platform.cron.suspend("web", job)
    run = scene.runs(job)[-1]
    assert (run.end and run.end.value, run.exit_code) == ("timed-out", 137)
    assert run.container not in world.containers(scene.home_id)
    shown = scene.platform.cron.history("web", job, limit=1000)[-1]
    assert shown.state.value == "failed"
    assert "had not ended after 2 seconds" in shown.reason
    assert any(each.reason == f"{run.id} was still running" for each in scene.platform.cron.history("web", job))


def test_a_hundred_jobs_that_are_due_in_one_second_all_run_once(scene: Scene) -> None:
    due = scene.daemon.home.path / "due"
    due.write_text(str(int(time.time()) + 15))
    for number in range(100):
        scene.platform.cron.add("web", f"many-{number}", "@yearly", arguments=("true",))

    def many() -> list[sh0.CommandRun]:
        found = scene.platform.runs.list("web", limit=1000)
        return [run for run in found if run.cron is not None and run.cron.startswith("many-")]

    world.until(lambda: len(many()) == 100 and all(run.state.ended for run in many()), 240, "each has ended")
    assert [(run.id, run.failure) for run in many() if run.exit_code != 0] == []
    assert {(run.cron, run.attempt) for run in many()} == {(f"many-{number}", 1) for number in range(100)}
    assert max(scene.started().values()) == 1, "of those that the engine still remembers"
