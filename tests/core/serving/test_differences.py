"""What differs between how two versions of a service are run."""

from typing import Any

import attrs
import pytest

from sh0.ports.container import ContainerSpec, HealthCommand, InjectedFile, NamedMount, PublishedPort
from sh0.records.deployment import Snapshot
from sh0.serving.differences import container_differences
from sh0.values import Secret
from tests.core.examples import SERVICE, SNAPSHOT


def test_equal_ones_do_not_differ() -> None:
    assert list(container_differences(SERVICE, SERVICE)) == []
    assert list(container_differences(SNAPSHOT, SNAPSHOT)) == []


def test_values_of_variables_stay_unsaid() -> None:
    old = attrs.evolve(SNAPSHOT, container=ContainerSpec(environment={"A": Secret("one"), "B": Secret("x")}))
    new = attrs.evolve(SNAPSHOT, container=ContainerSpec(environment={"A": Secret("two"), "C": Secret("y")}))
    assert list(container_differences(old, new)) == [
        ("variable A", "set", "another value"),
        ("variable B", "set", "unset"),
        ("variable C", "unset", "set"),
    ]


def test_commands_mounts_and_networks_are_named() -> None:
    new = attrs.evolve(
        SNAPSHOT, container=ContainerSpec(command=("run", "it"), mounts=(NamedMount("v", "/data"),)), network="host"
    )
    found = {what: (was, becomes) for what, was, becomes in container_differences(SNAPSHOT, new)}
    assert found["command"][1] == "run it"
    assert "/data" in found["mounts"][1]
    assert found["network"] == ("the stack's", "host")
    assert set(found) == {"command", "mounts", "network"}


def runs(**spec: Any) -> Snapshot:
    return attrs.evolve(SNAPSHOT, container=ContainerSpec(**spec))


FILE = InjectedFile("/run/secrets/x", Secret("aHVudGVyMjI="))


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        (runs(command=("a", "b")), runs(), ("command", "a b", "none")),
        (runs(entrypoint=()), runs(), ("entrypoint", "none", "none")),  # removed, or the image's own
        (runs(), runs(working_dir="/srv"), ("working dir", "none", "/srv")),
        (runs(tty=True), runs(), ("tty", "True", "False")),
        (runs(pids=9), runs(pids=None), ("pids", "9", "none")),
        (
            runs(mounts=(NamedMount("v", "/data", read_only=True), NamedMount("w", "/w"))),
            runs(),
            ("mounts", "v:/data:True w:/w", "none"),
        ),
        (runs(published=(PublishedPort(80, 8080),)), runs(), ("published", "80:8080:tcp", "none")),
        (
            runs(health=HealthCommand(("CMD", "x"), 10.0)),
            runs(health=HealthCommand(("NONE",))),
            ("health", "CMD x:10.0", "NONE"),
        ),
        (runs(files=(FILE, attrs.evolve(FILE, target="/b"))), runs(), ("files", "/run/secrets/x, /b", "none")),
        (runs(files=(FILE,)), runs(files=(attrs.evolve(FILE, mode=0o400),)), ("files", FILE.target, FILE.target)),
        (attrs.evolve(runs(), network="none"), runs(), ("network", "none", "the stack's")),
        (runs(), attrs.evolve(runs(), network="host"), ("network", "the stack's", "host")),
        (
            attrs.evolve(runs(), host_ports={"a.org": 80}),
            attrs.evolve(runs(), host_ports={"a.org": 81}),
            ("ports of host names", "{'a.org': 80}", "{'a.org': 81}"),
        ),
        (SNAPSHOT, runs(user="1"), ("user", "none", "1")),
        (runs(user="1"), SNAPSHOT, ("user", "1", "none")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_difference_is_told_as_it_was_and_as_it_becomes(
    old: Snapshot, new: Snapshot, difference: tuple[str, str, str]
) -> None:
    assert list(container_differences(old, new)) == [difference]


def test_an_empty_value_of_a_variable_is_set() -> None:
    old, new = runs(environment={"A": Secret("")}), runs(environment={"A": Secret("x"), "B": Secret("")})
    told = [("variable A", "set", "another value"), ("variable B", "unset", "set")]
    assert list(container_differences(old, new)) == told
