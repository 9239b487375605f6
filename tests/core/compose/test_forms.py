"""Short and long forms of the same thing are the same record."""

import pytest

from sh0.compose import ports, scalars, volumes
from sh0.compose.services import (
    Attachment,
    BindMount,
    Condition,
    Dependency,
    Device,
    Grant,
    HealthTest,
    Limits,
    Order,
    PortMapping,
    Restart,
    RestartPolicy,
    TmpfsMount,
    Ulimit,
    VolumeMount,
)
from sh0.errors import Invalid
from sh0.values import ByteSize
from tests.core.compose.parts import project, service


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("10s", 10), ("1m30s", 90), ("1h", 3600), ("500ms", 0.5), ("1.5s", 1.5), ("100us", 1e-4), ("1d", 86400), ("0", 0)],
)
def test_durations(text: str, seconds: float) -> None:
    assert scalars.duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["10", "s", "", "1x", "-1s", "1m 30s", "9" * 40 + "s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        scalars.duration(text)


@pytest.mark.parametrize(("value", "size"), [("512m", 512 << 20), ("1.5gb", 3 << 29), (1024, 1024), ("64k", 64 << 10)])
def test_sizes(value: object, size: int) -> None:
    assert scalars.size(value) == size


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("80", [PortMapping(80)]),
        ("'8080:80'", [PortMapping(80, 8080, 8080)]),
        ("'127.0.0.1:8080:80/udp'", [PortMapping(80, 8080, 8080, "127.0.0.1", "udp")]),
        ("'127.0.0.1::80'", [PortMapping(80, host_ip="127.0.0.1")]),
        ("'[::1]:8080:80'", [PortMapping(80, 8080, 8080, "::1")]),
        ("'3000-3001'", [PortMapping(3000), PortMapping(3001)]),
        ("'9000-9001:80-81'", [PortMapping(80, 9000, 9000), PortMapping(81, 9001, 9001)]),
        ("'9000-9010:80'", [PortMapping(80, 9000, 9010)]),
        ("{target: 80, published: '8080', app_protocol: http, name: web}", [
            PortMapping(80, 8080, 8080, "", "tcp", "http", "web")]),
        ("{target: 80, published: 8000-8002, host_ip: 10.0.0.1}", [PortMapping(80, 8000, 8002, "10.0.0.1")]),
    ],
)  # fmt: skip
def test_ports(entry: str, expected: list[PortMapping]) -> None:
    assert list(service(f"ports: [{entry}]").ports) == expected


@pytest.mark.parametrize(
    "text", ["", "0", "65536", "80:", "a:80", "1-1000", "80-81:90-92", "1.2.3.4:5:6:7", "80/", 8.5]
)
def test_what_is_no_port(text: object) -> None:
    with pytest.raises(ValueError):
        ports.parse(text)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("/data", VolumeMount("", "/data")),
        ("db:/data:ro", VolumeMount("db", "/data", read_only=True)),
        ("db:/data:nocopy", VolumeMount("db", "/data", nocopy=True)),
        ("{type: volume, source: db, target: /data, volume: {subpath: a}}", VolumeMount("db", "/data", subpath="a")),
        ("./conf:/etc/conf:ro,z", BindMount("conf", "/etc/conf", read_only=True, inside=True)),
        ("../up:/up", BindMount("../up", "/up")),
        ("/etc/passwd:/p", BindMount("/etc/passwd", "/p")),
        ("~/x:/x", BindMount("~/x", "/x")),
        ("{type: bind, source: ., target: /src, bind: {create_host_path: false}}",
         BindMount(".", "/src", inside=True, create=False)),
        ("{type: tmpfs, target: /t, tmpfs: {size: 64m, mode: 0755}}", TmpfsMount("/t", ByteSize(64 << 20), 0o755)),
    ],
)  # fmt: skip
def test_mounts(entry: str, expected: object) -> None:
    quoted = entry if entry.startswith("{") else f"'{entry}'"
    text = f"services:\n  web:\n    image: web:1\n    volumes: [{quoted}]\nvolumes:\n  db:\n"
    assert project(text).services["web"].mounts == (expected,)


@pytest.mark.parametrize("text", ["", ":/a", "a:", "a:b", "a:/b:rw:x", "a:/b:sideways", "relative"])
def test_what_is_no_mount(text: str) -> None:
    with pytest.raises(ValueError):
        volumes.parse(text)


def test_tmpfs_in_both_forms() -> None:
    assert service("tmpfs: /run:size=64m,mode=755,uid=3").mounts == (TmpfsMount("/run", ByteSize(64 << 20), 0o755),)
    assert service("tmpfs: [/run, /tmp]").mounts == (TmpfsMount("/run"), TmpfsMount("/tmp"))


