"""What an app's next deployment runs with, out of the records."""

import attrs
import pytest

from sh0.deployments.snapshots import Snapshots
from sh0.ports.container import ContainerSpec
from sh0.records.app import APPS, App, Declared, HealthCheck, Resources
from sh0.records.deployment import DEPLOYMENTS, SameImage, Snapshot, UpdateOrder
from sh0.records.domain import HOST_NAMES, Domain, Https
from sh0.records.project import PROJECTS
from sh0.records.settings_change import SettingsChange
from sh0.records.variable import VARIABLES, Variable
from sh0.servers.fleet import Fleet, ServerPorts
from sh0.serving.limits import DefaultMemory
from sh0.settings import Settings
from sh0.store import Records
from sh0.testing import FakeBuilder, FakeRuntime
from sh0.testing.link import FakeLink
from sh0.testing.proxy import FakeProxy
from sh0.values import ByteSize, Secret
from tests.core.examples import NOON, PROJECT, SNAPSHOT, app, deployment

SHOP = attrs.evolve(
    app(),
    resources=Resources(ByteSize(64 << 20), 0.5),
    health=HealthCheck("/up"),
    replicas=3,
    port=3000,
    declared=Declared(port=3000),
)


@pytest.fixture
def records(records: Records) -> Records:
    """Records of two apps."""
    records[PROJECTS].insert(PROJECT)
    for each in (SHOP, app("blog", 2)):
        records[APPS].insert(each)
    return records


def snapshots(records: Records) -> Snapshots:
    return Snapshots(records, DefaultMemory(Settings(default_memory=ByteSize(7)), Fleet([])))


def host(name: str, *, generated: bool = False, port: int | None = None, app: str = "shop") -> Domain:
    return Domain(name, app, generated, Https.OFF, NOON, port)


def test_an_app_runs_with_its_settings_its_variables_and_its_host_names(records: Records) -> None:
    records[VARIABLES].insert(Variable("shop", "B", Secret("2"), NOON, secret=True))
    records[VARIABLES].insert(Variable("shop", "A", Secret("1"), NOON))
    records[VARIABLES].insert(Variable("blog", "A", Secret("another's"), NOON, secret=True))
    for each in (host("shop.localhost", generated=True), host("a.test", port=9090), host("b.test", app="blog")):
        records[HOST_NAMES].insert(each)
    assert snapshots(records).of(SHOP) == Snapshot(
        environment={"A": Secret("1"), "B": Secret("2")},
        hosts=("a.test", "shop.localhost"),
        resources=SHOP.resources,
        health=SHOP.health,
        replicas=3,
        port=3000,
        host_ports={"a.test": 9090},
        declared=SHOP.declared,
        marked=("B",),
        default_memory=ByteSize(7),
    )


def test_the_default_memory_is_that_of_the_apps_server(records: Records) -> None:
    runtime = FakeRuntime()
    server = ServerPorts(runtime, FakeBuilder(runtime), FakeProxy(), FakeLink(), name="tokyo")
    found = Snapshots(records, DefaultMemory(Settings(), Fleet([server])))
    assert found.of(attrs.evolve(SHOP, server="tokyo")).default_memory == ByteSize(runtime.facts().memory // 2)
    assert found.of(SHOP).default_memory is None


RELEASED = attrs.evolve(
    SNAPSHOT,
    container=ContainerSpec(command=("postgres",)),
    network="host",
    job=True,
    update_order=UpdateOrder.STOP_FIRST,
    marked=("FROM_THE_FILE",),
)


def live(records: Records, stack: str | None) -> App:
    records[DEPLOYMENTS].insert(deployment(snapshot=RELEASED))
    return attrs.evolve(SHOP, live="shop-1", stack=stack)


def test_a_service_of_a_stack_is_run_as_its_release_says(records: Records) -> None:
    records[VARIABLES].insert(Variable("shop", "B", Secret("2"), NOON, secret=True))
    found = snapshots(records).of(live(records, "shop"))
    assert (found.container, found.network, found.job) == (RELEASED.container, "host", True)
    assert (found.update_order, found.marked) == (UpdateOrder.STOP_FIRST, ("B", "FROM_THE_FILE"))


def test_an_app_of_its_own_takes_over_nothing_of_that_kind(records: Records) -> None:
    found = snapshots(records).of(live(records, None))
    assert (found.container, found.network, found.job, found.update_order) == (None, "", False, None)
    assert found.marked == ()


def test_a_deployment_runs_with_the_settings_of_its_turn_and_those_that_it_changes(records: Records) -> None:
    asked = attrs.evolve(deployment(), changes=SettingsChange(replicas=5))
    assert snapshots(records).settled(asked) == attrs.evolve(snapshots(records).of(SHOP), replicas=5)
    again = attrs.evolve(asked, source=SameImage())
    assert snapshots(records).settled(again).replicas == 5


def test_a_rollback_runs_with_what_it_returns_to(records: Records) -> None:
    back = deployment(source=SameImage("shop-1"), snapshot=RELEASED)
    assert snapshots(records).settled(back) == RELEASED
