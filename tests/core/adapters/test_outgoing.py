"""Calls of URLs that users name: to whom they go, and to whom not."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sh0.adapters.outgoing import HttpCalls
from sh0.errors import Failed

ANYWHERE = HttpCalls(refuses=lambda _: False)


@contextmanager
def answering(answer: bytes, pause: float = 0.0) -> Iterator[tuple[int, list[bytes]]]:
    """A server for one connection: its port, and what it was sent. With a pause it answers a byte at a time."""
    received: list[bytes] = []
    over = threading.Event()

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            received.append(connection.recv(4096))
            for byte in [bytes([each]) for each in answer] if pause else [answer]:
                try:
                    connection.sendall(byte)
                except OSError:
                    return
                if over.wait(pause):
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], received
        finally:
            over.set()
            thread.join(5)


def test_a_call_asks_for_the_path_and_returns_the_status() -> None:
    with answering(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, received):
        assert ANYWHERE.call(f"http://127.0.0.1:{port}/ping/abc/start") == 204
    assert received[0].startswith(b"GET /ping/abc/start HTTP/1.1\r\n")
    assert b"User-Agent: sh0/" in received[0]


def test_a_body_and_headers_are_sent() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (port, received):
        url = f"http://127.0.0.1:{port}/hook?x=1"
        assert ANYWHERE.call(url, method="POST", body=b"{}", headers={"X-Signature": "s"}) == 200
    assert received[0].startswith(b"POST /hook?x=1 HTTP/1.1\r\n")
    assert b"X-Signature: s" in received[0]


def test_a_redirect_is_not_followed() -> None:
    with answering(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n") as (port, _):
        assert ANYWHERE.call(f"http://127.0.0.1:{port}/") == 302


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "[::ffff:127.0.0.1]", "0.0.0.0", "[fd00:ec2::254]"]
)
def test_nothing_is_called_at_this_machine_or_its_cloud(host: str) -> None:
    with pytest.raises(Failed, match="nothing is called at addresses of this machine alone"):
        HttpCalls().call(f"http://{host}:1/")


@pytest.mark.parametrize("url", ["ftp://example.org/", "example.org", "http://[broken/", "http://:80/"])
def test_what_is_no_url_of_http_is_refused(url: str) -> None:
    with pytest.raises(Failed):
        ANYWHERE.call(url)


def test_an_answer_that_trickles_in_is_cut_off_in_time() -> None:
    begun = time.monotonic()
    with (
        answering(b"HTTP/1.1 200 OK\r\n" * 100, pause=0.2) as (port, _),
        pytest.raises(Failed, match="gave no answer"),
    ):
        ANYWHERE.call(f"http://127.0.0.1:{port}/", timeout=1.0)
    assert time.monotonic() - begun < 5


def test_where_nobody_listens_the_error_names_the_host() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Failed, match=r"127\.0\.0\.1 gave no answer"):
        ANYWHERE.call(f"http://127.0.0.1:{port}/")
