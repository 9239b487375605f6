"""The daemon dies at every stage of a one-off command and of a release: nothing runs twice, and nothing is left."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sh0
from sh0 import CommandEnd, CommandReason, DeploymentState, EventKind, RunState
from tests.integration import web, world
from tests.integration.crashing import PROGRAM
from tests.integration.test_crash import Scene

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("runs-crash")]
TALK = "echo begun; i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo line $i; sleep 0.1; done; exit 4"


@pytest.fixture(scope="module")
def scene(daemons: Callable[..., world.Daemon], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    daemon = daemons((PROGRAM,)).start()
    identity = world.identity(daemon.home)
    assert identity is not None
    with daemon.connect() as platform, web.Load(daemon.settings.http_port, "web.localhost") as load:
        platform.apps.create("web")
        scene = Scene(daemon, platform, identity, load, tmp_path_factory.mktemp("runs") / "tree")
        platform.deployments.wait("web", scene.begin().id)
        load.failures.clear()
        yield scene


@pytest.fixture(autouse=True)
def _no_request_is_lost(scene: Scene) -> Iterator[None]:
    with scene.losing_nothing():
        yield


def start(scene: Scene) -> sh0.CommandRun:
    return scene.platform.runs.start("web", ("sh", "-c", TALK))


def start_and_crash(scene: Scene, place: str) -> None:
    """Begin a command, of which the daemon dies at a place; it is there again at the end."""
    crash = scene.daemon.home.path / "crash"
    crash.write_text(place)
    with contextlib.suppress(sh0.DaemonUnreachable):
        start(scene)
    scene.daemon.process.wait(60)
    crash.unlink()
    scene.daemon.start()


def newest(scene: Scene) -> sh0.CommandRun:
    return scene.platform.runs.list("web", limit=1)[0]


def ended(scene: Scene, run: sh0.CommandRun) -> sh0.CommandRun:
    world.until(lambda: scene.platform.runs.get("web", run.id).state.ended, 30, f"{run.id} has ended")
    return scene.platform.runs.get("web", run.id)


def printed(scene: Scene, run: sh0.CommandRun) -> list[str]:
    return [line.text for line in scene.platform.runs.follow("web", run.id) if line.kind is EventKind.OUTPUT]


def assert_whole(scene: Scene, run: sh0.CommandRun) -> None:
    """It ran once and to its end, every line is there once, and its container is gone."""
    done = ended(scene, run)
    assert (done.exit_code, done.end, done.state) == (4, CommandEnd.EXITED, RunState.FAILED)
    assert printed(scene, run) == ["begun", *(f"line {number}" for number in range(1, 31))]
    scene.assert_tidy()


def test_one_that_had_not_begun_is_over_and_never_begins(scene: Scene) -> None:
    start_and_crash(scene, "start")
    run = ended(scene, newest(scene))
    assert (run.state, run.end) == (RunState.FAILED, CommandEnd.NOT_STARTED)
    assert printed(scene, run) == []
    scene.assert_tidy()


def test_one_that_had_just_begun_is_found_again(scene: Scene) -> None:
    start_and_crash(scene, "run")
    assert_whole(scene, newest(scene))


def test_one_in_the_middle_goes_on_and_every_line_is_kept_once(scene: Scene) -> None:
    run = start(scene)
    lines = scene.platform.runs.follow("web", run.id)
    next(line for line in lines if line.text == "line 5")
    scene.daemon.kill()
    scene.daemon.start()
    assert_whole(scene, run)


def test_how_one_ended_meanwhile_is_read_off_its_container(scene: Scene) -> None:
    run = start(scene)
    lines = scene.platform.runs.follow("web", run.id)
    next(line for line in lines if line.text == "line 20")
    scene.daemon.kill()
    world.until(lambda: world.docker("inspect", "-f", "{{.State.Status}}", run.container) == "exited", 30, "it ended")
    scene.daemon.start()
    assert_whole(scene, run)


@pytest.mark.parametrize("place", ["release", "run"])
def test_a_release_that_is_cut_off_is_never_run_again(scene: Scene, place: str) -> None:
    version, before = scene.served(), {run.id for run in scene.platform.runs.list("web")}
    (scene.folder / "sh0.yaml").parent.mkdir(exist_ok=True)
    (scene.folder / "sh0.yaml").write_text("release: echo migrating; sleep 30\n")
    try:
        scene.crash_at(place)
        found = scene.restarted()
        assert found.state is DeploymentState.INTERRUPTED
        assert scene.served() == version
        runs = [run for run in scene.platform.runs.list("web") if run.id not in before]
        assert [(run.reason, ended(scene, run).state) for run in runs] == (
            [] if place == "release" else [(CommandReason.RELEASE, RunState.INTERRUPTED)]
        )
        scene.assert_tidy()
    finally:
        Path(scene.folder / "sh0.yaml").unlink()
