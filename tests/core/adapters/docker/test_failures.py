"""Every exception that can come up in the adapter becomes an error of sh0."""

import http.client
from collections.abc import Iterator

import docker.errors
import pytest
import requests
import urllib3.exceptions

from sh0.adapters.docker.failures import refusal, translate, translated
from sh0.adapters.docker.refusal import Refused
from sh0.adapters.docker.runtime import DockerRuntime
from sh0.adapters.docker.verdict import verdict
from sh0.adapters.local import LocalLink
from sh0.errors import (
    BadDockerfile,
    BuildFailed,
    BuildOutOfMemory,
    Conflict,
    ContainerExited,
    DiskFull,
    EngineUnavailable,
    Failed,
    ImageUnavailable,
    Invalid,
    NotFound,
    ServerUnreachable,
    Sh0Error,
)
from sh0.ports.builder import BuildLimits


def below(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for child in root.__subclasses__():
        yield from below(child)


def plain(kind: type[Exception]) -> Exception:
    """An exception of that kind, whatever its constructor wants."""
    body = {"__init__": lambda self: None, "__str__": lambda self: "broken", "response": None, "explanation": None}
    made: Exception = type("Plain", (kind,), body)()
    return made


@pytest.mark.parametrize(
    "kind",
    [
        *below(docker.errors.DockerException),
        *below(requests.RequestException),
        *below(urllib3.exceptions.HTTPError),
        *below(http.client.HTTPException),
        ConnectionResetError,
        TimeoutError,
    ],
    ids=lambda kind: kind.__name__,
)
def test_no_foreign_exception_leaves(kind: type[Exception]) -> None:
    with pytest.raises(Sh0Error), translated("do a thing"):
        raise plain(kind)


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        (500, "write /var/lib/docker/x: no space left on device", DiskFull),
        (404, "No such image: shop:1", ImageUnavailable),
        (
            404,
            "pull access denied for shop, repository does not exist or may require 'docker login'",
            ImageUnavailable,
        ),
        (
            500,
            'Get "https://registry-1.docker.io/v2/": dial tcp: lookup failed: no such host',
            ImageUnavailable,
        ),
        (409, 'Conflict. The container name "/x" is already in use by container "1"', Conflict),
        (403, "Pool overlaps with other one on this address space", Conflict),
        (403, "error while removing network: network x id 1 has active endpoints", Conflict),
        (500, "Address already in use", Conflict),
        (404, "No such container: x", NotFound),
        (409, "Container 1 is not running", NotFound),
        (
            400,
            "OCI runtime create failed: container_linux.go:380: starting container process",
            ContainerExited,
        ),
        (400, "invalid mount config", Invalid),
        (500, "something new", Failed),
    ],
)
def test_what_the_engine_says_decides_the_error(status: int, said: str, error: type[Sh0Error]) -> None:
    found = refusal("do a thing", status, said)
    assert type(found) is error
    assert said.rstrip(".") in found.message


def test_a_refused_request_is_translated() -> None:
    assert isinstance(translate("do a thing", Refused(404, "No such container: x")), NotFound)


def test_an_engine_that_is_not_there_says_how_to_start_it(tmp_path: object) -> None:
    runtime = DockerRuntime("home", LocalLink(), f"{tmp_path}/none.sock")
    with pytest.raises(EngineUnavailable) as caught:
        runtime.facts()
    assert "none.sock" in caught.value.message
    assert "systemctl start docker" in caught.value.hint
    with pytest.raises(EngineUnavailable):
        runtime.events()


def test_a_socket_that_may_not_be_opened_names_the_group() -> None:
    error = translate("x", ServerUnreachable("no", target="/run/docker.sock", reason="permission"))
    assert isinstance(error, EngineUnavailable)
    assert "group docker" in error.hint


