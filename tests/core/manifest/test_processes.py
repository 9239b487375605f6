"""What a sh0.yaml says of processes, as settings of the app and of each of them."""

import attrs

from sh0.manifest.model import Health, Manifest, ProcessDefinition
from sh0.manifest.processes import probe, probe_arguments, process_calls, settings_of, web_health, web_replicas
from sh0.operations import Call
from sh0.records.app import App, Declared, Probe, Process, ProcessSettings
from sh0.records.deployment import Change
from sh0.values import ByteSize
from tests.core.examples import app

WORKER = ProcessDefinition("work", 2, ByteSize("64m"), 0.5, Health(tcp=9, timeout=30), 60)


def test_what_is_said_of_web_is_said_of_the_app() -> None:
    manifest = Manifest(processes={"web": ProcessDefinition(replicas=0, health=Health(none=True))})
    assert (web_replicas(manifest), web_health(manifest)) == (0, Health(none=True))
    assert web_replicas(Manifest(replicas=2)) == 2
    assert web_replicas(Manifest()) is None
    assert settings_of("web", WORKER) == ProcessSettings(memory=ByteSize("64m"), cpus=0.5, stop_timeout=60)


def test_what_is_left_out_says_nothing() -> None:
    assert settings_of("worker", ProcessDefinition("x")) == ProcessSettings()
    assert settings_of("worker", WORKER) == ProcessSettings(2, ByteSize("64m"), 0.5, Probe(tcp=9), 30, 60)
    assert probe(Health(timeout=3)) is None


def test_a_probe_is_the_arguments_that_make_it() -> None:
    assert probe_arguments(None) == {}
    assert probe_arguments(Probe(none=True)) == {"health": "none"}
    assert probe_arguments(Probe("/up", 9)) == {"health_path": "/up", "health_port": 9}
    assert probe_arguments(Probe(command="x")) == {"health_command": "x"}


def with_worker(settings: ProcessSettings) -> App:
    return attrs.evolve(app(), declared=Declared({"worker": Process("x")}), processes={"worker": settings})


def test_only_what_differs_of_processes_that_are_live_is_changed() -> None:
    manifest = Manifest(processes={"worker": WORKER, "new": WORKER})
    assert list(process_calls(manifest, with_worker(settings_of("worker", WORKER)))) == []
    now = ProcessSettings(1, ByteSize("64m"), 0.5, Probe("/up"), 30, 60)
    assert list(process_calls(manifest, with_worker(now))) == [
        (
            Change("replicas of worker", "1", "2"),
            Call("apps.scale", {"app": "shop", "processes": {"worker": 2}}),
        ),
        (
            Change("process worker", "health /up", "health port 9 accepts connections"),
            Call("apps.configure", {"app": "shop", "process": "worker", "health_tcp": 9}),
        ),
    ]
