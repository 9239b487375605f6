"""What a deployment of a service runs with, after its Compose file."""

import attrs
import pytest

from sh0.errors import Invalid
from sh0.stacks.exposure import exposure
from sh0.stacks.planner import desired
from sh0.stacks.specs import ProjectFile, Surroundings, is_job, snapshot
from sh0.values import ByteSize
from tests.core.stacks.situations import NEW, project, service


def test_a_job_ends_by_itself_if_the_file_says_so_or_somebody_waits_for_its_end() -> None:
    found = project(
        "services: {a: {image: x, restart: 'no'}, b: {image: x}, c: {image: x},"
        " d: {image: x, depends_on: {c: {condition: service_completed_successfully}}}}"
    )
    assert [name for name, each in found.services.items() if is_job(found, each)] == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("network_mode: 'service:y'", "network_mode"),
        ("pid: 'service:y'", "pid"),
        ("ports: ['5432:5432'], deploy: {replicas: 2}", "only one container can have"),
        ("deploy: {replicas: 51}", "51 replicas"),
        ("build: 'https://git.example/x.git'", "built from a repository elsewhere"),
        ("build: {context: ., additional_contexts: {a: ./a}}", r"further build contexts \(a\)"),
        ("read_only: true, volumes: ['./conf:/conf']", "cannot be given /conf"),
        ("volumes: ['../conf:/conf']", "outside of the project"),
        ("x-sh0: {probe: 'udp:1'}", "no probe"),
        ("x-sh0: {probe: 'tcp:99999'}", "no probe"),
    ],
)
def test_what_cannot_be_had_is_refused_with_its_place(text: str, said: str) -> None:
    found = project(f"services:\n  x: {{image: 'i:1', {text}}}\n  y: {{image: x}}")
    files = {"conf": (ProjectFile("", b"x", 0o644),)}
    with pytest.raises(Invalid, match=said):
        desired(found, attrs.evolve(NEW, files=files))


def test_a_service_is_run_as_its_file_says() -> None:
    found = service(
        "init: true, user: '5:6', mem_limit: 64m, cpus: 0.5, pids_limit: 9, stop_grace_period: 90s,"
        " container_name: old, security_opt: ['no-new-privileges:false', 'seccomp=x'], labels: {a: b, sh0.x: y},"
        " networks: {default: {aliases: [other]}}"
    )
    made = snapshot(found, found.services["x"], exposure(found, found.services["x"]), Surroundings("h", "s", "o"))
    spec = made.container
    assert spec is not None
    assert made.resources.memory == ByteSize(64 << 20)
    assert (made.resources.cpus, spec.pids, spec.stop_timeout, spec.user) == (0.5, 9, 90, "5:6")
    assert spec.aliases == ("x", "other", "old")
    assert (spec.no_new_privileges, spec.security_options, dict(spec.labels)) == (False, ("seccomp=x",), {"a": "b"})


def test_configs_and_secrets_are_files_of_the_users() -> None:
    found = project(
        "services: {x: {image: i, user: '7:8', secrets: [token], configs: [{source: conf, target: /c, mode: 0400}]}}\n"
        "secrets: {token: {environment: TOKEN}}\nconfigs: {conf: {content: hello}}",
        TOKEN="hunter22",
    )
    [each] = desired(found, NEW)
    spec = each.snapshot.container
    assert spec is not None
    files = {file.target: (file.mode, file.uid, file.gid) for file in spec.files}
    assert files == {"/run/secrets/token": (0o444, 7, 8), "/c": (0o400, 7, 8)}
    assert "hunter22" not in repr(spec)
