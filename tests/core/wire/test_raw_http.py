"""The server against clients that are not ours."""

import itertools
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sh0.wire.callers import Callers
from sh0.wire.server import WireServer
from tests.core.wire.conftest import REGISTRY, World, eventually, identify


@pytest.fixture
def http(world: World) -> Iterator[httpx.Client]:
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(world.socket)), base_url="http://sh0") as client:
        yield client


def connect(world: World) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(5)
    connection.connect(str(world.socket))
    return connection


def exchange(world: World, request: bytes) -> tuple[int, bytes]:
    """Send bytes, read until the other end closes."""
    with connect(world) as connection:
        try:
            connection.sendall(request)
        except OSError:
            pass
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except ConnectionResetError:
            pass  # the end of a connection whose last bytes the server did not want to read
    return (int(received.split(b" ", 2)[1]) if received else 0), received


def check_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["title"]
    assert problem["detail"]
    return problem


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/api/v1/nothing"),
        ("GET", "/"),
        ("GET", "/parts"),
        ("GET", "/api/v1/parts/"),
        ("GET", "/api/v1"),
        ("GET", "/api/v2/parts"),
        ("DELETE", "/api/v1/parts/a%2fb/c"),
        ("OPTIONS", "/api/v1/nothing"),
    ],
)
def test_an_unknown_route_or_a_wrong_method_is_not_found(http: httpx.Client, verb: str, path: str) -> None:
    check_problem(http.request(verb, path), 404, "not-found")


@pytest.mark.parametrize(
    "body",
    ["{", "nonsense", "[]", "5", '"x"', "null", "[" * 60_000, "9" * 5000, b"\xff\xfe", '{"a": 1'],
    ids=range(10),
)
def test_a_body_that_is_no_json_object_is_refused(http: httpx.Client, body: str | bytes) -> None:
    check_problem(http.post("/api/v1/parts", content=body), 422, "invalid-value")


LARGEST = 64 << 10


@pytest.mark.parametrize("size", [LARGEST + 1, 8 << 20, 10**15])
def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(world: World, size: int) -> None:
    with connect(world) as connection:
        connection.sendall(f"POST /api/v1/parts HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode())
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    assert received.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too-large"' in received
    assert [record.outcome for record in world.audit] == ["too-large"]  # type: ignore[attr-defined]


def test_a_body_that_does_not_say_how_large_it_is_is_read_no_further_than_the_limit(world: World) -> None:
    head = b"POST /api/v1/parts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
    assert exchange(world, head + chunk * 5)[0] == 413


def test_the_largest_body_that_an_operation_takes_is_read(http: httpx.Client) -> None:
    check_problem(http.post("/api/v1/parts", content=b"[" + b" " * (LARGEST - 2) + b"]"), 422, "invalid-value")
    check_problem(http.post("/api/v1/parts", content=b"[" + b" " * (LARGEST - 1) + b"]"), 413, "too-large")


def test_a_body_for_the_description_of_the_api_is_not_waited_for(world: World) -> None:
    status, received = exchange(
        world, b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nabc"
    )
    assert status == 200
    assert b"connection: close" in received.lower()


@pytest.mark.parametrize(
    ("verb", "target", "body"),
    [
        ("POST", "/api/v1/parts", b"{"),
        ("POST", "/api/v1/parts", b'{"name": 1}'),
        ("POST", "/api/v1/parts/upload?limit=many", b""),
        ("POST", "/api/v1/flow/terminal?columns=wide", b""),
        ("DELETE", "/api/v1/parts/one?name=two", b""),
    ],
)
def test_a_call_whose_arguments_cannot_be_read_is_authorised_first_and_audited(
    world: World, http: httpx.Client, verb: str, target: str, body: bytes
) -> None:
    refused = http.request(verb, target, content=body, headers={"authorization": "Bearer reader"})
    check_problem(refused, 403, "forbidden")
    check_problem(http.request(verb, target, content=body), 422, "invalid-value")
    assert [record.outcome for record in world.audit] == ["forbidden", "invalid-value"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "$.name"),
        ({"name": "x"}, "$.shape"),
        ({"name": "x", "shape": {"kind": "wheel", "spokes": 1}, "colour": 1}, "$.colour"),
        ({"name": "x", "shape": {"kind": "wheel", "spokes": "1"}}, "$.shape.spokes"),
        ({"name": "x", "shape": {"kind": "wheel", "spokes": 1}, "size": -1}, "$.size"),
        ({"name": "x", "shape": {"kind": "wing", "span": float("nan")}}, "$.shape.span"),
        ({"name": "\ud800", "shape": {"kind": "wheel", "spokes": 1}}, "$.name"),
        ({"name": "x", "shape": {"kind": "wheel", "spokes": 10**30}}, "$.shape.spokes"),
    ],
)
def test_an_argument_that_does_not_fit_is_named(http: httpx.Client, body: dict[str, object], path: str) -> None:
    problem = check_problem(http.post("/api/v1/parts", content=json.dumps(body)), 422, "invalid-value")
    assert problem["details"]["path"] == path


