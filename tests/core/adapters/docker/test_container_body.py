"""From the description of a container to what Docker is asked for. The golden files hold input and output together."""

import io
import json
import tarfile

import attrs
import pytest

from sh0.adapters.docker import container_body
from sh0.ports.container import (
    HealthCommand,
    HostDevice,
    HostMount,
    InjectedFile,
    KernelLimit,
    MemoryMount,
    NamedMount,
    PublishedPort,
    RestartPolicy,
)
from sh0.ports.runtime import Workload
from sh0.values import ByteSize, Secret
from tests.core.adapters.docker.changes import WorkloadChanges
from tests.core.adapters.docker.golden import check

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
        mounts=(HostMount("/srv/data", "/data"), NamedMount("h-volume", "/var/lib/x", read_only=True)),
        user="1000:1000",
        stop_timeout=30,
    ),
    "service": Workload(
        "h-shop-db-1",
        "sha256:" + "2" * 64,
        {"sh0.kind": "app", "sh0.app": "shop-db"},
        network="h-shop",
        address="10.208.0.11",
        entrypoint=("docker-entrypoint.sh",),
        command=("postgres", "-c", "fsync=on"),
        environment={"POSTGRES_USER": Secret("u")},
        working_dir="/srv",
        user="999",
        groups=("video",),
        hostname="db",
        domainname="example.org",
        aliases=("db", "database"),
        dns=("9.9.9.9",),
        dns_search=("example.org",),
        extra_hosts={"host.docker.internal": ("host-gateway",), "x": ("10.0.0.1", "10.0.0.2")},
        init=False,
        tty=True,
        stdin_open=True,
        restart=RestartPolicy.ON_FAILURE,
        attempts=5,
        stop_signal="SIGINT",
        stop_timeout=60,
        health=HealthCommand(("CMD", "pg_isready"), 10.0, 5.0, 12, 1.5, 0.5),
        mounts=(NamedMount("sh0-h-shop_data", "/var/lib/postgresql/data", nocopy=True),),
        memory_mounts=(MemoryMount("/tmp", ByteSize(64 << 20), 0o1777), MemoryMount("/run")),
        files=(InjectedFile("/run/secrets/x", Secret("aHVudGVyMjI="), 0o400, 999, 999),),
        published=(
            PublishedPort(5432, 15432, "127.0.0.1"),
            PublishedPort(5432, 15433),
            PublishedPort(53, protocol="udp"),
        ),
        read_only=True,
        pids=100,
        shm_size=ByteSize(128 << 20),
        kernel_limits=(KernelLimit("nofile", 1000, 2000),),
        sysctls={"net.core.somaxconn": "1024"},
        cap_add=("SYS_NICE",),
        cap_drop=("MKNOD",),
        no_new_privileges=False,
        security_options=("seccomp=unconfined", "systempaths=unconfined"),
        privileged=True,
        devices=(HostDevice("/dev/dri", "/dev/dri", "rw"),),
        pid_mode="host",
        ipc_mode="shareable",
        uts_mode="host",
        user_namespace="host",
        cgroup_namespace="private",
    ),
    "bare": Workload("h-x-1", "x", network="none", entrypoint=(), health=HealthCommand(("NONE",)), pids=None),
    "proxy": Workload(
        "h-proxy",
        "haproxy:2.6",
        {"sh0.kind": "proxy"},
        cap_drop=("ALL",),
        cap_add=("NET_BIND_SERVICE", "KILL"),
        pids=None,
        mounts=(HostMount("/home/proxy", "/etc/haproxy"),),
    ),
}


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_workload_becomes_the_body_of_a_container(name: str) -> None:
    workload = WORKLOADS[name]
    check(f"workload-{name}", attrs.asdict(workload), container_body.container_body(workload, "home-1"))


def test_a_container_without_an_address_gets_one_from_its_network() -> None:
    body = container_body.container_body(attrs.evolve(WORKLOADS["app"], address=""), "home-1")
    assert body["NetworkingConfig"] == {"EndpointsConfig": {"h-default": {}}}


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
        {"cap_drop": ("ALL",)},
        {"stop_timeout": 10},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_is_another_description(change: WorkloadChanges) -> None:
    app = WORKLOADS["app"]
    assert container_body.description(attrs.evolve(app, **change), "h") != container_body.description(app, "h")


