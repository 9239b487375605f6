"""Streams that are taken up again where they broke off."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import sh0
import sh0.frontend
from sh0.operations.caller import SYSTEM
from sh0.testing import FakeWorld, fake_world
from sh0.wire.callers import Callers
from sh0.wire.server import WireServer


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FakeWorld]:
    with fake_world(tmp_path / "home") as made:
        yield made


@pytest.fixture
def http(world: FakeWorld, tmp_path: Path) -> Iterator[httpx.Client]:
    server = WireServer(
        tmp_path / "s.sock", 0o600, world.platform, sh0.frontend.registry, Callers(lambda token, user: SYSTEM)
    )
    server.start()
    transport = httpx.HTTPTransport(uds=str(tmp_path / "s.sock"))
    with httpx.Client(base_url="http://sh0/api/v1", transport=transport, timeout=10) as client:
        yield client
    server.stop()


def ids(client: httpx.Client, path: str, wanted: int, **options: object) -> list[int]:
    """The ids of the first items of a stream."""
    found: list[int] = []
    with client.stream("GET", path, **options) as answer:  # type: ignore[arg-type]
        assert answer.status_code == 200
        for line in answer.iter_lines():
            if line.startswith("id: "):
                found.append(int(line[4:]))
            if len(found) == wanted:
                break
    return found


@pytest.mark.parametrize("options", [{"params": {"since": 1}}, {"headers": {"Last-Event-ID": "1"}}])
def test_events_go_on_after_the_last_that_was_read(
    world: FakeWorld, http: httpx.Client, options: dict[str, object]
) -> None:
    for name in ("a", "b", "c"):
        world.platform.apps.create(name)
    known = sorted(event.id for event in world.platform.events.list())
    assert ids(http, "/events/follow", 2, **options) == [known[1], known[2]]


def test_events_that_happen_meanwhile_come_once_and_in_order(world: FakeWorld) -> None:
    world.platform.apps.create("a")
    stream = world.platform.events.follow(since=0)
    first = next(stream)
    maker = threading.Thread(target=lambda: [world.platform.apps.create(f"b{n}") for n in range(20)])
    maker.start()
    seen = [first.id, *(next(stream).id for _ in range(20))]
    maker.join(10)
    assert seen == sorted(set(seen))


def test_events_without_a_number_are_those_from_now_on(world: FakeWorld) -> None:
    world.platform.apps.create("a")
    stream = world.platform.events.follow()
    world.platform.apps.create("b")
    assert next(stream).subject == "app/b"


def test_a_log_goes_on_after_the_lines_that_were_read(world: FakeWorld, http: httpx.Client) -> None:
    world.platform.apps.create("shop")
    deployment = world.platform.deployments.create("shop", sh0.RegistryImage("nothing.example.org/x:1"))
    with pytest.raises(sh0.DeploymentFailed):
        world.platform.deployments.wait("shop", deployment.id, timeout=30)
    lines = [event.text for event in world.platform.deployments.follow("shop", deployment.id)]
    assert len(lines) > 2
    assert [e.text for e in world.platform.deployments.follow("shop", deployment.id, since=2)] == lines[2:]
    path = f"/apps/shop/deployments/{deployment.id}/follow"
    assert ids(http, path, len(lines) - 2, headers={"Last-Event-ID": "2"}) == list(range(3, len(lines) + 1))
    assert ids(http, path, 1, params={"since": len(lines)}) == []


@pytest.mark.parametrize("shown", ["x", "-1", "1.5", "", "9" * 40])
def test_an_id_that_no_stream_has_given_is_refused(http: httpx.Client, shown: str) -> None:
    answer = http.get("/events/follow", headers={"Last-Event-ID": shown})
    assert answer.status_code == 422
    assert answer.json()["details"]["path"] == "$.since"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("verb", "path", "body", "location"),
    [
        ("POST", "/apps", {"name": "shop"}, "/api/v1/apps/shop"),
        ("POST", "/projects", {"name": "x"}, "/api/v1/projects/x"),
        ("POST", "/tokens", {"name": "ci"}, None),  # which cannot be read by themselves
        ("POST", "/apps/here/domains", {"host": "a.example.com"}, None),
        (
            "POST",
            "/apps/here/deployments",
            {"source": {"kind": "image", "image": "a:1"}},
            "/api/v1/apps/here/deployments/here-1",
        ),
    ],
)
def test_what_was_created_is_found_where_the_answer_says(
    world: FakeWorld, http: httpx.Client, verb: str, path: str, body: dict[str, object], location: str | None
) -> None:
    world.platform.apps.create("here")
    answer = http.request(verb, path, json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers.get("location") == location
    if location is not None:
        assert http.get(location.removeprefix("/api/v1")).status_code == 200
