"""What a deployment of a service runs with, after its Compose file."""

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from sh0.compose.model import ComposeProject
from sh0.errors import Invalid, InvalidValue
from sh0.ports.container import (
    ContainerSpec,
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
from sh0.records.app import HealthCheck, Resources
from sh0.records.deployment import Snapshot, UpdateOrder
from sh0.stacks.exposure import exposure
from sh0.stacks.planner import desired
from sh0.stacks.specs import ProjectFile, Surroundings, is_job, own_volumes, routes, snapshot
from sh0.values import ByteSize, Secret
from tests.core.stacks.situations import NEW, project, service

AROUND = Surroundings("home", "shop", "example.org")
CONF = {"conf": (ProjectFile("", b"hello", 0o644),)}


def made(found: ComposeProject, **around: Any) -> Snapshot:
    """What the service ``x`` runs with."""
    one = found.services["x"]
    return snapshot(found, one, exposure(found, one), attrs.evolve(AROUND, **around))


def spec_of(text: str, top: str = "", **around: Any) -> ContainerSpec:
    container = made(project(f"services: {{x: {{image: 'i:1', {text}}}}}\n{top}"), **around).container
    assert container is not None
    return container


def test_a_job_ends_by_itself_if_the_file_says_so_or_somebody_waits_for_its_end() -> None:
    found = project(
        "services: {a: {image: x, restart: 'no'}, b: {image: x}, c: {image: x},"
        " d: {image: x, depends_on: {c: {condition: service_completed_successfully}}}}"
    )
    assert [name for name, each in found.services.items() if is_job(found, each)] == ["a", "c"]


@pytest.mark.parametrize(
    ("line", "more", "said"),
    [
        ("network_mode: 'service:y'", "", "network_mode"),
        ("pid: 'service:y'", "", "pid"),
        ("ipc: 'container:y'", "", "ipc"),
        ("ports: ['5432:5432']", "deploy: {replicas: 2}", "only one container can have"),
        ("deploy: {replicas: 51}", "", "51 replicas"),
        ("build: 'https://git.example/x.git'", "", "built from a repository elsewhere"),
        ("build: {context: ., additional_contexts: {a: ./a, b: ./b}}", "", r"further build contexts \(a, b\)"),
        ("read_only: true", "volumes: ['./conf:/conf']", "cannot be given /conf"),
        ("volumes: ['../conf:/conf']", "", "outside of the project"),
    ],
)
def test_what_cannot_be_had_is_refused_with_its_place(line: str, more: str, said: str) -> None:
    found = project(f"services:\n  x:\n    image: i:1\n    {line}\n    {more}\n  y: {{image: x}}\n")
    with pytest.raises(Invalid, match=rf"compose\.yaml,? line 4.*{said}") as refused:
        desired(found, attrs.evolve(NEW, files=CONF))
    assert refused.value.hint


FULL = """\
services:
  x:
    image: i:1
    entrypoint: [run]
    command: [a, b]
    environment: {A: '1'}
    working_dir: /srv
    user: '5:6'
    group_add: [video]
    hostname: h
    domainname: example.org
    container_name: old
    networks: {default: {aliases: [other, x]}}
    dns: [9.9.9.9]
    dns_search: [example.org]
    extra_hosts: {db: 10.0.0.1}
    init: true
    tty: true
    stdin_open: true
    restart: on-failure:3
    stop_signal: SIGINT
    stop_grace_period: 90s
    healthcheck: {test: [CMD, x], retries: 2}
    volumes: [{type: tmpfs, target: /tmp, tmpfs: {size: 64m, mode: 0700}}, 'data:/data']
    ports: ['5432:5432']
    read_only: true
    pids_limit: 9
    shm_size: 64m
    ulimits: {nofile: {soft: 1, hard: 2}}
    sysctls: {net.core.somaxconn: 5}
    labels: {a: b, sh0.x: y}
    cap_add: [KILL]
    cap_drop: [ALL]
    security_opt: ['no-new-privileges:false', 'seccomp=x']
    privileged: true
    devices: ['/dev/kvm:/dev/x:rw']
    pid: host
    ipc: host
    uts: host
    userns_mode: host
    cgroup: private
    mem_limit: 64m
    cpus: 0.5
    deploy: {update_config: {order: stop-first}}
volumes: {data: {}}
"""


def test_a_container_is_run_as_its_file_says() -> None:
    assert made(project(FULL)).container == ContainerSpec(
        entrypoint=("run",),
        command=("a", "b"),
        environment={"A": Secret("1")},
        working_dir="/srv",
        user="5:6",
        groups=("video",),
        hostname="h",
        domainname="example.org",
        aliases=("x", "other", "old"),
        dns=("9.9.9.9",),
        dns_search=("example.org",),
        extra_hosts={"db": ("10.0.0.1",)},
        init=True,
        tty=True,
        stdin_open=True,
        restart=RestartPolicy.ON_FAILURE,
        attempts=3,
        stop_signal="SIGINT",
        stop_timeout=90,
        health=HealthCommand(("CMD", "x"), retries=2),
        mounts=(NamedMount("sh0-home-shop_data", "/data"),),
        memory_mounts=(MemoryMount("/tmp", ByteSize(64 << 20), 0o700),),
        published=(PublishedPort(5432, 5432),),
        read_only=True,
        pids=9,
        shm_size=ByteSize(64 << 20),
        kernel_limits=(KernelLimit("nofile", 1, 2),),
        sysctls={"net.core.somaxconn": "5"},
        labels={"a": "b"},
        cap_add=("KILL",),
        cap_drop=("ALL",),
        no_new_privileges=False,
        security_options=("seccomp=x",),
        privileged=True,
        devices=(HostDevice("/dev/kvm", "/dev/x", "rw"),),
        pid_mode="host",
        ipc_mode="host",
        uts_mode="host",
        user_namespace="host",
        cgroup_namespace="private",
    )


def test_a_container_of_which_the_file_says_nothing_has_the_defaults_of_compose() -> None:
    assert made(service("expose: []")).container == ContainerSpec(aliases=("x",), init=False)


def test_a_deployment_has_what_the_file_says_and_over_it_what_the_operator_set() -> None:
    found = made(
        project(FULL, TOKEN="t"),
        environment={"A": Secret("2")},
        hosts={"shop.org": None, "api.org": 9000},
        marked=("B",),
        sealed=frozenset({Secret("1")}),
        default_memory=ByteSize(7),
    )
    assert attrs.evolve(found, container=None) == Snapshot(
        environment={"A": Secret("2")},
        hosts=("shop.org", "api.org"),
        resources=Resources(ByteSize(64 << 20), 0.5),
        health=HealthCheck(timeout=(2 + 1) * (30.0 + 30.0)),  # all of its own tests may fail, at the engine's pace
        replicas=1,
        port=None,
        host_ports={"api.org": 9000},
        update_order=UpdateOrder.STOP_FIRST,
        marked=("A", "B"),
        default_memory=ByteSize(7),
    )


def test_host_names_lead_to_the_ports_that_are_exposed() -> None:
    found = service("x-sh0: {expose: [3000, 3001, {port: 3002, host: a.org}]}")
    one = found.services["x"]
    assert routes(one, exposure(found, one), AROUND) == {
        "shop-x.example.org": 3000,
        "shop-x-3001.example.org": 3001,
        "a.org": 3002,
    }
    decided = made(found, hosts={"shop.org": None, "a.org": None})
    assert decided.port == 3000
    assert decided.hosts == ("shop-x.example.org", "shop-x-3001.example.org", "a.org", "shop.org")
    assert decided.host_ports == {"shop-x-3001.example.org": 3001}


@pytest.mark.parametrize(("mode", "network"), [("host", "host"), ("none", "none"), ("bridge", ""), ("default", "")])
def test_a_service_is_on_its_projects_network_unless_the_file_says_host_or_none(mode: str, network: str) -> None:
    assert made(service(f"network_mode: {mode}")).network == network


@pytest.mark.parametrize(
    ("text", "policy", "job"),
    [
        ("restart: 'no'", RestartPolicy.NO, True),
        ("restart: always", RestartPolicy.ALWAYS, False),
        ("restart: unless-stopped", RestartPolicy.ALWAYS, False),
        ("restart: on-failure", RestartPolicy.ON_FAILURE, False),
        ("expose: []", RestartPolicy.ALWAYS, False),
    ],
)
def test_a_container_is_started_again_unless_it_is_a_job(text: str, policy: RestartPolicy, job: bool) -> None:
    found = made(service(text))
    assert found.container is not None
    assert (found.container.restart, found.container.attempts, found.job) == (policy, None, job)


def test_what_another_service_waits_for_ends_by_itself() -> None:
    waits = "y: {image: y, depends_on: {x: {condition: service_completed_successfully}}}"
    found = made(project(f"services: {{x: {{image: x}}, {waits}}}"))
    assert found.container is not None
    assert (found.container.restart, found.job) == (RestartPolicy.NO, True)


@pytest.mark.parametrize(
    ("option", "kept", "others"),
    [
        ("no-new-privileges:true", True, ()),
        ("no-new-privileges:false", False, ()),
        ("apparmor=x", True, ("apparmor=x",)),
    ],
)
def test_no_program_gains_privileges_unless_the_file_says_so(option: str, kept: bool, others: tuple[str, ...]) -> None:
    found = spec_of(f"security_opt: ['{option}']")
    assert (found.no_new_privileges, found.security_options) == (kept, others)


@pytest.mark.parametrize(
    ("text", "volumes", "mounts"),
    [
        ("volumes: ['data:/d:ro']", [("data", "/d", "")], [NamedMount("sh0-home-shop_data", "/d", True)]),
        (
            "volumes: [{type: volume, source: data, target: /d, volume: {nocopy: true}}]",
            [("data", "/d", "")],
            [NamedMount("sh0-home-shop_data", "/d", nocopy=True)],
        ),
        (
            "volumes: [/var/d]",
            [("x-var-d", "/var/d", "a volume without a name at /var/d")],
            [NamedMount("sh0-home-shop_x-var-d", "/var/d")],
        ),
        (
            "volumes: ['./missing:/d:ro']",
            [("missing", "/d", "missing is not in the project's folder")],
            [NamedMount("sh0-home-shop_missing", "/d", True)],
        ),
        ("volumes: ['./conf:/c']", [], []),
        ("volumes: ['/srv:/d:ro']", [], [HostMount("/srv", "/d", True)]),
        ("volumes: ['/link:/d']", [], [HostMount("/behind", "/d")]),
        ("volumes: ['far:/d']", [], [NamedMount("elsewhere", "/d")]),
        ("volumes: ['folder:/d']", [], [HostMount("/behind", "/d")]),
        ("volumes: ['folder:/d:ro']", [], [HostMount("/behind", "/d", True)]),
        ("volumes: ['closed:/d']", [], [HostMount("/srv", "/d", True)]),
        ("volumes: ['far:/d:ro']", [], [NamedMount("elsewhere", "/d", True)]),
        (
            "volumes: [{type: volume, source: far, target: /d, volume: {nocopy: true}}]",
            [],
            [NamedMount("elsewhere", "/d", nocopy=True)],
        ),
        (
            "volumes: ['.:/d']",
            [("files", "/d", ". is not in the project's folder")],
            [NamedMount("sh0-home-shop_files", "/d")],
        ),
        ("tmpfs: /d", [], []),
    ],
)
def test_a_volume_is_one_of_the_stack_of_others_or_a_folder_of_the_host(
    text: str, volumes: list[tuple[str, str, str]], mounts: list[NamedMount | HostMount]
) -> None:
    top = (
        "volumes: {data: {}, far: {external: true, name: elsewhere},"
        " folder: {driver_opts: {type: none, o: bind, device: /link}},"
        " closed: {driver: local, driver_opts: {type: none, o: 'bind,ro', device: /srv}}}"
    )
    found = project(f"services: {{x: {{image: 'i:1', {text}}}}}\n{top}")
    around = attrs.evolve(AROUND, files=CONF, real={"/link": "/behind"})
    assert [(each.key, each.target, each.why) for each in own_volumes(found, found.services["x"], around)] == volumes
    assert list(spec_of(text, top, files=CONF, real={"/link": "/behind"}).mounts) == mounts


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("expose: []", ["x-a-b"]),
        ("volumes: ['data:/a/b']", []),
        ("volumes: ['data:/a']", []),
        ("volumes: ['data:/a/']", []),
        ("volumes: ['data:/a/b/c']", ["x-a-b"]),
        ("volumes: ['data:/a/bc']", ["x-a-b"]),
        ("tmpfs: /a", []),
    ],
)
def test_what_the_image_wants_is_a_volume_unless_something_is_mounted_there(text: str, wanted: list[str]) -> None:
    found = project(f"services: {{x: {{image: 'i:1', {text}}}}}\nvolumes: {{data: {{}}}}")
    around = attrs.evolve(AROUND, image_volumes=("/a/b",))
    volumes = own_volumes(found, found.services["x"], around)
    made_up = {each.key: each.target for each in volumes if each.key != "data"}
    assert made_up == dict.fromkeys(wanted, "/a/b")


