"""Projects of the corpus are really built with their generated Dockerfile, and answer over HTTP.

Images stay, so that a second run finds its layers; they and the containers carry the label ``sh0.test=1``.
"""

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sh0.builds.dockerfile import render
from sh0.builds.model import Detection
from tests.corpus.case import CASES, Case

pytestmark = [pytest.mark.docker, pytest.mark.slow]

_RUN = [case.name for case in CASES if case.run]
_CLASSIC = {**os.environ, "DOCKER_BUILDKIT": "0"}


def named(*names: str) -> list[object]:
    """Cases as parameters. Tests of one case run one after another, so that its image is built once."""
    return [
        pytest.param(case, id=case.name, marks=pytest.mark.xdist_group(f"stack-{case.name}"))
        for case in CASES
        if case.name in names
    ]


def docker(*arguments: str) -> str:
    """Run the docker client; its output, or a failed test with what it printed last."""
    done = subprocess.run(["docker", *arguments], env=_CLASSIC, capture_output=True, text=True, timeout=280)
    if done.returncode != 0:
        printed = (done.stdout + done.stderr)[-3000:]
        pytest.fail(f"docker {arguments[0]} ended with {done.returncode}:\n{printed}", pytrace=False)
    return done.stdout.strip()


@pytest.fixture
def container() -> Iterator[str]:
    """A name for a container, which is removed afterwards."""
    name = f"sh0-test-{uuid.uuid4().hex[:8]}"
    yield name
    subprocess.run(["docker", "rm", "--force", name], capture_output=True, timeout=60, check=False)


def build(case: Case, folder: Path) -> tuple[str, Detection]:
    """Build a project's image with the classic builder."""
    context = folder / "context"
    found = case.detect(context)
    context = context / found.context
    # From outside the context, the client would send it under a random name, and nothing after COPY would be cached.
    dockerfile = context / ".sh0-test.dockerfile"
    dockerfile.write_text(render(found))
    (context / ".dockerignore").write_text("\n".join((*found.ignore, dockerfile.name)))
    image = f"sh0-test/{case.name}:latest"
    docker("build", "--label", "sh0.test=1", "--tag", image, "--file", str(dockerfile), str(context))
    return image, found


def answer(container: str, port: int, path: str = "/", **headers: str) -> tuple[int, str]:
    """Ask a container until it answers, at most 20 seconds; its log if it never does."""
    address = docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", container)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            request = urllib.request.Request(f"http://{address}:{port}{path}", headers=headers)
            with urllib.request.urlopen(request, timeout=5) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            time.sleep(0.1)
    log = subprocess.run(["docker", "logs", container], capture_output=True, text=True, timeout=30, check=False)
    pytest.fail(f"no answer on port {port}:\n{(log.stdout + log.stderr)[-3000:]}", pytrace=False)


@pytest.mark.parametrize("case", named(*_RUN))
def test_project_is_built_and_answers(case: Case, tmp_path: Path, container: str) -> None:
    image, found = build(case, tmp_path)
    variables = [part for pair in case.run.get("environment", "").split() for part in ("--env", pair)]
    docker("run", "--detach", "--name", container, "--label", "sh0.test=1", "--cap-drop", "ALL", *variables, image)
    assert found.port is not None
    status, text = answer(container, found.port, case.run.get("path", "/"))
    assert (status, case.run["answer"] in text) == (200, True), text
    processes = docker("top", container, "-eo", "pid,uid").splitlines()[1:]
    assert {line.split()[1] for line in processes} == {"10001"}
    kind, *command = json.loads(docker("inspect", "--format", "{{json .Config.Healthcheck.Test}}", image))
    assert kind == "CMD"
    docker("exec", container, *command)


@pytest.mark.parametrize("case", named("static-usual"))
def test_static_site_answers_missing_pages_and_hides_dotfiles(case: Case, tmp_path: Path, container: str) -> None:
    image, _ = build(case, tmp_path)
    docker("run", "--detach", "--name", container, "--label", "sh0.test=1", "--read-only", "--tmpfs", "/tmp", image)
    assert answer(container, 8080)[0] == 200
    assert answer(container, 8080, "/nowhere") == (404, "<p>not here\n")
    assert answer(container, 8080, "/.dockerignore")[0] == 404


@pytest.mark.parametrize("case", named("php-usual"))
def test_apache_serves_pages_alone_at_the_port_it_is_told_and_believes_the_proxy(
    case: Case, tmp_path: Path, container: str
) -> None:
    image, _ = build(case, tmp_path)
    docker("run", "--detach", "--name", container, "--label", "sh0.test=1", "--env", "PORT=9000", image)
    assert answer(container, 9000, "/about.php")[1].startswith("about off ")
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    assert answer(container, 9000, "/about.php", **proxied) == (200, "about on 203.0.113.9")
    assert answer(container, 9000, "/notes.txt") == (200, "served\n")
    refused = ("/vendor/tool/run.php", "/.user.ini", "/Procfile")
    assert {path: answer(container, 9000, path)[0] for path in refused} == dict.fromkeys(refused, 403)
    assert [answer(container, 9000, path)[0] for path in ("/images/", "/nowhere")] == [404, 404]


_STOPPED = ("bun-build", "deno-usual", "elixir-usual", "perl-usual", "php-usual", "procfile-usual", "shell-usual")


@pytest.mark.parametrize("case", named(*_STOPPED, "sinatra-usual"))
def test_stop_signal_ends_a_server_at_once(case: Case, tmp_path: Path, container: str) -> None:
    image, found = build(case, tmp_path)
    docker("run", "--detach", "--init", "--name", container, "--label", "sh0.test=1", image)
    answer(container, found.port or 0)
    begun = time.monotonic()
    docker("stop", "--time", "10", container)
    assert time.monotonic() - begun < 5


@pytest.fixture(autouse=True, scope="module")
def _client() -> None:
    if shutil.which("docker") is None:
        pytest.skip("there is no docker client")