@pytest.mark.parametrize("query", ["limit=x", "limit=", "surprise=1", "big=maybe", f"limit={10**30}"])
def test_a_query_that_does_not_fit_is_refused(http: httpx.Client, query: str) -> None:
    check_problem(http.get(f"/api/v1/parts?{query}"), 422, "invalid-value")


def test_a_query_cannot_say_otherwise_than_the_path(world: World, http: httpx.Client) -> None:
    """Who reads the path of a request in a log, or guards it, must be able to rely on it."""
    check_problem(http.delete("/api/v1/parts/one?name=two"), 422, "invalid-value")
    assert world.parts.deleted == []


def test_the_path_goes_before_the_body(http: httpx.Client) -> None:
    check_problem(http.post("/api/v1/parts/not-found/fail", json={"name": "fault"}), 404, "not-found")


def test_a_percent_encoded_climb_is_only_a_text(world: World, http: httpx.Client) -> None:
    answer = exchange(
        world, b"DELETE /api/v1/parts/wheel/notes/%2e%2e HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    assert answer[0] == 200
    assert b'"wheel: .."' in answer[1]
    assert world.parts.deleted == []


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ("Bearer reader", 403, "forbidden"),
        ("bearer writer", 200, None),
        ("Bearer wrong", 401, "unauthenticated"),
        ("Bearer nobody", 401, "unauthenticated"),
        ("Bearer", 401, "unauthenticated"),
    ],
)
def test_a_bearer_token_decides(http: httpx.Client, header: str, status: int, code: str | None) -> None:
    answer = http.delete("/api/v1/parts/x", headers={"authorization": header})
    assert answer.status_code == status
    if code:
        check_problem(answer, status, code)


def test_an_empty_result_is_null(http: httpx.Client) -> None:
    assert http.delete("/api/v1/parts/x").json() is None


def test_a_fault_tells_nothing_but_what_it_was(http: httpx.Client) -> None:
    problem = check_problem(http.post("/api/v1/parts/fault/fail"), 500, "error")
    assert "Traceback" not in str(problem)


def test_the_api_describes_itself_to_anybody(http: httpx.Client) -> None:
    document = http.get("/api/v1/openapi.json", headers={"authorization": "Bearer wrong"}).json()
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {f"/api/v1{operation.path}" for operation in REGISTRY}


def test_one_connection_serves_many_requests(world: World) -> None:
    """Values, errors, streams and uploads, one after the other."""
    with connect(world) as connection:
        file = connection.makefile("rb")

        def ask(head: str, body: bytes = b"") -> tuple[int, bytes]:
            lines = [f"{head} HTTP/1.1", "Host: sh0", f"Content-Length: {len(body)}", "", ""]
            connection.sendall("\r\n".join(lines).encode() + body)
            status = int(file.readline().split()[1])
            headers = {}
            while (line := file.readline().strip()) != b"":
                name, _, value = line.partition(b": ")
                headers[name.lower()] = value
            if b"content-length" in headers:
                return status, file.read(int(headers[b"content-length"]))
            received = b""
            while size := int(file.readline(), 16):
                received += file.read(size)
                file.readline()
            file.readline()
            return status, received

        assert ask("GET /api/v1/parts") == (200, b'["10","False"]')
        assert ask("POST /api/v1/parts", b"{")[0] == 422
        assert ask("GET /api/v1/nothing")[0] == 404
        assert ask("GET /api/v1/flow/count?to=2") == (200, b":\n\ndata: 0\n\ndata: 1\n\n")
        assert ask("POST /api/v1/parts/upload", b"12345") == (200, b'":5"')
        assert ask("GET /api/v1/flow/break?how=x")[1].endswith(b"}\n\n")
        assert ask("GET /api/v1/parts/who")[0] == 200
        file.close()


def test_requests_may_be_sent_before_the_answers_are_read(world: World) -> None:
    request = b"GET /api/v1/parts HTTP/1.1\r\nHost: sh0\r\n\r\n"
    last = b"GET /api/v1/parts HTTP/1.1\r\nHost: sh0\r\nConnection: close\r\n\r\n"
    _, received = exchange(world, request * 3 + last)
    assert received.count(b'["10","False"]') == 4


