"""Records to Docker's documents and back. The golden files hold input and output together.

Write them anew with ``SH0_GOLDEN=write pytest tests/core/docker/test_translate.py``, and read the difference.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from sh0.adapters.docker import translate
from sh0.ports.runtime import InstanceState, Mount, Workload
from sh0.values import ByteSize, Secret

GOLDEN = Path(__file__).parents[2] / "golden/docker"

WORKLOADS = {
    "plain": Workload("h-web-1", "debian:bookworm-slim"),
    "app": Workload(
        "h-web-1",
        "sha256:" + "1" * 64,
        {"sh0.kind": "app", "sh0.app": "web"},
        network="h-default",
        address="10.208.0.10",
        command=("gunicorn", "app:app"),
        environment={"PORT": Secret("8000"), "DATABASE_URL": Secret("postgres://u:p=ss@db/x")},
        memory=ByteSize(512 << 20),
        cpus=0.5,
        mounts=(Mount("/srv/data", "/data"), Mount("h-volume", "/var/lib/x", read_only=True)),
        user="1000:1000",
        stop_timeout=30,
    ),
    "proxy": Workload(
        "h-proxy",
        "haproxy:2.6",
        {"sh0.kind": "proxy"},
        capabilities=("NET_BIND_SERVICE", "KILL"),
        pids=None,
        mounts=(Mount("/home/proxy", "/etc/haproxy"),),
    ),
}


def check(name: str, given: Any, came_out: Any) -> None:
    text = json.dumps({"input": given, "output": came_out}, indent=2, default=str, ensure_ascii=False) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("SH0_GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert file.read_text() == text


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_workload_becomes_the_body_of_a_container(name: str) -> None:
    workload = WORKLOADS[name]
    check(f"workload-{name}", attrs.asdict(workload), translate.container_body(workload, "home-1"))


@pytest.mark.parametrize(
    "change",
    [
        {"image": "other"},
        {"labels": {}},
        {"address": "10.208.0.11"},
        {"command": ("gunicorn", "app:app", "-w2")},
        {"environment": {"PORT": Secret("8001")}},
        {"memory": None},
        {"cpus": 1.0},
        {"mounts": ()},
        {"user": ""},
        {"capabilities": ()},
        {"stop_timeout": 10},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_is_another_description(change: dict[str, object]) -> None:
    app = WORKLOADS["app"]
    assert translate.description(attrs.evolve(app, **change), "h") != translate.description(app, "h")


def test_the_order_of_variables_is_no_change() -> None:
    app = WORKLOADS["app"]
    turned = attrs.evolve(app, environment=dict(reversed(app.environment.items())))
    assert translate.container_body(turned, "h") == translate.container_body(app, "h")


def test_labels_tell_no_secret_and_another_home_gives_another_digest() -> None:
    labels = translate.container_body(WORKLOADS["app"], "home-1")["Labels"]
    assert "p=ss" not in json.dumps(labels)
    assert labels["sh0.spec"] != translate.container_body(WORKLOADS["app"], "home-2")["Labels"]["sh0.spec"]


def test_a_home_label_in_the_description_does_not_win() -> None:
    workload = Workload("x", "y", {"sh0.home": "another"})
    assert translate.container_body(workload, "home-1")["Labels"]["sh0.home"] == "home-1"


@pytest.mark.parametrize("name", ["running", "restarting", "killed", "created"])
def test_an_inspected_container_becomes_an_instance(name: str) -> None:
    given = INSPECTED | {"State": STATES[name], "RestartCount": 4 if name == "restarting" else 0}
    if name == "killed":
        given["NetworkSettings"] = {"Networks": {"n": {"IPAMConfig": {"IPv4Address": "10.208.0.10"}, "IPAddress": ""}}}
    check(f"instance-{name}", given, attrs.asdict(translate.instance(given)))


STATES: dict[str, dict[str, Any]] = {
    "running": {"Status": "running", "ExitCode": 0, "OOMKilled": False, "FinishedAt": "2026-05-01T10:00:00.123456789Z"},
    "restarting": {"Status": "restarting", "ExitCode": 3, "OOMKilled": False, "FinishedAt": "2026-05-01T10:00:00Z"},
    "killed": {"Status": "exited", "ExitCode": 137, "OOMKilled": True, "FinishedAt": "2026-05-01T10:00:00Z"},
    "created": {"Status": "created", "ExitCode": 0, "OOMKilled": False, "FinishedAt": "0001-01-01T00:00:00Z"},
}
INSPECTED: dict[str, Any] = {
    "Id": "c" * 64,
    "Name": "/h-web-1",
    "Image": "sha256:" + "1" * 64,
    "Config": {"Labels": {"sh0.home": "home-1", "sh0.spec": "0", "sh0.app": "web"}},
    "NetworkSettings": {"Networks": {"n": {"IPAMConfig": None, "IPAddress": "10.208.0.10"}}},
}


def test_a_paused_container_counts_as_ended() -> None:
    given = INSPECTED | {"State": {"Status": "paused", "ExitCode": 0, "FinishedAt": "0001-01-01T00:00:00Z"}}
    assert translate.instance(given).state is InstanceState.EXITED


def test_an_image_tells_its_tcp_ports_in_order() -> None:
    exposed = {"8080/tcp": {}, "53/udp": {}, "80/tcp": {}, "9000": {}}
    found = translate.image(
        {
            "Id": "sha256:1",
            "RepoTags": ["b:1", "a:1"],
            "Size": 5,
            "Created": "2026-05-01T10:00:00.123456789+02:00",
            "Config": {"ExposedPorts": exposed},
        }
    )
    assert (found.ports, found.tags) == ((80, 8080, 9000), ("a:1", "b:1"))
    assert found.created == datetime(2026, 5, 1, 8, 0, 0, 123456, UTC)


def test_an_image_without_configuration_has_no_ports() -> None:
    found = translate.image({"Id": "sha256:1", "RepoTags": None, "Config": None})
    assert (found.ports, found.tags, found.labels, found.size) == ((), (), {}, 0)


def test_an_event_keeps_our_labels_and_drops_the_rest() -> None:
    attributes = {"name": "h-web-1", "image": "x", "exitCode": "1", "sh0.app": "web", "maintainer": "me"}
    found = translate.event({"Action": "die", "Actor": {"Attributes": attributes}})
    assert (found.action, found.name, found.labels) == ("die", "h-web-1", {"sh0.app": "web"})


@pytest.mark.parametrize(
    "text", ["2026-05-01T10:00:00Z", "2026-05-01T10:00:00.1Z", "2026-05-01T12:00:00.100000001+02:00"]
)
def test_times_of_any_precision_are_read(text: str) -> None:
    found = translate.moment(text)
    assert found.replace(microsecond=0) == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert found.tzinfo is UTC
