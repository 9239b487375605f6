"""How operations look as HTTP."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

import attrs
import pytest

from sh0.errors import InvalidValue, NotFound
from sh0.operations import Effect, Operation, Operations, Registry, Scope, operation
from sh0.ports.terminal import Terminal
from sh0.values import Number, Secret
from sh0.wire import projection


@attrs.frozen
class Box:
    name: str
    id: str | None = None


class Boxes(Operations, domain="boxes"):
    """Boxes."""

    @operation("POST /boxes", effect=Effect.WRITE, scope=Scope.APPS)
    def create(self, name: str, *, key: Secret | None = None) -> Box:
        """Make one."""
        return Box(name)

    @operation("GET /boxes/{name}", effect=Effect.READ, scope=Scope.APPS)
    def get(self, name: str, *, tags: tuple[str, ...] = (), all: bool = False) -> Box:
        """Look at one."""
        return Box(name)

    @operation("POST /boxes/{name}/lids", effect=Effect.WRITE, scope=Scope.APPS)
    def add(self, name: str, colour: str = "") -> Box:
        """Add a lid, which nobody can look at."""
        return Box(colour)

    @operation("DELETE /boxes/{name}", effect=Effect.DESTROY, scope=Scope.APPS)
    def remove(self, name: str) -> None:
        """Remove one."""

    @operation("POST /boxes/{name}/open", effect=Effect.WRITE, scope=Scope.APPS)
    def open(self, name: str, how: str = "") -> None:
        """Open one."""

    @operation("POST /boxes/{name}/fill", effect=Effect.WRITE, scope=Scope.APPS)
    def fill(self, name: str, content: BinaryIO, *, label: str = "") -> None:
        """Fill one."""

    @operation("GET /boxes/{name}/log", effect=Effect.READ, scope=Scope.APPS)
    def follow(self, name: str, since: Number | None = None) -> Iterator[str]:
        """Follow what happens."""
        yield name

    @operation("GET /boxes/{name}/noise", effect=Effect.READ, scope=Scope.APPS)
    def listen(self, name: str, since: str = "") -> Iterator[str]:
        """Listen from a moment."""
        yield name

    @operation("POST /boxes/{name}/shell", effect=Effect.WRITE, scope=Scope.APPS)
    def shell(self, name: str, columns: int = 80) -> Terminal:
        """Step inside."""
        raise NotImplementedError


class Keys(Operations, domain="keys"):
    """Keys of boxes."""

    @operation("POST /boxes/{name}/keys", effect=Effect.WRITE, scope=Scope.APPS)
    def create(self, name: str, label: str) -> Box:
        """Cut one."""
        return Box(label)

    @operation("GET /boxes/{name}/keys/{label}", effect=Effect.READ, scope=Scope.APPS)
    def get(self, name: str, label: str) -> Box:
        """Look at one."""
        return Box(label)


REGISTRY = Registry.of(Boxes, Keys)


def named(method: str) -> Operation:
    return REGISTRY.get(f"boxes.{method}")


@pytest.mark.parametrize(
    ("known", "verbs"),
    [
        ((), ()),
        (("GET",), ("GET", "HEAD", "OPTIONS")),
        (("POST",), ("OPTIONS", "POST")),
        (("POST", "GET"), ("GET", "HEAD", "OPTIONS", "POST")),
    ],
)
def test_a_path_that_can_be_read_answers_head_and_every_one_options(
    known: tuple[str, ...], verbs: tuple[str, ...]
) -> None:
    assert projection.verbs(known) == verbs


@pytest.mark.parametrize(
    ("method", "arguments", "result", "answer"),
    [
        ("create", {"name": "a"}, Box("a"), (201, "/api/v1/boxes/a")),
        ("create", {"name": "a"}, Box("a", "b/c"), (201, "/api/v1/boxes/b%2Fc")),
        ("add", {"name": "a"}, Box("red"), (201, "")),
        ("open", {"name": "a"}, Box("a"), (200, "")),
        ("get", {"name": "a"}, Box("a"), (200, "")),
    ],
)
def test_what_was_created_has_a_place_if_it_can_be_read_there(
    method: str, arguments: dict[str, object], result: Box, answer: tuple[int, str]
) -> None:
    assert projection.success(REGISTRY, named(method), arguments, result) == answer


def test_the_place_of_what_was_created_is_below_what_its_request_named() -> None:
    found = projection.success(REGISTRY, REGISTRY.get("keys.create"), {"name": "a/b", "label": "c d"}, Box("c d"))
    assert found == (201, "/api/v1/boxes/a%2Fb/keys/c%20d")


@pytest.mark.parametrize(
    ("method", "given", "since"),
    [
        ("follow", {"since": 7}, 7),
        ("follow", {"since": None}, 0),
        ("follow", {}, 0),
        ("listen", {"since": "1h"}, None),
        ("get", {}, None),
    ],
)
def test_only_a_stream_with_numbers_can_be_taken_up_again(
    method: str, given: dict[str, object], since: int | None
) -> None:
    assert projection.since(named(method), given) == since
    assert projection.resumes(named(method)) is (since is not None)


@pytest.mark.parametrize(
    ("method", "in_query"),
    [
        ("create", False),
        ("open", False),
        ("get", True),
        ("remove", True),
        ("fill", True),
        ("follow", True),
        ("shell", True),
    ],
)
def test_arguments_travel_in_the_query_where_there_is_no_json(method: str, in_query: bool) -> None:
    assert projection.in_query(named(method)) is in_query


@pytest.mark.parametrize(
    ("method", "arguments", "path", "body"),
    [
        ("create", {"name": "a", "key": Secret("k")}, "/boxes", {"name": "a", "key": "k"}),
        ("open", {"name": "a b/c", "how": "slowly"}, "/boxes/a%20b%2Fc/open", {"how": "slowly"}),
        ("open", {"name": "a"}, "/boxes/a/open", {}),
        ("get", {"name": "a"}, "/boxes/a", None),
        ("get", {"name": "a", "tags": ("x", "y z"), "all": True}, "/boxes/a?tags=x&tags=y+z&all=true", None),
        ("get", {"name": "a", "tags": (), "all": False}, "/boxes/a?all=false", None),
        ("follow", {"name": "a", "since": None}, "/boxes/a/log", None),
        ("follow", {"name": "a", "since": 7}, "/boxes/a/log?since=7", None),
    ],
)
def test_a_call_becomes_a_request(
    method: str, arguments: dict[str, object], path: str, body: dict[str, object] | None
) -> None:
    assert projection.target(named(method), arguments) == (f"/api/v1{path}", body)


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_value_that_would_make_another_path_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        projection.target(named("get"), {"name": name})
    assert refused.value.details["path"] == "$.name"


@pytest.mark.parametrize(
    ("method", "query", "known"),
    [
        ("get", "all=true&odd=1&tags=", {"name": "a", "all": "true", "tags": ""}),
        ("get", "name=b", {"name": "a"}),
        ("open", "how=slowly", {"name": "a"}),
    ],
)
def test_what_is_known_before_the_body_is_read(method: str, query: str, known: dict[str, object]) -> None:
    assert projection.known(named(method), {"name": "a"}, query) == known


@pytest.mark.parametrize(
    ("method", "query", "body", "arguments"),
    [
        ("get", "", b"", {"name": "a"}),
        ("get", "tags=x&tags=y&all=true", b"ignored", {"name": "a", "tags": ("x", "y"), "all": True}),
        ("follow", "since=7", b"", {"name": "a", "since": 7}),
        ("listen", "since=", b"", {"name": "a", "since": ""}),
        ("open", "", b'{"how": "slowly"}', {"name": "a", "how": "slowly"}),
        ("open", "how=ignored", b" \n", {"name": "a"}),
        ("open", "", b'{"name": "another"}', {"name": "a"}),
    ],
)
def test_a_request_becomes_a_call(method: str, query: str, body: bytes, arguments: dict[str, object]) -> None:
    assert projection.arguments(named(method), {"name": "a"}, query, body) == arguments


def test_the_body_of_an_upload_takes_the_place_of_its_parameter() -> None:
    found = projection.arguments(named("fill"), {"name": "a"}, "label=x", b"")
    assert isinstance(found.pop("content"), BytesIO)
    assert found == {"name": "a", "label": "x"}


@pytest.mark.parametrize(
    ("method", "query", "since"), [("follow", "", 9), ("follow", "since=7", 7), ("listen", "", None)]
)
def test_the_header_of_a_stream_counts_where_the_query_says_nothing(method: str, query: str, since: int | None) -> None:
    assert projection.arguments(named(method), {"name": "a"}, query, b"", "9").get("since") == since


@pytest.mark.parametrize(
    ("method", "query", "body", "path", "reason"),
    [
        ("get", "name=b", b"", "$.name", "given twice"),
        ("open", "", b"{", "$", "not JSON"),
        ("open", "", b"\xff", "$", "not JSON"),
        ("open", "", b"[1]", "$", "not an object"),
        ("open", "", b'{"how": "a", "how": "b"}', "$", "given twice"),
        ("open", "", b'{"how": {"x": 1, "x": 2}}', "$", "given twice"),
        ("open", "", b"[" * 200_000, "$", "nested too deeply"),
    ],
)
def test_a_request_that_cannot_be_read_is_refused_with_its_place(
    method: str, query: str, body: bytes, path: str, reason: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        projection.arguments(named(method), {"name": "a"}, query, body)
    assert (refused.value.details["path"], refused.value.details["reason"]) == (path, reason)


def test_a_body_that_is_nested_too_deeply_is_refused() -> None:
    deep = json.dumps({"how": json.loads("[" * 500 + "]" * 500)}).encode()
    with pytest.raises(InvalidValue):
        projection.arguments(named("open"), {"name": "a"}, "", deep)


def test_an_error_is_a_document_with_its_status() -> None:
    status, document = projection.problem(NotFound("no such box", hint="Look again.", noun="box"))
    assert status == document["status"] == 404
    assert document["title"] == "Not found"
    assert document["detail"] == "no such box"


def test_a_value_is_compact_json_in_which_nothing_is_secret() -> None:
    assert projection.dumps({"é": [1, Secret("hunter22")]}).decode().startswith('{"é":[1,"')
    assert b"hunter22" not in projection.dumps([Secret("hunter22")])
