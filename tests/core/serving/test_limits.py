"""Every container has a memory limit unless somebody says that it has none, and everybody is told which."""

import attrs
import pytest

from sh0.bootstrap import compose
from sh0.errors import EngineUnavailable
from sh0.home import Home
from sh0.ports.runtime import EngineEvent
from sh0.records.app import Declared, HealthCheck, Resources, said_memory
from sh0.records.deployment import PLACEMENTS, RegistryImage
from sh0.servers.fleet import Fleet, ServerPorts
from sh0.serving.diagnosis import killed_at, more_memory
from sh0.serving.limits import DefaultMemory, default_memory
from sh0.serving.workload import workload
from sh0.settings import Settings
from sh0.testing import FakeBuilder, FakeRuntime
from sh0.testing.link import FakeLink
from sh0.testing.proxy import FakeProxy
from sh0.testing.script import Program
from sh0.values import LOCAL, ByteSize
from tests.core.shop import Shop
from tests.core.stacks.parts import Stage
from tests.core.waiting import until

GIB, MIB = 1 << 30, 1 << 20
HALF = ByteSize(2 * GIB)  # the machine of the fakes has 4 GiB


def limit(stage: Stage, app: str) -> ByteSize | None:
    [found] = [one.workload for one in stage.runtime.containers.values() if one.workload.labels["sh0.app"] == app]
    return found.memory


@pytest.mark.parametrize(
    ("machine", "default"), [(64 * GIB, 32 * GIB), (GIB, 512 * MIB), (300 * MIB, 256 * MIB), (2 * GIB + 12345, GIB)]
)
def test_the_default_is_half_of_the_machine(machine: int, default: int) -> None:
    assert default_memory(machine) == default


@pytest.mark.parametrize("given", [ByteSize(0), ByteSize(300 * MIB)], ids=str)
def test_a_platform_can_have_another_default_or_none(given: ByteSize) -> None:
    assert DefaultMemory(Settings(default_memory=given), Fleet([])).at(LOCAL) == given


def test_an_engine_that_is_away_is_asked_again() -> None:
    runtime = FakeRuntime()
    runtime.fail_next("facts", EngineUnavailable("away"))
    server = ServerPorts(runtime, FakeBuilder(runtime), FakeProxy(), FakeLink())
    default = DefaultMemory(Settings(), Fleet([server]))
    assert [default.at(LOCAL) for _ in range(3)] == [None, HALF, HALF]


def test_an_app_has_the_default_and_is_told_so(shop: Shop) -> None:
    deployed = shop.deploy()
    assert limit(shop.stage, "shop") == HALF
    assert shop.platform.apps.status("shop").memory == HALF
    assert any("memory limit: 2 GiB" in line for line in shop.log(deployed))
    assert shop.platform.apps.get("shop").resources.memory is None


@pytest.mark.parametrize(("given", "becomes"), [(64 * MIB, 64 * MIB), (0, None)], ids=["less", "none"])
def test_an_app_can_have_another_limit_or_none(shop: Shop, given: int, becomes: int | None) -> None:
    shop.deploy()
    shop.live(shop.platform.apps.configure("shop", memory=ByteSize(given)).deployment)
    shop.live(shop.platform.apps.restart("shop"))
    assert limit(shop.stage, "shop") == becomes
    assert shop.platform.apps.status("shop").memory == given


def test_a_rollback_brings_the_limit_back(shop: Shop) -> None:
    shop.deploy()
    shop.live(shop.platform.apps.configure("shop", memory=ByteSize(0)).deployment)
    assert [each.what for each in shop.platform.deployments.compare("shop")] == ["memory"]
    shop.live(shop.platform.deployments.rollback("shop"))
    assert limit(shop.stage, "shop") == HALF


