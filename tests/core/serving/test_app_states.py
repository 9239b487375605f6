"""Which states of apps are reported, when, and which are not."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

import sh0
from sh0.errors import EngineUnavailable
from sh0.ports.runtime import Instance, Workload
from sh0.records.app import APPS, AppState
from sh0.records.event_payloads import AppStatePayload
from sh0.records.event_types import EventType
from sh0.serving.app_states import AppStates
from sh0.testing import FakeWorld, fake_image, fake_world
from sh0.values import LOCAL
from tests.core.contexts import context_of

IMAGE = "web:1"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FakeWorld]:
    with fake_world(tmp_path) as made:
        made.runtime.registry[IMAGE] = fake_image(IMAGE)
        yield made


def beginning(world: FakeWorld) -> AppStates:
    """What looks at states as if the platform had just been started."""
    core = world.core
    context = context_of(core.context.records, world.clock, core.context.home.path)
    return AppStates(attrs.evolve(context, fleet=core.context.fleet, journal=core.context.journal), LOCAL)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def states(world: FakeWorld) -> list[tuple[str, AppState, AppState]]:
    found = [event.payload for event in world.platform.events.list(limit=500) if event.kind is EventType.APP_STATE]
    return [(each.app, each.before, each.state) for each in reversed(found) if isinstance(each, AppStatePayload)]


def deployed(world: FakeWorld, app: str = "shop") -> str:
    world.platform.apps.create(app)
    made = world.platform.deployments.create(app, sh0.RegistryImage(IMAGE))
    ended = world.platform.deployments.wait(app, made.id, timeout=20)
    assert ended.state.value == "live"
    until(lambda: (app, AppState.NEW, AppState.LIVE) in states(world))
    return next(each.container for each in world.platform.apps.status(app).instances)


def test_an_app_that_goes_live_and_is_stopped_is_reported_with_what_it_was(world: FakeWorld) -> None:
    deployed(world)
    world.platform.apps.stop("shop")
    wanted = [("shop", AppState.NEW, AppState.LIVE), ("shop", AppState.LIVE, AppState.STOPPED)]
    until(lambda: states(world) == wanted)
    [stopped] = [event for event in world.platform.events.list() if event.kind == "app.state"][:1]
    assert (stopped.subject, stopped.message) == ("app/shop", "shop is stopped; it was live")


def test_an_app_without_a_version_is_no_news(world: FakeWorld) -> None:
    world.platform.apps.create("empty")
    deployed(world)
    assert {app for app, _, _ in states(world)} == {"shop"}


def test_a_container_that_ends_is_reported_as_soon_as_the_engine_says_so(
    world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = deployed(world)
    reported, apply = threading.Event(), world.runtime.apply

    def repair(workload: Workload) -> Instance:
        assert reported.wait(20)
        return apply(workload)

    monkeypatch.setattr(world.runtime, "apply", repair)
    world.runtime.end(container)
    until(lambda: states(world)[-1] == ("shop", AppState.LIVE, AppState.DOWN))
    reported.set()
    until(lambda: states(world)[-1] == ("shop", AppState.DOWN, AppState.LIVE))


def test_an_app_of_which_one_container_ended_is_degraded(world: FakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed(world)
    scaled = world.platform.apps.scale("shop", 2)
    assert scaled is not None
    world.platform.deployments.wait("shop", scaled.id, timeout=20)
    placed = [each.container for each in world.platform.apps.status("shop").instances]
    observe = world.runtime.observe
    monkeypatch.setattr(world.runtime, "observe", lambda labels: [i for i in observe(labels) if i.name != placed[0]])

    def seen() -> bool:
        world.clock.advance(60)  # a look that was under way may have observed what was before
        return states(world)[-1] == ("shop", AppState.LIVE, AppState.DEGRADED)

    until(seen)


def test_what_was_reported_before_a_restart_is_not_reported_again(world: FakeWorld) -> None:
    deployed(world)
    before = states(world)
    started_again = beginning(world)
    assert started_again.look() is None
    assert states(world) == before


def test_apps_from_before_states_were_reported_are_known_as_they_are(world: FakeWorld) -> None:
    deployed(world)
    world.core.context.records.database.execute("delete from events")
    started_again = beginning(world)
    assert started_again.look() is None
    assert states(world) == []


def test_the_state_of_an_app_that_was_deleted_says_nothing_of_one_with_its_name(world: FakeWorld) -> None:
    deployed(world)
    world.platform.apps.delete("shop")
    world.clock.advance(1)
    world.platform.apps.create("shop")
    started_again = beginning(world)
    before = states(world)
    assert started_again.look() is None
    assert states(world) == before


def test_while_the_engine_is_away_no_state_is_made_up(world: FakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed(world)
    before = states(world)

    def away(labels: object) -> None:
        raise EngineUnavailable("the engine at secret-host does not answer")

    monkeypatch.setattr(world.runtime, "observe", away)
    looking = beginning(world)
    assert looking.look() == "the states of apps are unknown: engine-unavailable"
    assert states(world) == before


def test_an_app_that_changes_while_it_is_looked_at_is_looked_at_again(
    world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was observed is of the version before, so that the new one would seem to be down."""
    deployed(world)
    before = states(world)
    records, observe = world.core.context.records, world.runtime.observe
    app = records[APPS].get("shop")
    looking = beginning(world)

    def meanwhile(labels: object) -> object:
        records[APPS].save(attrs.evolve(app, branch="other"))
        return []

    monkeypatch.setattr(world.runtime, "observe", meanwhile)
    assert looking.look() is None
    assert states(world) == before
    assert looking.due.take()
    monkeypatch.setattr(world.runtime, "observe", observe)