@pytest.mark.parametrize("field", attrs.fields(Workload), ids=lambda field: field.name)
def test_every_field_of_a_service_takes_part_in_its_description(field: "attrs.Attribute[object]") -> None:
    service = attrs.evolve(WORKLOADS["service"], memory=ByteSize(1), cpus=1.0, labels={"a": "b"})
    other = attrs.evolve(service, **{field.name: getattr(Workload("another", "another"), field.name)})
    assert container_body.description(other, "h") != container_body.description(service, "h")


def test_a_field_that_is_as_usual_leaves_a_description_as_it_was() -> None:
    """A newer version of sh0, whose containers have more fields, takes the old ones for what they are."""
    usual = container_body.description(Workload("a", "b"), "h")
    assert usual == "dbc430ba496bd55c7fc2265e1b5623a40d47fb6523bba217d4318084b83ce1ec"


def test_a_file_with_another_content_is_another_description() -> None:
    files = [(InjectedFile("/x", Secret(content)),) for content in ("YQ==", "Yg==")]
    first, second = (container_body.description(Workload("a", "b", files=each), "h") for each in files)
    assert first != second


def test_the_order_of_variables_is_no_change() -> None:
    app = WORKLOADS["app"]
    turned = attrs.evolve(app, environment=dict(reversed(list(app.environment.items()))))
    assert container_body.container_body(turned, "h") == container_body.container_body(app, "h")


def test_labels_tell_no_secret_and_another_home_gives_another_digest() -> None:
    labels = container_body.container_body(WORKLOADS["app"], "home-1")["Labels"]
    assert "p=ss" not in json.dumps(labels)
    assert labels["sh0.spec"] != container_body.container_body(WORKLOADS["app"], "home-2")["Labels"]["sh0.spec"]


def test_a_home_label_in_the_description_does_not_win() -> None:
    workload = Workload("x", "y", {"sh0.home": "another"})
    assert container_body.container_body(workload, "home-1")["Labels"]["sh0.home"] == "home-1"


@pytest.mark.parametrize(
    ("changes", "dropped"),
    [
        ({}, ["AUDIT_WRITE", "MKNOD", "NET_RAW", "SETFCAP"]),
        ({"cap_add": ("NET_RAW",)}, ["AUDIT_WRITE", "MKNOD", "SETFCAP"]),
        ({"cap_add": ("CAP_MKNOD", "cap_setfcap")}, ["AUDIT_WRITE", "NET_RAW"]),
        ({"cap_drop": ("ALL",)}, ["ALL", "AUDIT_WRITE", "MKNOD", "NET_RAW", "SETFCAP"]),
        ({"cap_add": ("ALL",), "cap_drop": ("SYS_ADMIN",)}, ["SYS_ADMIN"]),
        ({"privileged": True}, None),
    ],
)
def test_capabilities_that_next_to_no_app_needs_are_asked_for(
    changes: WorkloadChanges, dropped: list[str] | None
) -> None:
    workload = attrs.evolve(Workload("a", "b"), **changes)
    assert container_body.container_body(workload, "home-1")["HostConfig"].get("CapDrop") == dropped


def test_files_are_put_into_a_container_with_their_owner_and_mode() -> None:
    files = (
        InjectedFile("/run/secrets/x", Secret("aHVudGVyMjI="), 0o400, 999, 998),
        InjectedFile("/etc/a.conf", Secret(""), 0o644, 0, 0),
    )
    with tarfile.open(fileobj=io.BytesIO(container_body.given_files(files))) as archive:
        found = {entry.name: (entry.mode, entry.uid, entry.gid, entry.size) for entry in archive}
        content = archive.extractfile("run/secrets/x")
        assert content is not None
        assert content.read() == b"hunter22"
    assert found == {"run/secrets/x": (0o400, 999, 998, 8), "etc/a.conf": (0o644, 0, 0, 0)}
