"""A tree with a sh0.yaml: processes beside web, declared variables and settings, what is required, and the way back."""

from pathlib import Path

import pytest

import sh0
from sh0.errors import DeploymentFailed
from tests.integration.conftest import Embedded
from tests.integration.world import containers, docker, until, write_tree

pytestmark = pytest.mark.docker

WORKER = (
    "exec python -u -c 'import os, signal; signal.signal(signal.SIGTERM, signal.default_int_handler); "
    'print(os.environ["LEVEL"], flush=True); signal.pause()\''
)


def tree(folder: Path, version: str, text: str) -> Path:
    write_tree(folder, version)
    (folder / "sh0.yaml").write_text(text)
    return folder


def processes(shared: Embedded, app: str) -> dict[str, int]:
    """How many containers each process of an app has, as the engine sees it."""
    found = {"web": 0, "worker": 0}
    for name in found:
        found[name] = len(containers(shared.home_id, app=app, process=name))
    return found


def test_processes_run_beside_web_get_no_requests_and_come_and_go_with_the_version(
    shared: Embedded, app: str, tmp_path: Path
) -> None:
    text = f"""\
replicas: 2
processes:
  worker:
    command: {WORKER}
    replicas: 2
environment:
  LEVEL: from the file
health: {{timeout: 30}}
resources: {{memory: 128m}}
"""
    first = shared.deployed(shared.upload(app, tree(tmp_path / "one", "1", text)))
    assert processes(shared, app) == {"web": 2, "worker": 2}
    assert {shared.version(app) for _ in range(8)} == {"1"}, "a worker would answer nothing"
    record = shared.platform.apps.get(app)
    assert (record.replicas, record.health.timeout, record.resources.memory) == (2, 30.0, 128 << 20)
    lines = [line.text for line in shared.platform.apps.logs(app, process="worker", replica=2)]
    assert lines == ["from the file"]
    instances = shared.platform.apps.status(app).instances
    assert [(each.process, each.state.value) for each in instances] == [("web", "running")] * 2 + [
        ("worker", "running")
    ] * 2

    shared.platform.env.set(app, {"LEVEL": sh0.Secret("set by hand")})
    latest = shared.platform.deployments.list(app)[0]
    shared.deployed(latest)
    printed = shared.platform.apps.logs(app, process="worker", deployment=latest.id)
    assert [line.text for line in printed] == ["set by hand"] * 2

    shared.deployed(shared.upload(app, write_tree(tmp_path / "two", "2")))
    assert processes(shared, app) == {"web": 2, "worker": 0}, "a tree without a sh0.yaml has web alone"

    changes = shared.platform.deployments.compare(app, to=first.id)
    assert any(change.what == "process worker" and change.before == "none" for change in changes)
    shared.deployed(shared.platform.deployments.rollback(app, to=first.id))
    assert processes(shared, app) == {"web": 2, "worker": 2}
    assert shared.version(app) == "1"


def test_a_worker_that_ends_fails_the_deployment_and_leaves_everything_as_it_was(
    shared: Embedded, live: str, tmp_path: Path
) -> None:
    text = "processes:\n  worker: echo about to end; exit 3\n"
    with pytest.raises(DeploymentFailed, match="worker 1 exited with code 3") as caught:
        shared.deployed(shared.upload(live, tree(tmp_path / "tree", "2", text)))
    assert "about to end" in str(caught.value.details["log"])
    assert shared.version(live) == "1"
    assert processes(shared, live) == {"web": 1, "worker": 0}


def test_a_variable_that_is_required_and_not_set_stops_the_deployment_before_it_builds(
    shared: Embedded, live: str, tmp_path: Path
) -> None:
    text = "environment:\n  SHOP_KEY:\n    required: true\n    description: Opens the shop.\n"
    source = tree(tmp_path / "tree", "2", text)
    with pytest.raises(DeploymentFailed, match=r"requires variables that .* does not have: SHOP_KEY"):
        shared.deployed(shared.upload(live, source))
    assert shared.version(live) == "1"
    shared.platform.env.set(live, {"SHOP_KEY": sh0.Secret("sesame")})
    shared.deployed(shared.platform.deployments.list(live)[0])
    shared.deployed(shared.upload(live, source))
    assert shared.version(live) == "2"


def test_a_file_that_is_wrong_stops_the_deployment_with_its_line(shared: Embedded, live: str, tmp_path: Path) -> None:
    with pytest.raises(DeploymentFailed, match=r"sh0\.yaml, line 2: replicas: .* is not a number of containers"):
        shared.deployed(shared.upload(live, tree(tmp_path / "tree", "2", "port: 8080\nreplicas: 500\n")))
    assert shared.version(live) == "1"


def test_a_killed_worker_is_mended(shared: Embedded, app: str, tmp_path: Path) -> None:
    text = f"processes:\n  worker: {WORKER}\nenvironment: {{LEVEL: info}}\n"
    shared.deployed(shared.upload(app, tree(tmp_path / "tree", "1", text)))
    (name,) = containers(shared.home_id, app=app, process="worker")
    docker("rm", "-f", name)
    until(lambda: containers(shared.home_id, app=app, process="worker") == {name}, 20, "the worker runs again")