def test_two_mounts_at_one_place_are_refused() -> None:
    with pytest.raises(Invalid, match="mounts two things at /a"):
        service("volumes: [/a]\ntmpfs: /a")


def test_permission_bits_are_octal_however_they_are_written() -> None:
    text = "services:\n  web:\n    image: a\n    configs: [{{source: c, mode: {}}}]\nconfigs: {{c: {{content: x}}}}\n"
    for written in ("0440", '"0440"', "0o440", '"440"', str(0o440)):
        assert project(text.format(written)).services["web"].configs[0].mode == 0o440, written


def test_a_command_is_split_as_a_shell_would_and_no_shell_runs_it() -> None:
    found = service("command: sh -c 'echo \"$$HOME\"; exit'\nentrypoint: [a, b c]")
    assert found.command == ("sh", "-c", 'echo "$HOME"; exit')
    assert found.entrypoint == ("a", "b c")


def test_an_empty_command_is_none_and_a_missing_one_keeps_the_images() -> None:
    assert (service("command: ''").command, service("command: []").command) == ((), ())
    assert (service("command:").command, service("init: true").command) == (None, None)


def test_health_checks_in_all_forms() -> None:
    long = (
        "healthcheck: {test: [CMD, curl, -f, 'http://localhost'], interval: 1m30s, timeout: 10s, retries: 3, "
        "start_period: 40s, start_interval: 5s}"
    )
    assert service(long).healthcheck == HealthTest(
        False, ("CMD", "curl", "-f", "http://localhost"), 90.0, 10.0, 3, 40.0, 5.0
    )
    text = service("healthcheck: {test: curl -f localhost || exit 1}").healthcheck
    assert text == HealthTest(test=("CMD-SHELL", "curl -f localhost || exit 1"))
    assert service("healthcheck: {disable: true}").healthcheck == HealthTest(disabled=True)
    assert service("healthcheck: {test: [NONE]}").healthcheck == HealthTest(disabled=True)
    with pytest.raises(Invalid, match="must begin with NONE, CMD or CMD-SHELL, not 'curl'"):
        service("healthcheck: {test: [curl, x]}")


def test_dependencies_in_both_forms_and_those_that_are_meant() -> None:
    text = """
services:
  a: {image: a, depends_on: [b]}
  b: {image: b, depends_on: {c: {condition: service_healthy, restart: true}}}
  c: {image: c, links: ["d:alias"], pid: "service:e"}
  d: {image: d}
  e: {image: e, network_mode: "service:d"}
"""
    found = project(text).services
    assert found["a"].depends_on == {"b": Dependency()}
    assert found["b"].depends_on == {"c": Dependency(Condition.HEALTHY, restart=True)}
    assert set(found["c"].depends_on) == {"d", "e"}
    assert set(found["e"].depends_on) == {"d"}


def test_limits_and_replicas_come_from_deploy_or_from_the_older_keys() -> None:
    new = service(
        "deploy: {replicas: 3, resources: {limits: {cpus: '0.5', memory: 50M, pids: 9}, reservations: {memory: 20M}}}"
    )
    assert (new.replicas, new.limits) == (3, Limits(ByteSize(50 << 20), 0.5, 9))
    assert new.reservations == Limits(ByteSize(20 << 20))
    old = service("scale: 3\nmem_limit: 50m\ncpus: 0.5\npids_limit: 9\nmem_reservation: 20m")
    assert (old.replicas, old.limits, old.reservations) == (3, new.limits, new.reservations)


def test_restarts_in_all_forms() -> None:
    assert service("init: true").restart is None
    assert service('restart: "no"').restart == Restart(RestartPolicy.NO)
    assert service("restart: no").restart == Restart(RestartPolicy.NO), "no is a text in YAML 1.2"
    assert service("restart: on-failure:3").restart == Restart(RestartPolicy.ON_FAILURE, 3)
    policy = "restart: always\ndeploy: {restart_policy: {condition: on-failure, max_attempts: 5}}"
    assert service(policy).restart == Restart(RestartPolicy.ON_FAILURE, 5), "deploy wins"
    with pytest.raises(Invalid, match="must be no, always"):
        service("restart: sometimes")


def test_networks_in_both_forms() -> None:
    text = "services:\n  a: {{image: a, networks: {}}}\nnetworks: {{front: , back: {{}}}}\n"
    assert project(text.format("[front, back]")).services["a"].networks == {"front": Attachment(), "back": Attachment()}
    found = project(text.format("{front: {aliases: [x]}, back: {ipv4_address: 10.0.0.2}}")).services["a"].networks
    assert found == {"front": Attachment(("x",)), "back": Attachment((), "10.0.0.2")}
    assert service("init: true").networks == {"default": Attachment()}
    with pytest.raises(Invalid, match="has network_mode and networks"):
        project("services: {a: {image: a, network_mode: host, networks: [x]}}\nnetworks: {x: }\n")


