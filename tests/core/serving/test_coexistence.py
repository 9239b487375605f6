"""Whether the containers of two versions may run at the same time."""

from typing import Any

import attrs
import pytest

from sh0.ports.container import ContainerSpec, HostDevice, HostMount, NamedMount, PublishedPort
from sh0.records.deployment import Snapshot, UpdateOrder
from sh0.serving.coexistence import reasons_to_recreate
from sh0.stacks.planner import desired
from tests.core.examples import SNAPSHOT
from tests.core.stacks.situations import NEW, project


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("read_only: true", False),
        ("volumes: ['data:/data:ro']", False),
        ("volumes: ['data:/data']", True),
        ("volumes: ['data:/data'], deploy: {update_config: {order: start-first}}", False),
        ("deploy: {update_config: {order: stop-first}}", True),
        ("volumes: [/data]", True),
        ("volumes: ['./data:/data']", True),
        ("volumes: ['/srv:/data']", True),
        ("tmpfs: /tmp", False),
        ("ports: ['5432:5432']", True),
        ("ports: ['5432']", False),
        ("network_mode: host", True),
        ("privileged: true", True),
        ("devices: [/dev/null]", True),
        ("hostname: x", False),
    ],
)
def test_what_cannot_run_twice_is_recreated(text: str, alone: bool) -> None:
    found = project(f"services: {{x: {{image: 'i:1', {text}}}}}\nvolumes: {{data: {{}}}}")
    [each] = desired(found, NEW)
    assert bool(reasons_to_recreate(each.snapshot)) is alone


WRITTEN = NamedMount("v", "/data")


def runs(network: str = "", order: UpdateOrder | None = None, **spec: Any) -> Snapshot:
    container = attrs.evolve(ContainerSpec(), **spec)
    return attrs.evolve(SNAPSHOT, network=network, update_order=order, container=container)


@pytest.mark.parametrize(
    ("snapshot", "because"),
    [
        (SNAPSHOT, []),
        (attrs.evolve(SNAPSHOT, network="host", update_order=UpdateOrder.STOP_FIRST), []),  # an app has no such
        (runs(), []),
        (runs(order=UpdateOrder.STOP_FIRST), ["stop-first"]),
        (runs(order=UpdateOrder.START_FIRST, mounts=(WRITTEN,)), []),
        (runs(order=UpdateOrder.STOP_FIRST, mounts=(WRITTEN,)), ["stop-first"]),
        (runs(mounts=(WRITTEN, HostMount("/srv", "/srv"))), ["/data", "/srv"]),
        (runs(mounts=(attrs.evolve(WRITTEN, read_only=True),)), []),
        (runs(published=(PublishedPort(80, 8080), PublishedPort(53, 53, protocol="udp"))), ["8080 of", "53/udp"]),
        (runs(published=(PublishedPort(80),)), []),
        (runs(network="host"), ["the host's network"]),
        (runs(network="none"), []),
        (
            runs("host", order=None, mounts=(WRITTEN,), published=(PublishedPort(80, 80),)),
            ["two must not write to /data", "it has port 80 of the host", "it is on the host's network"],
        ),
        (runs("host", UpdateOrder.STOP_FIRST), ["the file says stop-first", "it is on the host's network"]),
        (runs(privileged=True), ["privileged"]),
        (runs(devices=(HostDevice("/dev/x", "/dev/x"),), privileged=True), ["devices"]),
        (
            runs("host", UpdateOrder.START_FIRST, privileged=True, published=(PublishedPort(80, 80),)),
            ["80", "network", "privileged"],
        ),
    ],
)
def test_every_reason_to_recreate_is_named(snapshot: Snapshot, because: list[str]) -> None:
    found = reasons_to_recreate(snapshot)
    assert len(found) == len(because)
    assert all(word in reason for word, reason in zip(because, found, strict=True))
