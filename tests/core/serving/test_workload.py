"""The containers of a deployment, as they should be."""

import attrs
import pytest

from sh0.ports.container import ContainerSpec, NamedMount
from sh0.records.app import Declared, Process, Resources
from sh0.records.deployment import Snapshot
from sh0.serving.workload import containers, volume_prefix, workload
from sh0.values import ByteSize, Secret
from tests.core.examples import SNAPSHOT, deployment, placement

PROCESSES = {"web": Process("serve", 9), "worker": Process("work --all", 2), "clock": Process("tick")}
DECLARED = attrs.evolve(SNAPSHOT, replicas=2, declared=Declared(PROCESSES, {"LEVEL": Secret("info")}))
PLACEMENT = placement()


def test_each_process_has_its_containers_and_the_setting_counts_those_of_web() -> None:
    assert containers(DECLARED) == (
        ("web", 1, "1"),
        ("web", 2, "2"),
        ("worker", 1, "worker-1"),
        ("worker", 2, "worker-2"),
        ("clock", 1, "clock-1"),
    )
    assert containers(SNAPSHOT) == (("web", 1, "1"),)


def test_the_volumes_of_projects_of_two_homes_have_different_names() -> None:
    assert volume_prefix("h1", "shop") == "sh0-h1-shop_"


def test_a_container_is_made_of_its_deployment_and_its_placement() -> None:
    made = workload(deployment(image="sha256:1", snapshot=SNAPSHOT), PLACEMENT, "default")
    assert (made.name, made.image, made.network, made.address) == (
        "sh0-x-shop-1-1",
        "sha256:1",
        "sh0-x-default",
        "10.208.0.11",
    )
    assert made.labels == {
        "sh0.kind": "app",
        "sh0.app": "shop",
        "sh0.project": "default",
        "sh0.deployment": "shop-1",
        "sh0.process": "web",
        "sh0.instance": "1",
    }
    assert (made.command, made.memory, made.cpus) == ((), None, None)


@pytest.mark.parametrize(
    ("process", "command"),
    [("worker", "exec work --all"), ("clock", "exec tick"), ("web", "exec serve"), ("gone", None)],
)
def test_a_shell_runs_the_command_of_a_declared_process(process: str, command: str | None) -> None:
    made = workload(deployment(snapshot=DECLARED), attrs.evolve(PLACEMENT, process=process), "default")
    assert made.command[-1:] == (() if command is None else (command,))


@pytest.mark.parametrize(
    ("runs_with", "memory"),
    [
        (SNAPSHOT, None),
        (attrs.evolve(SNAPSHOT, default_memory=ByteSize(5)), 5),
        (attrs.evolve(SNAPSHOT, default_memory=ByteSize(5), resources=Resources(ByteSize(7))), 7),
        (attrs.evolve(SNAPSHOT, default_memory=ByteSize(5), resources=Resources(ByteSize(0))), None),
    ],
)
def test_a_limit_of_zero_is_none(runs_with: Snapshot, memory: int | None) -> None:
    assert workload(deployment(snapshot=runs_with), PLACEMENT, "default").memory == memory


def test_an_app_is_told_its_port_and_what_is_set_wins() -> None:
    runs_with = attrs.evolve(DECLARED, environment={"LEVEL": Secret("debug")}, resources=Resources(cpus=0.5))
    made = workload(deployment(snapshot=runs_with), PLACEMENT, "default")
    assert made.environment == {"LEVEL": Secret("debug"), "PORT": Secret("8080")}
    assert made.cpus == 0.5


def test_a_service_of_a_stack_is_run_as_its_file_says() -> None:
    spec = ContainerSpec(
        command=("postgres",),
        environment={"USER": Secret("file"), "LEVEL": Secret("file")},
        labels={"own": "1", "sh0.app": "another"},
        mounts=(NamedMount("v", "/data"),),
        stop_timeout=90,
    )
    runs_with = attrs.evolve(SNAPSHOT, environment={"LEVEL": Secret("set")}, container=spec)
    made = workload(deployment(snapshot=runs_with), PLACEMENT, "shop")
    assert (made.command, made.mounts, made.stop_timeout) == (("postgres",), spec.mounts, 90)
    assert made.environment == {"USER": Secret("file"), "LEVEL": Secret("set")}
    assert (made.labels["own"], made.labels["sh0.app"], made.labels["sh0.project"]) == ("1", "shop", "shop")


def test_a_deployment_that_has_no_image_yet_names_none() -> None:
    assert workload(deployment(), PLACEMENT, "default").image == ""