def test_builds_in_both_forms() -> None:
    short = service("build: ./web").build
    assert short is not None
    assert (short.context, short.dockerfile) == ("web", "Dockerfile")
    long = service(
        "build: {context: ., dockerfile: docker/Dockerfile, target: prod, args: [A=1, B], no_cache: true}",
        {"B": "2"},
    ).build
    assert long is not None
    assert {name: value.reveal() for name, value in long.args.items()} == {"A": "1", "B": "2"}
    assert (long.context, long.dockerfile, long.target, long.no_cache) == (".", "docker/Dockerfile", "prod", True)
    remote = service("build: https://github.com/acme/web.git#main").build
    assert remote is not None
    assert remote.remote
    for outside in ("../elsewhere", "/srv/elsewhere", "{context: a, dockerfile: ../../Dockerfile}"):
        with pytest.raises(Invalid, match="outside of the project"):
            service(f"build: {outside}")


def test_what_else_is_a_list_or_a_mapping() -> None:
    found = service(
        "extra_hosts: ['a=1.2.3.4', 'b:::1', 'a=[::2]']\nulimits: {nproc: 9, nofile: {soft: 1, hard: -1}}\n"
        "sysctls: [net.core.somaxconn=1024]\ndns: 1.1.1.1\ndns_search: [a, b]\nlabels: [x=y, z]\nlabel_file: l.labels\n"
        "devices: ['/dev/a:/dev/b:r', '/dev/c', {source: /dev/d}]\ncap_add: [CAP_NET_ADMIN, kill]\n"
        "expose: ['3000', 8080-8081/tcp, 53/udp]\ngroup_add: [mail, 5]",
        {},
        l_labels="x=below\nw=1\n",
    )
    assert found.extra_hosts == {"a": ("1.2.3.4", "::2"), "b": ("::1",)}
    assert found.ulimits == {"nproc": Ulimit(9, 9), "nofile": Ulimit(1, -1)}
    assert found.sysctls == {"net.core.somaxconn": "1024"}
    assert (found.dns, found.dns_search) == (("1.1.1.1",), ("a", "b"))
    assert found.labels == {"x": "y", "w": "1", "z": ""}
    assert found.devices == (Device("/dev/a", "/dev/b", "r"), Device("/dev/c", "/dev/c"), Device("/dev/d", "/dev/d"))
    assert found.cap_add == ("NET_ADMIN", "KILL")
    assert found.expose == (3000, 8080, 8081)
    assert found.group_add == ("mail", "5")


def test_configs_and_secrets_have_their_content_and_their_place() -> None:
    text = """
services:
  web:
    image: web:1
    configs: [a, {source: b, target: /etc/b.conf, uid: "103", mode: 0440}]
    secrets: [c, {source: d, target: d.txt}, e]
configs:
  a: {file: ./a.conf}
  b: {content: "inline $X"}
secrets:
  c: {environment: TOKEN}
  d: {file: d.key}
  e: {external: true}
"""
    found = project(text, {"X": "text", "TOKEN": "t0k3n"}, files={"a.conf": "A", "d.key": "D"})
    web = found.services["web"]
    assert web.configs == (Grant("a", "/a"), Grant("b", "/etc/b.conf", "103", "", 0o440))
    assert web.secrets == (Grant("c", "/run/secrets/c"), Grant("d", "/run/secrets/d.txt"), Grant("e", "/run/secrets/e"))
    contents = {c.key: c.content and c.content.reveal() for c in (*found.configs.values(), *found.secrets.values())}
    assert contents == {"a": "A", "b": "inline text", "c": "t0k3n", "d": "D", "e": None}
    assert found.secrets["e"].external
    assert "t0k3n" not in repr(found)


def test_a_config_without_a_source_or_a_file_is_named() -> None:
    text = "services: {web: {image: a, configs: [c]}}\nconfigs:\n  c: %s\n"
    with pytest.raises(Invalid, match=r"line 3: configs.c: needs one of file"):
        project(text % "{}")
    with pytest.raises(Invalid, match=r"configs.c: the file gone.txt is not there, and the service web is granted it"):
        project(text % "{file: gone.txt}")


def test_update_settings() -> None:
    found = service(
        "deploy: {update_config: {order: start-first, parallelism: 2, delay: 5s, failure_action: rollback}}"
    ).update
    assert (found.order, found.parallelism, found.delay, found.rollback) == (Order.START_FIRST, 2, 5.0, True)


def test_extensions_are_kept() -> None:
    text = "x-sh0: {name: Demo, list: [1, 2]}\nservices: {web: {image: a, x-sh0: {port: 80}}}\n"
    found = project(text)
    assert found.extensions == {"x-sh0": {"name": "Demo", "list": [1, 2]}}
    assert found.services["web"].extensions == {"x-sh0": {"port": 80}}