def test_a_server_that_is_gone_stays_unreachable() -> None:
    error = ServerUnreachable("The server web-2 is gone.")
    assert translate("x", error) is error


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("The command '/bin/sh -c x' returned a non-zero code: 1", BuildFailed),
        ("The command '/bin/sh -c x' returned a non-zero code: 137", BuildOutOfMemory),
        ("executor failed running [/bin/sh -c exit 3]: exit code: 3", BuildFailed),
        ("dockerfile parse error line 2: unknown instruction: FOO", BadDockerfile),
        (
            "failed to solve with frontend dockerfile.v0: dockerfile parse error line 2: x",
            BadDockerfile,
        ),
        ("the Dockerfile (.sh0.Dockerfile) cannot be empty", BadDockerfile),
        ("COPY failed: file not found in build context or excluded by .dockerignore: stat nope", BuildFailed),
        ('failed to compute cache key: "/nope" not found: not found', BuildFailed),
        ("manifest for debian:nope not found: manifest unknown", ImageUnavailable),
        (
            'failed to do request: Head "https://registry-1.docker.io/v2/x/manifests/9": no such host',
            ImageUnavailable,
        ),
        ("write /x: no space left on device", DiskFull),
        ("secret NPM_TOKEN not found: not found", BuildFailed),
        ("failed to solve: secret NPM_TOKEN: not found", BuildFailed),
        ("something new", BuildFailed),
    ],
)
def test_why_a_build_failed(said: str, error: type[Sh0Error]) -> None:
    found = verdict(said, step="Step 2/3 : RUN x", log=["a", "b"], limits=BuildLimits())
    assert type(found) is error
    assert found.details["log"] == ["a", "b"]


@pytest.mark.parametrize("said", ["secret KEY not found: not found", "failed to solve: secret KEY: not found"])
def test_a_secret_that_is_missing_is_named(said: str) -> None:
    found = verdict(said, step="[2/3] RUN x", log=[], limits=BuildLimits())
    assert found.message == "the build needs the secret KEY, and nobody has set it"


def test_an_ssh_agent_is_not_there() -> None:
    found = verdict("failed to solve: unset ssh forward key default", step="RUN x", log=[], limits=BuildLimits())
    assert "SSH agent" in found.message
    assert "--mount=type=secret" in found.hint


def test_a_killed_child_of_a_step_counts_as_out_of_memory() -> None:
    found = verdict("returned a non-zero code: 1", step="", log=["npm ERR!", "Killed"], limits=BuildLimits())
    assert isinstance(found, BuildOutOfMemory)


def test_a_builder_without_limits_is_never_out_of_them() -> None:
    found = verdict("exit code: 137", step="", log=[], limits=BuildLimits(), limited=False)
    assert type(found) is BuildFailed


def test_a_step_that_fails_for_want_of_disk_says_so() -> None:
    log = ["OSError: [Errno 28] No space left on device"]
    assert isinstance(verdict("non-zero code: 1", step="", log=log, limits=BuildLimits()), DiskFull)


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("  ERROR: Failed building wheel for aiohttp", "aiohttp"),
        (
            "ERROR: Failed to build installable wheels for some pyproject.toml based projects (psycopg2-binary)",
            "psycopg2-binary",
        ),
        ("  × Failed to build `tornado==6.1`", "tornado"),
        ("error: command 'gcc' failed: No such file or directory", "a package"),
        ("error: pg_config executable not found.", "a package"),
    ],
)
def test_a_package_that_would_be_compiled_is_met_with_the_version_to_write(line: str, package: str) -> None:
    log = ["pip install --requirement requirements.txt", line]
    found = verdict("returned a non-zero code: 1", step="$ pip install", log=log, limits=BuildLimits())
    assert f"no wheel of {package} for this version of Python" in found.hint
    assert "write 3.12 in .python-version" in found.hint


@pytest.mark.parametrize(
    "line", ["error: command 'gcc' failed: 1", "make: *** [all] Error 1", "npm ERR! missing script"]
)
def test_other_failures_get_no_hint_about_python(line: str) -> None:
    found = verdict("returned a non-zero code: 1", step="RUN make", log=["make all", line], limits=BuildLimits())
    assert ".python-version" not in found.hint
