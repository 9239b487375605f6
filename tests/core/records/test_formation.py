"""Which processes a version has, how many containers of each, and what each of those runs with."""

import attrs
import pytest

from sh0.ports.container import ContainerSpec
from sh0.records.app import Declared, HealthCheck, Probe, Process, ProcessSettings, Resources
from sh0.records.deployment import Snapshot
from sh0.records.formation import asks_web, declared_processes, formation, limits, serves, started
from sh0.values import ByteSize
from tests.core.examples import SNAPSHOT, placement

PROCESSES = {"worker": Process("work", 2), "clock": Process("tick", 0)}
WITH_WORKER = attrs.evolve(SNAPSHOT, replicas=3, declared=Declared(PROCESSES))
BOT = attrs.evolve(SNAPSHOT, declared=Declared({"bot": Process("run")}, web=False))


def scaled(snapshot: Snapshot, **counts: int) -> Snapshot:
    return attrs.evolve(snapshot, processes={name: ProcessSettings(replicas=count) for name, count in counts.items()})


def test_each_process_has_the_number_it_was_scaled_to_else_that_of_its_declaration() -> None:
    assert formation(WITH_WORKER) == {"web": 3, "worker": 2, "clock": 0}
    assert formation(scaled(WITH_WORKER, worker=0, clock=5, gone=4)) == {"web": 3, "worker": 0, "clock": 5}


def test_an_app_without_web_serves_nobody() -> None:
    assert (formation(BOT), serves(BOT)) == ({"bot": 1}, False)
    assert not serves(attrs.evolve(WITH_WORKER, replicas=0))
    assert serves(WITH_WORKER)


def test_a_service_of_a_stack_has_its_one_process_whatever_is_declared() -> None:
    service = attrs.evolve(BOT, container=ContainerSpec())
    assert "web" in declared_processes(service)


def test_what_is_set_for_a_process_counts_before_what_is_set_for_the_app() -> None:
    own = ProcessSettings(memory=ByteSize("64m"), cpus=0, stop_timeout=90)
    app = attrs.evolve(WITH_WORKER, resources=Resources(ByteSize("512m"), 2.0), processes={"worker": own})
    worker, clock = limits(app, "worker"), limits(app, "clock")
    assert (worker.memory, worker.cpus, worker.stop_timeout) == (64 << 20, None, 90)
    assert (clock.memory, clock.cpus, clock.stop_timeout) == (512 << 20, 2.0, 10)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (ProcessSettings(), None),
        (ProcessSettings(health=Probe()), None),
        (ProcessSettings(health=Probe(none=True)), None),
        (ProcessSettings(health=Probe(tcp=9000)), HealthCheck(tcp=9000, timeout=60)),
        (ProcessSettings(health=Probe("/up", 9000), health_timeout=5), HealthCheck("/up", 5, port=9000)),
        (ProcessSettings(health=Probe(command="ping")), HealthCheck(command="ping")),
    ],
)
def test_a_process_that_is_asked_nothing_has_to_keep_running(
    own: ProcessSettings, expected: HealthCheck | None
) -> None:
    assert limits(attrs.evolve(WITH_WORKER, processes={"worker": own}), "worker").health == expected


def test_web_is_asked_over_http_unless_something_else_is_chosen() -> None:
    assert asks_web(limits(SNAPSHOT, "web").health)
    for health in (HealthCheck(none=True), HealthCheck(tcp=1), HealthCheck("/", port=1), HealthCheck(command="x")):
        assert not asks_web(limits(attrs.evolve(SNAPSHOT, health=health), "web").health)


def test_what_was_started_is_said_with_its_processes() -> None:
    web, worker = placement(), attrs.evolve(placement(), process="bot")
    assert started(SNAPSHOT, [web]).startswith("1 container at 10.208.0.11, port 8080; memory limit: ")
    assert started(BOT, [worker]).startswith("1 container (bot 1) at 10.208.0.11; memory limit: ")
    assert started(scaled(BOT, bot=0), []) == "no container: every process is scaled to 0"