def test_an_older_client_gets_its_answer_and_the_end(world: World) -> None:
    status, received = exchange(world, b"GET /api/v1/flow/count?to=2 HTTP/1.0\r\n\r\n")
    assert status == 200
    assert received.endswith(b"data: 0\n\ndata: 1\n\n")


def test_a_client_that_asks_whether_to_go_on_is_told_to(world: World) -> None:
    head = b"POST /api/v1/parts/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    with connect(world) as connection:
        connection.sendall(head)
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"abc")
        assert connection.recv(1000).endswith(b'":3"')


def test_a_client_that_asks_whether_to_go_on_learns_that_it_may_not(world: World) -> None:
    head = (
        b"POST /api/v1/parts/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n"
        b"Authorization: Bearer reader\r\n\r\n"
    )
    status, _ = exchange(world, head)
    assert status == 403


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"POST /api/v1/parts HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"\x16\x03\x01\x02\x00\x01", 400),
    ],
    ids=["huge header", "huge path", "nonsense", "no host", "bad length", "bad encoding", "tls"],
)
def test_what_is_not_http_is_answered_as_far_as_possible(world: World, request_: bytes, status: int) -> None:
    answered, received = exchange(world, request_)
    assert answered in (status, 400)
    assert b"application/problem+json" in received


def test_a_body_that_is_too_large_is_refused(world: World) -> None:
    head = f"POST /api/v1/parts HTTP/1.1\r\nHost: x\r\nContent-Length: {64 << 20}\r\n\r\n".encode()
    status, received = exchange(world, head + bytes(9 << 20))
    assert status == 413
    assert b"larger than 64 KiB" in received


@pytest.mark.parametrize(
    "cut",
    [
        b"",
        b"GET /api/v1/pa",
        b"POST /api/v1/parts/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
        b"POST /api/v1/parts HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{",
        b"POST /api/v1/parts/upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_a_client_that_leaves_in_the_middle_is_let_go(world: World, http: httpx.Client, cut: bytes) -> None:
    with connect(world) as connection:
        connection.sendall(cut)
    assert http.get("/api/v1/parts").status_code == 200
    eventually(lambda: len(world.server._connections) <= 1)


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/xml", "application/octet-stream"])
def test_a_body_of_another_type_is_refused_with_the_right_one(http: httpx.Client, kind: str) -> None:
    answer = http.post("/api/v1/parts", content=b'{"name": "wheel"}', headers={"content-type": kind})
    problem = check_problem(answer, 415, "invalid")
    assert problem["type"] == "urn:sh0:invalid"
    assert "application/json" in problem["hint"]
    assert answer.headers["accept"] == "application/json"
    assert http.get("/api/v1/parts", headers={"content-type": kind}).status_code == 200


def test_a_form_is_no_archive(world: World, http: httpx.Client) -> None:
    answer = http.post("/api/v1/parts/upload", files={"archive": b"bytes of an archive"})
    assert "--data-binary" in check_problem(answer, 415, "invalid")["hint"]
    assert answer.headers["accept"] == "application/octet-stream"


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "application/merge-patch+json", "text/plain", ""]
)
def test_json_is_read_whatever_a_client_that_was_told_nothing_calls_it(http: httpx.Client, kind: str) -> None:
    shape = b'{"name": "wheel", "shape": {"kind": "wheel", "spokes": 1}}'
    for each in (kind, "application/x-www-form-urlencoded"):
        headers = {"content-type": each} if each else {}
        assert http.post("/api/v1/parts", content=shape, headers=headers).status_code == 200


def test_what_is_not_json_is_answered_with_what_to_send(http: httpx.Client) -> None:
    answer = http.post("/api/v1/parts", data={"name": "wheel"})
    assert "application/json" in check_problem(answer, 422, "invalid-value")["hint"]


def test_a_terminal_needs_an_upgrade(world: World, http: httpx.Client) -> None:
    answer = http.post("/api/v1/flow/terminal")
    check_problem(answer, 426, "invalid")
    assert http.get("/api/v1/parts").status_code == 200


