"""The container of a one-off command, as it should be."""

import attrs

from sh0.ports.container import ContainerSpec, HealthCommand, NamedMount, PublishedPort, RestartPolicy
from sh0.records.app import Declared, Process, Resources
from sh0.records.command import CommandRequest
from sh0.serving.one_off import command_of, container_name, memory_of, one_off
from sh0.values import ByteSize, Secret
from tests.core.examples import RUN, SNAPSHOT

LIMITED = attrs.evolve(SNAPSHOT, resources=Resources(ByteSize(512 << 20), 1.5))


def test_a_container_is_named_after_its_run() -> None:
    assert container_name("x", "shop.run.3") == "sh0-x-shop.run.3"


def test_it_has_what_the_version_has_and_nobody_finds_it() -> None:
    made = one_off(attrs.evolve(RUN, memory=ByteSize(64 << 20)), LIMITED, "default", 8080)
    assert (made.name, made.image, made.network, made.address) == (
        "sh0-x-shop.run.1",
        "sha256:1",
        "sh0-x-default",
        "10.208.0.20",
    )
    assert (made.command, made.restart, made.memory, made.cpus) == (("true",), RestartPolicy.NO, 64 << 20, 1.5)
    assert made.labels == {
        "sh0.kind": "run",
        "sh0.app": "shop",
        "sh0.project": "default",
        "sh0.deployment": "shop-1",
        "sh0.run": "shop.run.1",
    }
    assert {name: value.reveal() for name, value in made.environment.items()} == {
        "PORT": "8080",
        **{name: value.reveal() for name, value in SNAPSHOT.environment.items()},
    }
    assert (made.tty, made.stdin_open) == (False, False)


def test_variables_of_the_request_lie_over_those_of_the_version() -> None:
    run = attrs.evolve(RUN, request=CommandRequest(("true",), environment={"TOKEN": Secret("mine")}))
    made = one_off(run, SNAPSHOT, "default", None)
    assert {name: value.reveal() for name, value in made.environment.items()} == {"TOKEN": "mine"}


def test_a_limit_of_none_is_no_limit() -> None:
    assert one_off(RUN, SNAPSHOT, "default", None).memory is None


def test_a_service_keeps_how_it_runs_but_for_what_two_containers_cannot_have() -> None:
    spec = ContainerSpec(
        entrypoint=("entry",),
        command=("serve",),
        user="app",
        aliases=("db",),
        published=(PublishedPort(5432, 5432),),
        restart=RestartPolicy.ON_FAILURE,
        attempts=3,
        health=HealthCommand(("CMD", "ok")),
        mounts=(NamedMount("sh0-x-shop_data", "/data"),),
    )
    made = one_off(RUN, attrs.evolve(SNAPSHOT, container=spec), "default", None)
    assert (made.entrypoint, made.command, made.user, made.mounts) == (("entry",), ("true",), "app", spec.mounts)
    assert (made.aliases, made.published, made.restart, made.attempts) == ((), (), RestartPolicy.NO, None)
    assert made.health == HealthCommand(("NONE",))
    process = attrs.evolve(RUN, request=CommandRequest(process="web"))
    assert one_off(process, attrs.evolve(SNAPSHOT, container=spec), "default", None).command == ("serve",)


def test_one_that_somebody_attaches_to_reads_what_they_type() -> None:
    run = attrs.evolve(RUN, request=CommandRequest(("sh",), attached=True, terminal=True))
    made = one_off(run, SNAPSHOT, "default", None)
    assert (made.tty, made.stdin_open) == (True, True)


def test_the_command_is_the_one_that_was_given_or_that_of_the_process() -> None:
    snapshot = attrs.evolve(SNAPSHOT, declared=Declared({"worker": Process("work --all")}))
    assert command_of(snapshot, CommandRequest(("ls", "a b"), process="worker")) == ("ls", "a b")
    assert command_of(snapshot, CommandRequest(process="worker"))[-1] == "exec work --all"
    assert command_of(snapshot, CommandRequest(process="web")) == ()
    assert command_of(snapshot, CommandRequest()) == ()


def test_the_memory_is_that_of_the_request_or_of_the_version() -> None:
    assert memory_of(LIMITED, CommandRequest()) == 512 << 20
    assert memory_of(LIMITED, CommandRequest(memory=ByteSize(6 << 20))) == 6 << 20
    assert memory_of(LIMITED, CommandRequest(memory=ByteSize(0))) == 0
