"""The page at / and the headers of every answer."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import sh0
from sh0_web.app import create_app
from sh0_web.daemon_socket import DaemonSocket
from sh0_web.places import Places


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return create_app(DaemonSocket(tmp_path / "web.sock"), 1 << 20, Places(4, 4)).test_client()


def test_the_page_says_what_this_is_and_what_to_do(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": "panel.example.org:8700"})
    assert sh0.__version__ in answer.text
    assert "sh0 login http://panel.example.org:8700<" in answer.text
    assert '"/api/v1/openapi.json"' in answer.text


def test_a_host_header_cannot_write_on_the_page(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": '"><script>alert(1)</script>'})
    assert "<script" not in answer.text


def test_the_page_may_load_nothing(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing", "/api/nothing", "/api/v1/apps"])
def test_every_answer_has_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_daemon_loads_the_hook_without_the_framework() -> None:
    program = (
        "import sys, sh0_web.plugin as p, sh0.settings as s\n"
        "f, = p.sh0_frontends(s.Settings(panel_port=8701))\n"
        "print(f.name, f.listen, f.argv[1:], 'flask' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "web ('127.0.0.1', 8701) ('-m', 'sh0_web') False"
