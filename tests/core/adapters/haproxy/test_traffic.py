"""What passes through the proxy."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from sh0.ports.proxy import Backend, Routes
from tests.core.adapters.haproxy.parts import App, Rig, answer, eventually, routes

pytestmark = pytest.mark.docker

Make = Callable[[str], App]


def test_apps_learn_the_real_client_and_no_lie_of_it(rig: Rig, app: Make) -> None:
    rig.proxy.start(routes(app("one")))
    lies = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Real-IP": "6.6.6.6",
        "X-Forwarded-Proto": "https",
        "Forwarded": "for=6.6.6.6",
    }
    lies |= {"X-Forwarded-Host": "evil.test", "X-Forwarded-User": "root", "Proxy": "http://evil.test"}
    headers = json.loads(rig.get("shop.test", "/headers", **lies)[1])
    told = {name: value for name, value in headers.items() if name.startswith("x-") or name in ("forwarded", "proxy")}
    assert told == {
        "x-forwarded-for": "127.0.0.1",
        "x-real-ip": "127.0.0.1",
        "x-forwarded-host": "shop.test",
        "x-forwarded-port": str(rig.settings.http_port),
        "x-forwarded-proto": "http",
    }


@pytest.mark.parametrize("host", ["SHOP.test", "shop.test:8080", "shop.test."])
def test_host_names_match_in_any_spelling(rig: Rig, app: Make, host: str) -> None:
    rig.proxy.start(routes(app("one")))
    assert rig.get(host) == (200, "one")


def test_an_unknown_host_name_gets_a_small_plain_page(rig: Rig) -> None:
    rig.proxy.start(Routes())
    assert rig.get("nowhere.test") == (404, "no app for this host name\n")


def test_an_app_without_upstream_gets_503_in_words(rig: Rig) -> None:
    rig.proxy.start(Routes((Backend(1, "shop"),), {"shop.test": 1}))
    assert rig.get("shop.test") == (503, "No instance of the app runs.\n")


def test_a_large_upload_streams_to_the_app(rig: Rig, app: Make) -> None:
    """The app has read the first half before the client has sent the second."""
    one, size, piece = app("one"), 50 << 20, b"x" * (1 << 20)
    rig.proxy.start(routes(one))
    with rig.dial() as channel:
        channel.sendall(f"POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: {size}\r\n\r\n".encode())
        for _ in range(25):
            channel.sendall(piece)
        assert eventually(lambda: one.received == size // 2)
        for _ in range(25):
            channel.sendall(piece)
        assert answer(channel) == (200, str(size))


def test_an_event_stream_arrives_as_it_is_sent(rig: Rig, app: Make) -> None:
    one = app("one")
    rig.proxy.start(routes(one))
    with rig.dial() as channel:
        channel.sendall(b"GET /events HTTP/1.1\r\nHost: shop.test\r\n\r\n")
        received = b""
        while b"data: first" not in received:
            received += channel.recv(4096)
        assert b"second" not in received
        one.release.set()
        while b"data: second" not in received:
            received += channel.recv(4096)


def test_requests_wait_for_an_app_that_restarts_in_place(rig: Rig, app: Make) -> None:
    one = app("one")
    rig.proxy.start(routes(one))
    port = one.server_address[1]
    one.end()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(rig.get, "shop.test")
        assert eventually(lambda: "L4CON" in rig.ask("show stat -1 4 -1") or waiting.done())
        again = App("again", port)
        try:
            assert waiting.result() == (200, "again")
        finally:
            again.end()