def test_files_of_the_project_are_put_where_they_are_mounted() -> None:
    files = {"conf": (ProjectFile("", b"a", 0o644),), "more": (ProjectFile("x/y", b"b", 0o755),)}
    assert spec_of("volumes: ['./conf:/c', './more:/m']", files=files).files == (
        InjectedFile("/c", Secret("YQ=="), 0o644),
        InjectedFile("/m/x/y", Secret("Yg=="), 0o755),
    )


@pytest.mark.parametrize(
    ("user", "grant", "owner"),
    [
        ("7:8", "", (7, 8)),
        ("7", "", (7, 0)),
        ("app:staff", "", (0, 0)),
        ("7:8", ", uid: '1', gid: '2'", (1, 2)),
        ("7:8", ", uid: '1'", (1, 8)),
        ("", "", (0, 0)),
    ],
)
def test_a_secret_is_a_file_of_the_user(user: str, grant: str, owner: tuple[int, int]) -> None:
    found = project(
        f"services: {{x: {{image: i, user: '{user}', secrets: [{{source: token, target: /t, mode: 0400{grant}}}]}}}}\n"
        "secrets: {token: {environment: TOKEN}}",
        TOKEN="hunter22",
    )
    container = made(found).container
    assert container is not None
    assert container.files == (InjectedFile("/t", Secret("aHVudGVyMjI="), 0o400, *owner),)
    assert "hunter22" not in repr(container)


