"""Which events a credential is shown: by its scopes, by its app, and as it is when the event comes."""

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from sh0.access.credentials import digest
from sh0.errors import Forbidden, Unauthenticated
from sh0.operations import Caller, CallerKind, acting_as
from sh0.records.credential import TOKENS
from sh0.records.event_payloads import AddressPayload, AppPayload, DeploymentPayload, ServerPayload, StackPayload
from sh0.records.event_types import EventType
from sh0.testing.platform import FakeWorld, fake_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FakeWorld]:
    with fake_world(tmp_path) as made:
        yield made


def happen(world: FakeWorld) -> None:
    emit = world.core.context.journal.emit
    for app in ("mine", "theirs"):
        emit(EventType.APP_STOPPED, AppPayload(app), app)
        emit(EventType.DEPLOYMENT_LIVE, DeploymentPayload(app, f"{app}-1"), app)
    emit(EventType.STACK_DELETED, StackPayload("wiki"), "")
    emit(EventType.PLATFORM_DEGRADED, ServerPayload("local", "no disk"), "no disk")
    emit(EventType.ACCESS_REFUSED, AddressPayload("10.0.0.9", "a token", 1), "")


EVERYTHING = [
    *(f"{kind} app/{app}" for app in ("mine", "theirs") for kind in ("app.stopped", "deployment.live")),
    "stack.deleted stack/wiki",
    "platform.degraded server/local",
    "access.refused address/10.0.0.9",
]
SHOWN = {
    ("audit:read", None): EVERYTHING,
    ("*:read", None): EVERYTHING,
    ("apps:read", None): ["app.stopped app/mine", "app.stopped app/theirs"],
    ("apps:destroy", None): ["app.stopped app/mine", "app.stopped app/theirs"],
    ("deployments:write", None): ["deployment.live app/mine", "deployment.live app/theirs"],
    ("stacks:read", None): ["stack.deleted stack/wiki"],
    ("servers:read", None): ["platform.degraded server/local"],
    ("access:read", None): ["access.refused address/10.0.0.9"],
    ("apps:read", "mine"): ["app.stopped app/mine"],
    ("audit:read", "mine"): ["app.stopped app/mine", "deployment.live app/mine"],
    ("stacks:read", "mine"): [],
}


def names(events: object) -> list[str]:
    return [f"{event.kind.value} {event.subject}" for event in events]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("grant", "app"), SHOWN, ids=str)
def test_a_credential_reads_what_its_scopes_and_its_app_cover(world: FakeWorld, grant: str, app: str | None) -> None:
    with acting_as(Caller(CallerKind.TOKEN, "ci", frozenset([grant]), app)):
        follower = world.platform.events.follow()
        happen(world)
        assert names(reversed(world.platform.events.list())) == SHOWN[grant, app]
        wanted = SHOWN[grant, app]
        assert names(next(follower) for _ in wanted) == wanted


def test_the_limit_counts_what_is_shown(world: FakeWorld) -> None:
    for _ in range(3):
        happen(world)
    with acting_as(Caller(CallerKind.TOKEN, "ci", frozenset(["stacks:read"]))):
        assert names(world.platform.events.list(limit=2)) == ["stack.deleted stack/wiki"] * 2


@pytest.mark.parametrize("grant", ["env:destroy", "domains:read", "projects:read", "host:destroy"])
def test_a_credential_for_none_of_them_is_refused_with_the_scopes_named(world: FakeWorld, grant: str) -> None:
    with acting_as(Caller(CallerKind.TOKEN, "ci", frozenset([grant]))):
        with pytest.raises(Forbidden, match="needs audit:read, or to see a part of it access, apps, deployments"):
            world.platform.events.list()
        with pytest.raises(Forbidden):
            world.platform.events.follow()


def test_a_stream_shows_what_its_credential_may_read_when_the_event_comes(world: FakeWorld) -> None:
    issued = world.platform.tokens.create("ci", grants=("audit:read",))
    caller = world.core.credentials.caller(issued.token)
    records = world.core.context.records
    with acting_as(caller):
        follower = world.platform.events.follow()
        happen(world)
        assert names([next(follower)]) == ["app.stopped app/mine"]
        token = records[TOKENS].get("ci")
        records[TOKENS].save(attrs.evolve(token, grants=("stacks:read",)))
        assert names([next(follower)]) == ["stack.deleted stack/wiki"]
        happen(world)
        records[TOKENS].delete("ci")
        with pytest.raises(Unauthenticated, match="the credential of token:ci has ended"):
            next(follower)
    assert digest(issued.token) == token.digest
