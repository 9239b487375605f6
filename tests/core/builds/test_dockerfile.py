"""What a generated Dockerfile says for each part of a detection."""

import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import attrs
import pytest

from sh0.builds.dockerfile import render
from sh0.builds.healthcheck import healthcheck
from sh0.builds.model import Detection

COMPILED = Detection(
    "go",
    build_image="golang:1",
    runtime_image="debian:12",
    install=("go mod download",),
    build=("go build -o /app/bin/server",),
    artifacts=("/app/bin/server", "/usr/share/zoneinfo"),
    keep_source=False,
    start=("/app/bin/server",),
    port=8080,
)


def test_compiled_program_leaves_its_source_behind() -> None:
    last = render(COMPILED).split("\n\n")[-1]
    copied = [line for line in last.splitlines() if line.startswith("COPY")]
    assert copied == [
        "COPY --from=build --chown=10001:10001 /app/bin/server /app/bin/server",
        "COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo",
    ]


def test_commands_of_the_last_stage_come_before_the_app() -> None:
    lines = render(attrs.evolve(COMPILED, runtime_setup=("a2enmod rewrite",))).splitlines()
    assert lines.index("RUN a2enmod rewrite") < next(
        n for n, line in enumerate(lines) if "/app/bin/server /app" in line
    )


def test_tools_of_other_images_are_there_before_the_commands_that_use_them() -> None:
    lines = render(
        attrs.evolve(COMPILED, tools={"/usr/bin/composer": "composer:2"}, setup=("composer --version",))
    ).splitlines()
    copied = lines.index("COPY --from=composer:2 /usr/bin/composer /usr/bin/composer")
    assert copied < lines.index("RUN composer --version")


def test_member_of_a_workspace_is_built_and_started_in_its_folder() -> None:
    text = render(attrs.evolve(COMPILED, keep_source=True, root="apps/web"))
    build, last = text.split("\n\n")
    assert build.index("COPY . .") < build.index("WORKDIR /app/apps/web") < build.index("RUN go build")
    assert last.index("COPY --from=build --chown=10001:10001 /app /app") < last.index("WORKDIR /app/apps/web")


def test_pages_of_a_member_are_found_below_its_folder() -> None:
    pages = Detection("static", port=8080, static_directory="dist", runtime_image="n", build_image="b", root="a/b")
    assert "COPY --from=build /app/a/b/dist /srv/site" in render(pages)


def test_health_check_can_be_left_out() -> None:
    assert "HEALTHCHECK" not in render(attrs.evolve(COMPILED, health=""))


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (302, True), (404, True), (500, False), (503, False)])
def test_health_check_goes_by_the_status(status: int, healthy: bool) -> None:
    assert _check(status, "/up?a=it's") is healthy


def test_health_check_fails_where_nobody_listens() -> None:
    assert _run(attrs.evolve(COMPILED, start=("x", "$PORT"), port=1)) is False


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
        found = _run(attrs.evolve(COMPILED, start=("x", "$PORT"), port=server.server_port, health=path))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert asked == [path]
    return found


def _run(detection: Detection) -> bool:
    (line,) = healthcheck(detection)
    return subprocess.run(json.loads(line.partition(" CMD ")[2]), capture_output=True, check=False).returncode == 0
