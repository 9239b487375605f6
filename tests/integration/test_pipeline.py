"""The pipeline on real parts."""

from collections.abc import Callable
from pathlib import Path

import pytest

import sh0
from sh0 import Step
from tests.integration.conftest import Embedded
from tests.integration.world import PORT, docker, write_tree

pytestmark = pytest.mark.docker
Images = Callable[[str], sh0.RegistryImage]


def test_a_deployment_records_its_nine_steps_with_their_times(shared: Embedded, app: str, tmp_path: Path) -> None:
    deployment = shared.deployed(shared.upload(app, write_tree(tmp_path / "tree")))
    assert [timing.step for timing in deployment.steps] == list(Step)
    assert [timing.step for timing in deployment.steps if timing.skipped] == [Step.RELEASE]
    assert all(timing.seconds >= 0 for timing in deployment.steps)
    assert deployment.started is not None
    assert deployment.finished is not None
    assert shared.version(app) == "1"


def test_an_unchanged_tree_reuses_its_image(shared: Embedded, app: str, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree")
    first = shared.deployed(shared.upload(app, tree))
    second = shared.deployed(shared.upload(app, tree))
    assert second.image == first.image
    assert [timing.step for timing in second.steps if timing.skipped] == [Step.BUILD, Step.RELEASE]
    assert any("nothing changed" in line for line in shared.log(second))


def test_a_changed_tree_is_built_and_the_earlier_container_removed(shared: Embedded, app: str, tmp_path: Path) -> None:
    shared.deployed(shared.upload(app, write_tree(tmp_path / "tree", "1")))
    second = shared.deployed(shared.upload(app, write_tree(tmp_path / "tree", "2")))
    assert shared.version(app) == "2"
    assert shared.containers(app) == {f"sh0-{shared.home_id}-{second.id}-1"}


def test_nothing_is_left_in_the_working_folder(shared: Embedded, app: str, tmp_path: Path) -> None:
    shared.deployed(shared.upload(app, write_tree(tmp_path / "tree", "1")))
    shared.ended(shared.upload(app, write_tree(tmp_path / "tree", "2", run="false")))
    assert list(shared.core.context.home.work.iterdir()) == []


@pytest.mark.parametrize("change", ["restart", "scale", "env", "unset", "configure"])
def test_a_change_of_settings_is_a_deployment_of_the_same_image(shared: Embedded, live: str, change: str) -> None:
    platform = shared.platform
    if change == "unset":
        shared.deployed(platform.env.set(live, {"COLOUR": sh0.Secret("crimson")}))
    before = platform.deployments.list(live)[0]
    match change:
        case "restart":
            platform.apps.restart(live)
        case "scale":
            platform.apps.scale(live, 2)
        case "env":
            platform.env.set(live, {"COLOUR": sh0.Secret("crimson")})
        case "unset":
            platform.env.unset(live, "COLOUR")
        case "configure":
            platform.apps.configure(live, memory=sh0.ByteSize.parse("64m"))
    after = shared.deployed(platform.deployments.list(live)[0])
    assert after.number == before.number + 1
    assert after.image == before.image
    assert after.reason.value == {"env": "environment", "unset": "environment"}.get(change, change)
    assert len(shared.containers(live)) == (2 if change == "scale" else 1)
    assert shared.get(live, "/env?name=COLOUR").text == ("crimson" if change == "env" else "(unset)")


def test_a_memory_limit_reaches_the_container(shared: Embedded, live: str) -> None:
    shared.platform.apps.configure(live, memory=sh0.ByteSize.parse("96m"), cpus=0.5)
    shared.deployed(shared.platform.deployments.list(live)[0])
    [container] = shared.containers(live)
    limits = "{{.HostConfig.Memory}} {{.HostConfig.CpuQuota}} {{.HostConfig.CpuPeriod}}"
    said = docker("inspect", "-f", limits, container)
    assert said == f"{96 << 20} 50000 100000"


def test_stop_answers_503_and_start_brings_the_version_back(shared: Embedded, live: str) -> None:
    shared.platform.apps.stop(live)
    assert shared.get(live).status == 503
    assert shared.containers(live) == set()
    assert shared.platform.apps.status(live).state is sh0.AppState.STOPPED
    shared.deployed(shared.platform.apps.start(live))
    assert shared.version(live) == "1"


def test_rollback_restores_image_environment_host_names_and_resources_together(
    shared: Embedded, live: str, images: Images
) -> None:
    platform = shared.platform
    shared.deployed(platform.env.set(live, {"COLOUR": sh0.Secret("crimson")}))
    platform.apps.configure(live, memory=sh0.ByteSize.parse("64m"))
    good = shared.deployed(platform.deployments.list(live)[0])

    platform.domains.add(live, f"extra.{live}.example")
    platform.env.set(live, {"COLOUR": sh0.Secret("azure"), "NEW": sh0.Secret("variable")})
    platform.apps.configure(live, memory=sh0.ByteSize.parse("96m"))
    platform.apps.scale(live, 2)
    shared.deployed(platform.deployments.create(live, images("2")))
    assert (shared.version(live), shared.get(live, "/env?name=COLOUR").text) == ("2", "azure")

    changes = {change.what: (change.before, change.after) for change in platform.deployments.compare(live, to=good.id)}
    assert changes["memory"] == ("96 MiB", "64 MiB")
    assert changes["replicas"] == ("2", "1")
    assert changes["variable COLOUR"] == ("one value", "another value")
    assert changes["variable NEW"] == ("set", "unset")
    assert changes["host names"] == (f"extra.{live}.example, {live}.localhost", f"{live}.localhost")
    assert "revision" in changes

    back = shared.deployed(platform.deployments.rollback(live, to=good.id))
    assert back.image == good.image
    skipped = [Step.FETCH, Step.ANALYSE, Step.BUILD, Step.RELEASE]
    assert [timing.step for timing in back.steps if timing.skipped] == skipped
    assert (shared.version(live), shared.get(live, "/env?name=COLOUR").text) == ("1", "crimson")
    assert shared.get(live, "/env?name=NEW").text == "(unset)"
    assert [variable.name for variable in platform.env.list(live)] == ["COLOUR"]
    assert [domain.host for domain in platform.domains.list(app=live)] == [f"{live}.localhost"]
    assert platform.apps.get(live).resources.memory == 64 << 20
    assert platform.apps.get(live).replicas == 1
    assert platform.deployments.compare(live, to=good.id) == ()


def test_a_host_name_added_since_the_live_version_is_shown_before_a_rollback_takes_it(
    shared: Embedded, live: str, images: Images
) -> None:
    shared.deployed(shared.platform.deployments.create(live, images("2")))
    shared.platform.domains.add(live, f"late.{live}.example")
    assert "host names" in {change.what for change in shared.platform.deployments.compare(live)}


def test_delete_removes_everything_of_an_app(shared: Embedded, app: str, tmp_path: Path) -> None:
    platform, home = shared.platform, shared.core.context.home
    deployment = shared.deployed(shared.upload(app, write_tree(tmp_path / "tree", "to-be-deleted")))
    shared.deployed(platform.env.set(app, {"COLOUR": sh0.Secret("crimson")}))
    platform.apps.delete(app)
    assert shared.get(app).status == 404
    assert shared.containers(app) == set()
    assert deployment.image is not None
    assert docker("image", "inspect", deployment.image, check=False) == "[]"
    assert not list(home.logs.glob(f"{app}-*"))
    assert not list(home.repositories.glob(f"{app}.git"))
    with pytest.raises(sh0.Sh0Error) as caught:
        platform.apps.get(app)
    assert caught.value.code == "not-found"
    platform.apps.create(app)
    assert platform.deployments.list(app) == ()
    assert platform.env.list(app) == ()
    platform.apps.delete(app)


def test_the_end_of_a_deployment_is_the_last_line_of_its_log(shared: Embedded, live: str) -> None:
    deployment = shared.deployed(shared.platform.apps.restart(live))
    assert shared.log(deployment)[-1].startswith(f"{deployment.id} is live")


def test_events_tell_of_deployments(shared: Embedded, live: str) -> None:
    events = [event for event in shared.platform.events.list(limit=50) if event.subject == f"app/{live}"]
    assert [event.kind for event in events if event.kind in ("deployment.live", "app.created")] == [
        "deployment.live",
        "app.created",
    ]
    steps = [event.payload.step for event in events if isinstance(event.payload, sh0.DeploymentStepPayload)]
    assert steps[::-1] == [step for step in sh0.Step if step in steps]


def test_requests_go_to_the_one_exposed_port_that_answers(shared: Embedded, app: str, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree")
    text = (tree / "Dockerfile").read_text().replace("EXPOSE", "EXPOSE 9999")
    (tree / "Dockerfile").write_text(text.replace('CMD ["python"', f'CMD ["env", "PORT={PORT}", "python"'))
    deployment = shared.deployed(shared.upload(app, tree))
    assert shared.version(app) == "1"
    said = f"port {PORT} is the one exposed port that answers, not 9999: requests go there"
    assert any(said in line for line in shared.log(deployment))
