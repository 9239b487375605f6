"""Settings on their way: what the next deployment runs with, and what becomes the app's own."""

from typing import Any

import attrs
import pytest

from sh0.records.app import HealthCheck, Resources
from sh0.records.settings_change import NO_CHANGES, SettingsChange
from sh0.serving.next_settings import changed_app, changed_snapshot, described, merged
from sh0.values import ByteSize, Secret
from tests.core.examples import SNAPSHOT, app


def secrets(**values: str) -> dict[str, Secret]:
    return {name: Secret(value) for name, value in values.items()}


def test_later_changes_count_where_two_concern_the_same() -> None:
    one = SettingsChange(variables=secrets(A="1", B="1"), unset=("C",), port=1)
    two = SettingsChange(variables=secrets(C="2"), unset=("B",), memory=ByteSize(0))
    both = merged([one, two])
    assert both == SettingsChange(secrets(A="1", C="2"), ("B",), port=1, memory=ByteSize(0))
    assert merged([]) == NO_CHANGES
    assert described(both) == "port, memory, variable A, variable B, variable C"
    assert described(NO_CHANGES) == ""


def test_no_changes_leave_a_snapshot_as_it_is() -> None:
    assert changed_snapshot(SNAPSHOT, NO_CHANGES) == SNAPSHOT


ALL: dict[str, Any] = {
    "port": 3000,
    "replicas": 3,
    "memory": ByteSize(64 << 20),
    "cpus": 0.5,
    "health_path": "/up",
    "health_timeout": 9.0,
}


@pytest.mark.parametrize("name", ALL)
def test_a_later_change_of_another_setting_leaves_an_earlier_one(name: str) -> None:
    one, other = SettingsChange(**{name: ALL[name]}), SettingsChange(**{k: v for k, v in ALL.items() if k != name})
    assert merged([one, other]) == merged([other, one]) == SettingsChange(**ALL)
    assert described(one) == name.replace("_", " ")


def test_a_variable_that_is_removed_is_no_secret_any_more_and_one_that_is_set_again_is_there() -> None:
    marks = SettingsChange(variables=secrets(B="1", A="2"), marked=("B", "A"))
    removes = SettingsChange(unset=("B", "C"))
    assert merged([marks, removes]) == SettingsChange(secrets(A="2"), ("B", "C"), ("A",))
    assert merged([removes, marks]) == SettingsChange(secrets(B="1", A="2"), ("C",), ("A", "B"))


@pytest.mark.parametrize(
    ("change", "runs_with"),
    [
        (NO_CHANGES, {}),
        (SettingsChange(port=3000), {"port": 3000}),
        (SettingsChange(replicas=3), {"replicas": 3}),
        (SettingsChange(memory=ByteSize(7)), {"resources": Resources(ByteSize(7), 2.0)}),
        (SettingsChange(memory=ByteSize(0)), {"resources": Resources(ByteSize(0), 2.0)}),
        (SettingsChange(cpus=0.5), {"resources": Resources(ByteSize(5), 0.5)}),
        (SettingsChange(cpus=0.0), {"resources": Resources(ByteSize(5), None)}),
        (SettingsChange(health_path="/up"), {"health": HealthCheck("/up", 30.0)}),
        (SettingsChange(health_timeout=9.0), {"health": HealthCheck("/old", 9.0)}),
    ],
)
def test_a_change_replaces_what_it_names_in_a_deployment_and_in_the_app(
    change: SettingsChange, runs_with: dict[str, Any]
) -> None:
    own: dict[str, Any] = {
        "port": 80,
        "replicas": 2,
        "resources": Resources(ByteSize(5), 2.0),
        "health": HealthCheck("/old", 30.0),
    }
    before, shop = attrs.evolve(SNAPSHOT, **own), attrs.evolve(app(), **own)
    assert changed_snapshot(before, change) == attrs.evolve(before, **runs_with)
    assert changed_app(shop, change) == attrs.evolve(shop, **runs_with)


def test_a_change_of_variables_sets_removes_and_marks_them() -> None:
    before = attrs.evolve(SNAPSHOT, environment=secrets(C="1", B="2", A="3"), marked=("B", "C"))
    change = SettingsChange(variables=secrets(D="4", C="5"), unset=("B",), marked=("A",))
    after = changed_snapshot(before, change)
    assert list(after.environment.items()) == list(secrets(A="3", C="5", D="4").items())
    assert after.marked == ("A", "C")
    assert described(change) == "variable A, variable B, variable C, variable D"


def test_variables_of_builds_and_the_target_are_laid_over_each_other() -> None:
    first = SettingsChange(build={"A": Secret("1"), "B": Secret("2")}, build_marked=("A",), target="make")
    second = SettingsChange(build={"C": Secret("3")}, build_unset=("A",))
    both = merged([first, second])
    assert (both.build, both.build_unset, both.build_marked) == ({"B": Secret("2"), "C": Secret("3")}, ("A",), ())
    assert both.target == "make"
    assert merged([both, SettingsChange(build={"A": Secret("4")}, target="")]).build_unset == ()
    assert described(both) == "target, build variable A, build variable B, build variable C"
    assert changed_app(app(), both).target == "make"
    snapshot = changed_snapshot(attrs.evolve(SNAPSHOT, build={"A": Secret("0"), "Z": Secret("9")}), first)
    assert snapshot.build == {"A": Secret("1"), "B": Secret("2"), "Z": Secret("9")}
    assert "A" in snapshot.marked
    assert changed_snapshot(snapshot, second).build == {"B": Secret("2"), "C": Secret("3"), "Z": Secret("9")}


def test_what_concerns_the_build_is_told_from_the_rest() -> None:
    change = SettingsChange(port=80, build={"A": Secret("1")}, target="make")
    assert (change.rebuilds, change.of_build.rebuilds, change.of_containers.rebuilds) == (True, True, False)
    assert change.of_build == SettingsChange(build={"A": Secret("1")}, target="make")
    assert change.of_containers == SettingsChange(port=80)
    assert [each.rebuilds for each in (SettingsChange(target=""), SettingsChange(build_unset=("A",)))] == [True, True]
