"""Which services must make room for another."""

import attrs
import pytest

from sh0.ports.container import ContainerSpec, Mount, NamedMount, PublishedPort
from sh0.records.deployment import Deployment, Snapshot
from sh0.stacks.displacement import displaced
from tests.core.examples import SNAPSHOT, deployment


def runs(*mounts: Mount, port: int | None = None) -> Snapshot:
    published = () if port is None else (PublishedPort(port, port),)
    return attrs.evolve(SNAPSHOT, container=ContainerSpec(mounts=mounts, published=published))


def live(snapshot: Snapshot) -> dict[str, Deployment]:
    return {"old": deployment(app="shop-old", snapshot=snapshot)}


DATA, READ = NamedMount("v", "/data"), NamedMount("v", "/data", read_only=True)


@pytest.mark.parametrize(
    ("becomes", "was", "wanted", "expected"),
    [
        (runs(DATA), runs(DATA), {}, [("old", "its volume")]),  # it changes hands
        (runs(DATA), runs(DATA), {"old": runs(DATA)}, []),  # it is shared on purpose
        (runs(DATA), runs(DATA), {"old": runs()}, [("old", "its volume")]),
        (runs(DATA), runs(DATA), {"old": runs(READ)}, [("old", "its volume")]),
        (runs(READ), runs(DATA), {}, []),
        (runs(DATA), runs(READ), {}, []),
        (runs(port=80), runs(port=80), {}, [("old", "its port of the host")]),
        (runs(port=80), runs(port=81), {}, []),
        (SNAPSHOT, SNAPSHOT, {}, []),
    ],
)
def test_a_service_makes_room_for_what_takes_over(
    becomes: Snapshot, was: Snapshot, wanted: dict[str, Snapshot], expected: list[tuple[str, str]]
) -> None:
    assert list(displaced("new", becomes, live(was), wanted)) == expected


def test_no_service_displaces_itself() -> None:
    assert list(displaced("old", runs(DATA), live(runs(DATA)), {})) == []


def test_whatever_its_place_among_them_every_service_that_is_in_the_way_makes_room() -> None:
    services = ("old", "new", "idle", "other")
    serving = {name: deployment(app=f"shop-{name}", snapshot=runs(DATA)) for name in services}
    serving["idle"] = deployment(app="shop-idle", snapshot=runs())
    assert [name for name, _ in displaced("new", runs(DATA), serving, {})] == ["old", "other"]


def test_the_same_port_of_another_protocol_is_in_nobodys_way() -> None:
    def published(host: int | None, protocol: str) -> Snapshot:
        return attrs.evolve(SNAPSHOT, container=ContainerSpec(published=(PublishedPort(53, host, protocol=protocol),)))

    assert list(displaced("new", published(53, "tcp"), live(published(53, "udp")), {})) == []
    assert list(displaced("new", published(None, "tcp"), live(published(None, "tcp")), {})) == []


def test_a_service_without_a_container_of_its_own_is_in_nobodys_way() -> None:
    assert list(displaced("new", SNAPSHOT, live(runs(DATA, port=80)), {})) == []
    assert list(displaced("new", runs(DATA, port=80), live(SNAPSHOT), {})) == []
