"""No fetch of the daemon leads to a link-local address."""

import http.server
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.errors import GitFailed
from sh0.image_names import refusal
from sh0.repositories import destination
from sh0.repositories.remote import fetch


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/",
        "http://169.254.169.254:80/latest/meta-data",
        "http://user:pass@169.254.169.254/x.git",
        "http://2852039166/",
        "http://0xa9.0xfe.0xa9.0xfe/",
        "http://0251.0376.0251.0376/",
        "http://169.254.169%2e254/",
        "http://[::ffff:169.254.169.254]/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://0.0.0.0/",
        "ssh://git@169.254.1.1/x.git",
        "git@169.254.1.1:x.git",
        "git://169.254.1.1/x.git",
    ],
)
def test_a_link_local_address_is_refused_in_every_spelling(url: str, tmp_path: Path) -> None:
    with pytest.raises(GitFailed, match="link-local"):
        fetch(url, "main", tmp_path / "out")


def test_a_name_that_leads_to_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("169.254.169.254", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    with pytest.raises(GitFailed, match="link-local"):
        destination.options("https://innocent.example/x.git")


def test_git_connects_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("93.184.216.34", 443))])
    assert "http.curloptResolve=git.example:443:93.184.216.34" in destination.options("https://git.example/x.git")


@pytest.fixture
def redirecting() -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254" + self.path)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_redirect_is_not_followed(redirecting: int, tmp_path: Path) -> None:
    with pytest.raises(GitFailed) as caught:
        fetch(f"http://127.0.0.1:{redirecting}/x.git", "main", tmp_path / "out", timeout=20)
    assert "redirects" in caught.value.hint


def test_the_installed_git_takes_the_options(tmp_path: Path) -> None:
    options = destination.options("http://127.0.0.1:1/x.git")
    done = subprocess.run(["git", *options, "--version"], capture_output=True, check=False)
    assert done.returncode == 0


def test_images_are_not_fetched_from_link_local_registries() -> None:
    assert refusal("169.254.169.254/x")
    assert refusal("169.254.169.254:80/x:1")
    assert refusal("10.0.0.1:5000/x") is None


@pytest.mark.parametrize(
    "host",
    [
        *("[fe80::1]", "[::ffff:169.254.169.254]", "[fd00:ec2::254]", "169.254.43518", "0xa9fea9fe"),
        *("2852039166", "169.254.169.254.", "0251.0376.0251.0376"),
    ],
)
def test_nor_in_another_spelling_of_their_address(host: str) -> None:
    assert refusal(f"{host}:80/x:1")


@pytest.mark.parametrize("name", ["2852039166/x", "0/x", "169.254.169.254", "1.2.3.4/x", "a.b:1/x", "[::1]:5000/x"])
def test_what_only_looks_like_one_is_fetched(name: str) -> None:
    assert refusal(name) is None
