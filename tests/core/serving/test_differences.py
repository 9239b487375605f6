"""What differs between how two versions of a service are run."""

import attrs

from sh0.ports.container import ContainerSpec, NamedMount
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
