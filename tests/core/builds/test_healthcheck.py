"""The health check of a generated image, as bash runs it."""

import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from sh0.builds.healthcheck import healthcheck
from sh0.builds.model import Detection


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (302, True), (404, True), (500, False), (503, False)])
def test_health_check_goes_by_the_status(status: int, healthy: bool) -> None:
    assert _check(status, "/up?a=it's") is healthy


def test_health_check_fails_where_nobody_listens() -> None:
    assert _run(Detection("go", start=("x", "$PORT"), port=1)) is False


def _check(status: int, path: str) -> bool:
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        found = _run(Detection("go", start=("x", "$PORT"), port=server.server_port, health=path))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert asked == [path]
    return found


def _run(detection: Detection) -> bool:
    (line,) = healthcheck(detection)
    return subprocess.run(json.loads(line.partition(" CMD ")[2]), capture_output=True, check=False).returncode == 0