def test_configs_come_before_secrets_and_have_their_usual_places() -> None:
    found = project(
        "services: {x: {image: i, secrets: [token], configs: [conf]}}\n"
        "secrets: {token: {environment: TOKEN}}\nconfigs: {conf: {content: hello}}",
        TOKEN="hunter22",
    )
    container = made(found).container
    assert container is not None
    assert [(file.target, file.mode) for file in container.files] == [("/conf", 0o444), ("/run/secrets/token", 0o444)]


@pytest.mark.parametrize(("size", "fits"), [((1 << 20) - 6, True), ((1 << 20) - 5, False)])
def test_files_and_configs_together_have_a_bound(size: int, fits: bool) -> None:
    text = "configs: [conf], volumes: ['./conf:/c']"
    files = {"conf": (ProjectFile("a", b"x" * size, 0o644), ProjectFile("b", b"x", 0o644))}
    if fits:
        assert len(spec_of(text, "configs: {conf: {content: hello}}", files=files).files) == 3
    else:
        with pytest.raises(Invalid, match="1024 KiB of files"):
            spec_of(text, "configs: {conf: {content: hello}}", files=files)


@pytest.mark.parametrize(
    ("text", "top", "said"),
    [
        ("configs: [conf]", "configs: {conf: {external: true}}", "conf, which is external"),
        ("read_only: true, configs: [conf]", "configs: {conf: {content: x}}", "cannot be given /conf"),
    ],
)
def test_what_no_container_can_have_is_refused(text: str, top: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        spec_of(text, top)


@pytest.mark.parametrize("text", ["deploy: {replicas: 1}", "deploy: {replicas: 50}"])
def test_as_many_replicas_as_can_be_had(text: str) -> None:
    assert str(made(service(text)).replicas) in text


def test_variables_of_the_file_and_of_the_operator_have_to_fit_together() -> None:
    large: Mapping[str, Secret] = {f"V{number}": Secret("x" * (100 << 10)) for number in range(30)}
    with pytest.raises(InvalidValue, match=r"services\.x\.environment"):
        made(service("environment: {A: b}"), environment=large)


@pytest.mark.parametrize(
    ("volume", "reason"),
    [
        ("{driver: nfs-plugin}", "the driver nfs-plugin"),
        ("{driver: local, driver_opts: {type: nfs, o: 'addr=10.0.0.1,rw', device: ':/export'}}", "type, o, device"),
        ("{driver_opts: {type: tmpfs, device: tmpfs, o: size=64m}}", "type, device, o"),
    ],
)
def test_a_volume_whose_data_would_lie_elsewhere_is_refused(volume: str, reason: str) -> None:
    used = project(f"services: {{a: {{image: a, volumes: ['v:/d']}}}}\nvolumes: {{v: {volume}}}")
    with pytest.raises(Invalid, match=f"compose.yaml:?, line 2.*the volume v has .*{reason}"):
        desired(used, NEW)
    unused = project(f"services: {{a: {{image: a}}}}\nvolumes: {{v: {volume}}}")
    assert desired(unused, NEW)
