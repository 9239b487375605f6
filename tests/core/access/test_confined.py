"""What a credential that is confined to one app sees of a platform."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.errors import Forbidden, Sh0Error
from sh0.operations import Caller, CallerKind, Effect, Operation, acting_as
from sh0.operations.caller import ALL
from sh0.platform import registry
from sh0.testing.platform import FakeWorld, fake_world
from sh0.wire import projection

OWN, OTHER = "mine", "theirs"
CONFINED = Caller(CallerKind.TOKEN, "ci", ALL, app=OWN)
OF_THE_PLATFORM = [o for o in registry if o.effect is Effect.READ and "app" not in {p.name for p in o.parameters}]
SHOWN = {"apps.list", "domains.authority", "events.follow", "events.list", "audit.list", "system.status"}
GIVEN = {
    "project": "default",
    "server": "local",
    "registry": "ghcr.io",
    "username": "joe",
    "password": "x",
    "stack": OTHER,
    "release": f"{OTHER}-1",
    "template": "redis",
    "words": "redis",
    "archive": "a" * 32,
    "text": "services: {}",
    "file": io.BytesIO(b"A=1"),
    "variables": {"A": "1"},
    "files": {"compose.yaml": "services: {}"},
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FakeWorld]:
    with fake_world(tmp_path) as made:
        for app in (OWN, OTHER):
            made.platform.apps.create(app)
            made.platform.domains.add(app, f"www.{app}.example.net")
            made.platform.env.set(app, {"A": app}, deploy=False)
        yield made


def answer(world: FakeWorld, operation: Operation) -> object:
    method = getattr(getattr(world.platform, operation.domain), operation.method)
    return method(**{p.name: GIVEN[p.name] for p in operation.parameters if p.required})


@pytest.mark.parametrize("operation", OF_THE_PLATFORM, ids=lambda operation: operation.name)
def test_it_sees_its_own_app_or_hears_that_it_is_confined(world: FakeWorld, operation: Operation) -> None:
    with acting_as(CONFINED):
        if operation.name not in SHOWN:
            with pytest.raises(Forbidden, match=f"{operation.name}: it is confined to the app {OWN}"):
                answer(world, operation)
            return
        found = answer(world, operation)
    if isinstance(found, Iterator):
        world.platform.apps.delete(OTHER)
        world.platform.apps.delete(OWN)
        found = next(found)
    seen = projection.dumps(found).decode()
    assert OTHER not in seen
    assert OWN in seen or operation.name in ("domains.authority", "system.status")


def test_a_list_for_a_thing_of_the_platform_is_as_long_for_it_as_its_own_part(world: FakeWorld) -> None:
    """Entries of other apps do not use up the number that was asked for."""
    for _ in range(5):
        world.platform.env.set(OTHER, {"B": "x"}, deploy=False)
    world.platform.apps.create("third")
    with acting_as(CONFINED):
        assert [event.subject for event in world.platform.events.list(limit=1)] == [f"app/{OWN}"]
        assert [entry.arguments["app"] for entry in world.platform.audit.list(limit=2)] == [OWN, OWN]
        assert world.platform.system.status().apps == 1
        assert [domain.app for domain in world.platform.domains.list()] == [OWN, OWN]


@pytest.mark.parametrize("app", [OTHER, "", None])
def test_naming_no_app_or_another_changes_nothing_for_a_call_that_changes_something(
    world: FakeWorld, app: str | None
) -> None:
    with acting_as(CONFINED), pytest.raises(Sh0Error) as refusal:
        world.platform.apps.configure(app, branch="x")  # type: ignore[arg-type]
    assert isinstance(refusal.value, Forbidden)
    with acting_as(CONFINED), pytest.raises(Forbidden):
        world.platform.domains.list(app=OTHER)


@pytest.mark.parametrize(
    "operation",
    [o for o in registry if o.effect is not Effect.READ and "app" not in {p.name for p in o.parameters}],
    ids=lambda operation: operation.name,
)
def test_it_changes_nothing_that_is_of_the_whole_platform(world: FakeWorld, operation: Operation) -> None:
    given = {**GIVEN, "name": "new", "host": f"www.{OTHER}.example.net", "to": f"{OTHER}-1"}
    method = getattr(getattr(world.platform, operation.domain), operation.method)
    with acting_as(CONFINED), pytest.raises(Forbidden, match="confined to the app"):
        method(**{p.name: given[p.name] for p in operation.parameters if p.required})