def test_a_silent_stream_shows_now_and_then_that_it_is_alive(
    world: World, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sh0.wire import streaming

    monkeypatch.setattr(streaming, "_KEEP_ALIVE", 0.02)
    silence = threading.Event()

    def quiet() -> Iterator[int]:
        silence.wait(5)
        yield 1

    monkeypatch.setattr(world.flow, "endless", quiet)
    with http.stream("GET", "/api/v1/flow/endless") as answer:
        lines = answer.iter_lines()
        assert next(lines) == ":"
        silence.set()
        assert "data: 1" in list(lines)


def test_a_client_that_left_a_silent_stream_is_noticed(
    world: World, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sh0.wire import streaming

    monkeypatch.setattr(streaming, "_KEEP_ALIVE", 0.02)
    silence, closed = threading.Event(), threading.Event()

    def quiet() -> Iterator[int]:
        try:
            yield 0
            silence.wait(5)
            yield 1
        finally:
            closed.set()

    monkeypatch.setattr(world.flow, "endless", quiet)
    with http.stream("GET", "/api/v1/flow/endless") as answer:
        next(answer.iter_lines())
    eventually(lambda: not world.server._connections)
    silence.set()
    assert closed.wait(5)


def test_the_user_at_the_other_end_is_read_from_the_socket(world: World, tmp_path: Path) -> None:
    import os

    seen: list[tuple[str | None, int]] = []

    def remember(token: str | None, user: int) -> Any:
        seen.append((token, user))
        return identify(token, user)

    server = WireServer(tmp_path / "t.sock", 0o600, world, REGISTRY, Callers(remember))
    server.start()
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(tmp_path / "t.sock")), base_url="http://sh0") as client:
        client.get("/api/v1/parts/who")
        client.get("/api/v1/parts/who", headers={"authorization": "Bearer reader"})
    server.stop()
    assert seen == [(None, os.geteuid()), ("reader", os.geteuid())]


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_a_verb_that_a_path_does_not_have_is_told_which_it_has(http: httpx.Client, verb: str) -> None:
    answer = http.request(verb, "/api/v1/parts")
    check_problem(answer, 405, "invalid")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_options_name_the_verbs_and_head_has_no_body(http: httpx.Client) -> None:
    answer = http.options("/api/v1/parts/x")
    assert (answer.status_code, answer.headers["allow"]) == (204, "DELETE, OPTIONS")
    head, got = http.head("/api/v1/parts"), http.get("/api/v1/parts")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(got.content)))
    assert http.head("/api/v1/flow/endless").content == b""


HEAD = b"POST /api/v1/parts/upload HTTP/1.1\r\nHost: x\r\n"
LIST = b"GET /api/v1/parts HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"GET /api/v1/parts HTTP/1.1\nHost: x\n\n",
        b"GET /api/v1/parts HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
        b"GET /api/v1/parts HTTP/1.1\r\nHost: x\rX: y\r\n\r\n",
        LIST + b"X: a\r\n b\r\n\r\n",
        LIST + b"X: a\r\n\tb\r\n\r\n",
        LIST + b"Authorization: Bearer reader\r\nAuthorization: Bearer writer\r\n\r\n",
        LIST + b"Host: y\r\n\r\n",
        b"GET /api/v1/parts HTTP/1.1\r\nHost : x\r\n\r\n",
        LIST + b"X: a\x00b\r\n\r\n",
        HEAD + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        HEAD + b"Content-Length: 3, 3\r\n\r\nabc",
        HEAD + b"Content-Length: +3\r\n\r\nabc",
        HEAD + b"Content-Length: 0x3\r\n\r\nabc",
        HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
    ],
)
def test_what_two_programs_could_read_differently_is_refused(world: World, request_: bytes) -> None:
    status, received = exchange(world, request_)
    assert status in (400, 501)
    assert received.count(b"HTTP/1.1 ") == 1


def test_nothing_is_read_behind_the_trailers_of_a_body(world: World) -> None:
    body = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    status, received = exchange(world, HEAD + body + LIST + b"\r\n")
    assert status == 200
    assert received.count(b"HTTP/1.1 ") == 1


def test_a_body_is_not_read_before_it_is_known_who_sends_it(world: World) -> None:
    status, _ = exchange(world, HEAD + b"Content-Length: 1000000\r\nAuthorization: Bearer nobody\r\n\r\nabc")
    assert status == 401
    assert [record.outcome for record in world.audit] == ["unauthenticated"]  # type: ignore[attr-defined]


def test_a_head_has_a_limit_that_a_trickle_does_not_extend(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from sh0.wire import server

    monkeypatch.setattr(server, "_HEAD", 0.3)

    def trickle(connection: socket.socket) -> None:
        for letter in itertools.cycle(b"GET / HTTP/1.1 "):
            connection.sendall(bytes([letter]))
            threading.Event().wait(0.02)

    with connect(world) as connection:
        with pytest.raises(OSError):
            trickle(connection)


def test_idle_connections_give_way(world: World, http: httpx.Client) -> None:
    held = [connect(world) for _ in range(300)]
    assert http.get("/api/v1/parts").status_code == 200
    assert len(world.server._connections) <= 257
    for connection in held:
        connection.close()