def test_a_version_from_before_there_was_a_default_keeps_running_without(shop: Shop) -> None:
    deployed = shop.deploy()
    before = attrs.evolve(deployed, snapshot=attrs.evolve(deployed.snapshot, default_memory=None))
    [placement] = shop.records[PLACEMENTS].where(app="shop")
    assert workload(before, placement, "default").memory is None


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("", HALF),
        ("mem_limit: 64m", 64 * MIB),
        ("mem_limit: 0", None),
        ("deploy: {resources: {limits: {memory: 64M}}}", 64 * MIB),
        ("deploy: {resources: {limits: {memory: '0'}}}", None),
        ("deploy: {resources: {limits: {cpus: '0.5'}}}", HALF),
    ],
    ids=str,
)
def test_a_service_has_the_default_unless_its_file_says_otherwise(stage: Stage, said: str, becomes: int | None) -> None:
    text = f"services:\n  web:\n    image: web:1\n    {said}\n"
    release = stage.up(text)
    assert limit(stage, "shop-web") == becomes
    assert f"memory limit: {said_memory(ByteSize(becomes or 0))}" in stage.log(release)
    before = stage.running()
    stage.up(text)
    assert stage.running() == before


def test_another_default_touches_no_service_that_runs(stage: Stage) -> None:
    text = "services: {web: {image: 'web:1'}}"
    stage.up(text)
    before = stage.running()
    stage.core.platform.close()
    settings = Settings(base_domain="example.org", default_memory=ByteSize(0))
    core = compose(Home(stage.core.context.home.path), settings, ports=lambda *_: stage.core.ports)
    core.start()
    try:
        again = attrs.evolve(stage, core=core)
        again.up(text)
        assert again.running() == before
        again.up(text.replace("web:1", "web:2"))
        assert limit(again, "shop-web") is None
    finally:
        core.platform.close()


def test_a_kill_at_the_limit_names_it_and_how_to_raise_it(shop: Shop) -> None:
    shop.platform.apps.configure("shop", memory=ByteSize(64 * MIB))
    shop.link.dead.add(8080)
    shop.runtime.on_start = lambda workload: Program(exit_code=137, out_of_memory=True)
    failure = shop.ended(shop.platform.deployments.create("shop", RegistryImage("web:1"))).failure
    assert failure is not None
    assert "was killed at its memory limit of 64 MiB" in failure.message
    assert "sh0 apps configure shop --memory 128m" in failure.hint
    assert "deploy.resources.limits.memory" in failure.hint


def test_a_kill_while_it_serves_is_an_event_that_names_the_limit(shop: Shop) -> None:
    shop.deploy()
    [name] = shop.stage.running()
    until(lambda: bool(shop.runtime._listeners))
    for listener in shop.runtime._listeners:
        listener.queue.put(EngineEvent("oom", name, {"sh0.app": "shop"}))
    until(lambda: any(event.kind == "container.oom" for event in shop.platform.events.list()))
    [event] = [event for event in shop.platform.events.list() if event.kind == "container.oom"]
    assert event.message.startswith("shop-1 web 1 ")
    assert "limit of 2 GiB" in event.message
    assert "--memory 4g" in event.message


@pytest.mark.parametrize("limit", [None, ByteSize(MIB), HALF], ids=str)
def test_twice_the_limit_is_advised(limit: ByteSize | None) -> None:
    assert ("of" in killed_at(limit).split("limit")[1]) is (limit is not None)
    assert f"--memory {ByteSize((limit or 256 * MIB) * 2)}" in more_memory("shop", limit)


def test_what_a_tree_declares_counts_and_zero_is_kept() -> None:
    for declared, becomes in ((None, 5), (ByteSize(0), 0), (ByteSize(7), 7)):
        resources, _ = Declared(memory=declared).over(Resources(ByteSize(5)), HealthCheck())
        assert resources.memory == becomes


def test_limits_in_words() -> None:
    assert [said_memory(limit) for limit in (None, ByteSize(0), HALF)] == ["the default", "none", "2 GiB"]
