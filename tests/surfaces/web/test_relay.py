"""The API through the web process."""

import http.client
import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

import sh0
from sh0.errors import DaemonUnreachable, NotFound, Unauthenticated
from tests.surfaces.platform_stub import TOKEN, StubPlatform, make_event
from tests.surfaces.web.web_process import UPLOAD_LIMIT, WebProcess

BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def platform(web: WebProcess) -> Iterator[sh0.Platform]:
    with sh0.connect(web.url, token=TOKEN) as connected:
        yield connected


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def descriptors(web: WebProcess) -> int:
    return len(os.listdir(f"/proc/{web.process.pid}/fd"))


def idle_descriptors(web: WebProcess) -> int:
    """How many the web process holds once connections of earlier tests are gone."""
    count, since = descriptors(web), time.monotonic()
    while time.monotonic() - since < 0.3:
        time.sleep(0.02)
        if descriptors(web) != count:
            count, since = descriptors(web), time.monotonic()
    return count


def test_values_come_as_they_do_from_the_socket(stub: StubPlatform, platform: sh0.Platform) -> None:
    with sh0.connect(home=stub.socket.parent.parent) as local:
        assert platform.apps.list() == local.apps.list()
    assert [line.text for line in platform.apps.logs("shop", tail=2)] == ["line 0", "line 1"]


def test_a_json_body_reaches_the_daemon(platform: sh0.Platform) -> None:
    assert platform.apps.create("new").name == "new"


def test_errors_of_the_daemon_pass_unchanged(platform: sh0.Platform) -> None:
    with pytest.raises(NotFound) as caught:
        platform.apps.get("nothere")
    assert caught.value.hint == "See 'sh0 apps list'."
    assert caught.value.details == {"app": "nothere"}


def test_the_daemon_judges_the_credential(web: WebProcess) -> None:
    with sh0.connect(web.url, token="wrong") as nobody, pytest.raises(Unauthenticated):
        nobody.apps.list()
    answer = httpx.get(f"{web.url}/api/v1/apps")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_upload_arrives_whole(stub: StubPlatform, platform: sh0.Platform) -> None:
    size = 20 << 20
    deployment = platform.deployments.upload("shop", io.BytesIO(b"x" * size), label="now & then")
    assert stub.deployments.received == size
    assert deployment.revision == "now & then"


def test_an_upload_of_known_size_arrives_whole(stub: StubPlatform, web: WebProcess) -> None:
    url = f"{web.url}/api/v1/apps/shop/deployments/upload"
    assert httpx.post(url, content=b"y" * 3_000_001, headers=BEARER).status_code == 200
    assert stub.deployments.received == 3_000_001


def test_a_refused_upload_is_answered_before_it_is_sent(web: WebProcess) -> None:
    with sh0.connect(web.url, token="wrong") as nobody, pytest.raises(Unauthenticated):
        nobody.deployments.upload("shop", io.BytesIO(b"x" * (40 << 20)))


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_a_body_is_refused(web: WebProcess, chunked: bool) -> None:
    url = f"{web.url}/api/v1/apps/shop/deployments/upload"
    piece = b"z" * (1 << 20)
    whole = (UPLOAD_LIMIT >> 20) + 1
    content = (piece for _ in range(whole)) if chunked else piece * whole
    answer = httpx.post(url, content=content, headers=BEARER, timeout=30)
    assert answer.status_code == 413
    assert answer.json()["code"] == "invalid"


def test_a_client_that_hangs_up_ends_its_upload(stub: StubPlatform, web: WebProcess) -> None:
    stub.deployments.broke_off.clear()
    connection = http.client.HTTPConnection(web.address)
    connection.putrequest("POST", "/api/v1/apps/shop/deployments/upload")
    connection.putheader("Authorization", BEARER["Authorization"])
    connection.putheader("Content-Length", "1000000")
    connection.endheaders(b"x" * 100_000)
    connection.close()
    assert stub.deployments.broke_off.wait(10)


def test_events_arrive_as_they_happen(stub: StubPlatform, platform: sh0.Platform) -> None:
    stream = platform.events.follow()
    for number in (1, 2, 3):
        stub.events.pending.put(make_event(number))
        assert next(stream).id == number
    stub.events.pending.put(None)
    assert list(stream) == []


def test_a_client_that_hangs_up_ends_the_stream_behind_the_web_process(stub: StubPlatform, web: WebProcess) -> None:
    before = idle_descriptors(web)
    with httpx.stream("GET", f"{web.url}/api/v1/events/follow", headers=BEARER) as answer:
        assert answer.status_code == 200
        assert descriptors(web) > before
    until(lambda: descriptors(web) <= before)
    stub.events.pending.put(None)


def test_a_percent_sign_passes_as_it_came(web: WebProcess) -> None:
    answer = httpx.get(f"{web.url}/api/v1/apps/a%2Fb", headers=BEARER)
    assert "'a/b'" in answer.json()["detail"]


@pytest.mark.parametrize(
    "target",
    ["/api/v1/../v1/apps", "/api/v1/%2e%2e/apps", "/api/v2/apps", "/api/v1", "//api/v1/apps", "/%61pi/v1/apps"],
)
def test_nothing_outside_the_api_is_passed_on(web: WebProcess, target: str) -> None:
    connection = http.client.HTTPConnection(web.address)
    connection.request("GET", target, headers=BEARER)
    answer = connection.getresponse()
    assert answer.status == 404
    assert b"nothing answers" not in answer.read(), "the daemon was asked"
    connection.close()


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1", "/api/nothing", "/nothing"])
def test_what_is_not_there_says_where_the_api_is(web: WebProcess, path: str) -> None:
    answer = httpx.get(f"{web.url}{path}")
    assert (answer.status_code, "/api/v1/" in answer.text, "manually" in answer.text) == (404, True, False)
    if path.startswith("/api"):
        assert answer.json()["code"] == "not-found"


def test_an_error_of_the_web_process_is_a_problem_document(web: WebProcess) -> None:
    answer = httpx.request("PUT", f"{web.url}/api/v1/apps")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "request_",
    [
        b"BAD\r\n\r\n",
        f"POST /api/v1/apps HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n".encode(),
        b"GET /api/v1/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused(web: WebProcess, request_: bytes) -> None:
    connection = http.client.HTTPConnection(web.address)
    connection.connect()
    connection.sock.sendall(request_)
    assert connection.sock.recv(100).startswith(b"HTTP/1.1 400 ")
    connection.close()
    assert web.log == ""


def test_a_header_that_is_not_ascii_passes(web: WebProcess) -> None:
    headers = [*httpx.Headers(BEARER).raw, (b"X-Name", "M\xfcller".encode("latin-1"))]
    assert httpx.get(f"{web.url}/api/v1/apps", headers=headers).status_code == 200


def test_a_daemon_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    stub = StubPlatform(tmp_path / "home")
    web = WebProcess(stub.socket, tmp_path / "log").ready()
    try:
        with sh0.connect(web.url, token=TOKEN) as platform:
            stream = platform.events.follow()
            stub.close()
            with pytest.raises(DaemonUnreachable):
                next(stream)
            with pytest.raises(DaemonUnreachable):
                platform.apps.list()
            assert httpx.get(f"{web.url}/healthz").status_code == 503
            again = StubPlatform(tmp_path / "home")
            assert platform.apps.list()
            assert httpx.get(f"{web.url}/healthz").status_code == 200
            again.close()
    finally:
        web.stop()
    assert web.log == ""
