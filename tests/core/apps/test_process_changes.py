"""Changes of the settings of single processes."""

import attrs
import pytest

from sh0.apps.process_changes import HealthOptions, demand_processes, of_process, scaling
from sh0.errors import InvalidValue, NotFound
from sh0.records.app import Declared, HealthMode, Probe, Process, ProcessSettings
from sh0.records.settings_change import SettingsChange
from sh0.values import ByteSize
from tests.core.examples import SNAPSHOT, app, deployment

NOTHING = HealthOptions()


def test_settings_of_the_app_are_its_own_and_those_of_a_process_are_that_ones() -> None:
    size = ByteSize("64m")
    assert of_process(None, NOTHING, port=80, memory=size) == SettingsChange(port=80, memory=size)
    assert of_process("web", NOTHING, memory=size) == SettingsChange(processes={"web": ProcessSettings(memory=size)})
    assert of_process("worker", HealthOptions(tcp=1), cpus=2, health_timeout=9.0, stop_timeout=60) == SettingsChange(
        processes={"worker": ProcessSettings(None, None, 2, Probe(tcp=1), 9.0, 60)}
    )


@pytest.mark.parametrize("process", [None, "web"])
def test_the_health_of_web_is_the_one_of_the_app(process: str | None) -> None:
    assert of_process(process, HealthOptions(path="/up")) == SettingsChange(health_path="/up")
    assert of_process(process, HealthOptions(path="/up", port=1)) == SettingsChange(health=Probe("/up", 1))
    assert of_process(process, HealthOptions(HealthMode.NONE)) == SettingsChange(health=Probe(none=True))
    assert of_process(process, HealthOptions(HealthMode.DEFAULT)) == SettingsChange(health=Probe())
    assert of_process(process, NOTHING, stop_timeout=5).processes == {"web": ProcessSettings(stop_timeout=5)}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (HealthOptions(path="/", tcp=1), "by health_path and health_tcp"),
        (HealthOptions(HealthMode.NONE, command="x"), "by health and health_command"),
        (HealthOptions(port=1), "health_port needs the path"),
        (HealthOptions(command=" "), "health_command is empty"),
    ],
)
def test_a_health_that_is_asked_for_in_two_ways_is_refused(options: HealthOptions, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        options.probe()


def test_the_port_is_no_setting_of_a_worker() -> None:
    with pytest.raises(InvalidValue, match="worker gets no requests"):
        of_process("worker", NOTHING, port=80)


def test_a_number_alone_is_the_one_of_web() -> None:
    assert scaling(3, {}) == scaling(None, {"web": 3}) == SettingsChange(replicas=3)
    expected = SettingsChange(replicas=0, processes={"worker": ProcessSettings(replicas=2)})
    assert scaling(None, {"web": 0, "worker": 2}) == expected
    with pytest.raises(InvalidValue, match="two numbers"):
        scaling(1, {"web": 2})
    with pytest.raises(InvalidValue, match="no number"):
        scaling(None, {})


def test_a_process_that_no_version_has_is_refused_with_those_there_are() -> None:
    live = deployment(snapshot=attrs.evolve(SNAPSHOT, declared=Declared({"worker": Process("x")})))
    demand_processes(app(), live, ["web", "worker"])
    demand_processes(app(), None, ["anything"])
    with pytest.raises(NotFound, match="no process clock; it has web, worker"):
        demand_processes(app(), live, ["clock"])
    with pytest.raises(InvalidValue, match="service of the stack shop"):
        demand_processes(attrs.evolve(app(), stack="shop"), live, ["worker"])
