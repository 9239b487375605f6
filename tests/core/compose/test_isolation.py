"""What keeps a container apart: harmless words are free, others need a permission, unknown ones are refused."""

import json

import pytest

from sh0.compose.host_paths import canonical
from sh0.compose.keys import SERVICE_KEYS, Support
from sh0.compose.model import NoteKind
from sh0.compose.services import Service
from sh0.errors import Invalid
from tests.core.compose.parts import project
from tests.core.compose.paths import EVERYTHING


def needed(body: str, top: str = "") -> list[str]:
    """The permissions that a service needs, as they are given."""
    found = project(f"services:\n  web:\n    image: web:1\n    {body}\n{top}")
    return [note.permission.text for note in found.notes if note.permission and note.kind is NoteKind.DANGEROUS]


@pytest.mark.parametrize(
    ("option", "subject"),
    [
        ('seccomp={"defaultAction":"SCMP_ACT_ALLOW"}', 'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'),
        ("seccomp:unconfined", "seccomp=unconfined"),
        ("seccomp=UNCONFINED", "seccomp=UNCONFINED"),
        ("seccomp=/etc/passwd", "seccomp=/etc/passwd"),
        ("seccomp= unconfined", "seccomp=unconfined"),
        ("apparmor=unconfined ", "apparmor=unconfined"),
        (" apparmor:foo", "apparmor=foo"),
        ("label=type:spc_t", "label=type:spc_t"),
        ("label:disable", "label=disable"),
        ("label=level:s0:c1,c2", "label=level:s0:c1,c2"),
        ("systempaths=unconfined", "systempaths=unconfined"),
        ("writable-cgroups=true", "writable-cgroups=true"),
        ("no-new-privileges:false", "no-new-privileges=false"),
        ("no-new-privileges=FALSE", "no-new-privileges=false"),
        ("no-new-privileges=0", "no-new-privileges=false"),
    ],
)
def test_a_security_option_needs_a_permission_that_names_it(option: str, subject: str) -> None:
    assert needed(f"security_opt: [{json.dumps(option)}]") == [f"unconfined:{subject}"]


@pytest.mark.parametrize("option", ["no-new-privileges", "no-new-privileges:true", "no-new-privileges=True "])
def test_to_gain_no_privileges_is_free(option: str) -> None:
    assert needed(f"security_opt: [{json.dumps(option)}]") == []


def test_a_long_profile_is_named_by_a_digest_of_all_of_it() -> None:
    first, second = (needed(f'security_opt: [\'seccomp={{"syscalls": "{"x" * 500}{end}"}}\']')[0] for end in ("a", "b"))
    assert len(first) < 200
    assert "…sha256:" in first
    assert first != second


@pytest.mark.parametrize(
    "body",
    [
        "security_opt: ['Seccomp=unconfined']",
        "security_opt: [seccomp]",
        "security_opt: ['seccomp=']",
        "security_opt: ['mask=/proc']",
        "security_opt: ['no-new-privileges=maybe']",
        "security_opt: ['no-new-privileges-x=true']",
        "pid: Host",
        "pid: 'host '",
        "pid: private",
        "pid: 'Container:x'",
        "pid: 'service:'",
        "ipc: HOST",
        "ipc: shared",
        "network_mode: Host",
        "network_mode: 'host '",
        "network_mode: slirp4netns",
        "network_mode: mynet",
        "uts: Host",
        "uts: private",
        "userns_mode: keep-id",
        "cap_add: [SYS_ADMINS]",
        "cap_add: ['']",
        "cap_drop: [everything]",
        "sysctls: {kernel.core_pattern: '|/bin/sh'}",
        "sysctls: {vm.max_map_count: 262144}",
        "sysctls: {net/ipv4/ip_forward: 1}",
        "sysctls: {net.../kernel/core_pattern: x}",
        'sysctls: ["net.core.somaxconn=1\\n2"]',
        "sysctls: {NET.core.somaxconn: 1}",
        "ulimits: {files: 5}",
        "ulimits: {nofile: {soft: 9, hard: 5}}",
        "ulimits: {nofile: {soft: -1, hard: 5}}",
        "devices: [relative]",
        "devices: ['/dev/kvm:/dev/kvm:RWM']",
        "devices: ['/dev/kvm:/dev/kvm:rwx']",
        "ports: ['localhost:80:80']",
        "ports: ['0x7f.1:80:80']",
        "ports: ['127.1:80:80']",
        "ports: ['[::1%lo]:80:80']",
        "ports: [{target: 25, published: '2525', host_ip: 127.0.0.1.5}]",
        "ports: [{target: 25, published: '2525', host_ip: localhost}]",
        "ports: [{target: 25, published: '2525', host_ip: '2130706433'}]",
        "ports: [{target: 25, published: '2525', host_ip: ' 127.0.0.1'}]",
        "ports: [{target: 25, published: '2525', host_ip: 127.0.0.01}]",
    ],
)
def test_a_word_that_is_not_known_is_refused_with_its_place(body: str) -> None:
    with pytest.raises(Invalid, match=r"compose\.yaml, line 4"):
        needed(body)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("pid: host", ["host-namespace:pid=host"]),
        ("ipc: host", ["host-namespace:ipc=host"]),
        ("uts: host", ["host-namespace:uts=host"]),
        ("userns_mode: host", ["host-namespace:userns_mode=host"]),
        ("network_mode: host", ["host-network"]),
        ("privileged: true", ["privileged"]),
        ("cap_add: [net_admin]", ["capabilities:NET_ADMIN"]),
        ("cap_add: [cap_sys_admin, CAP_SYS_ADMIN, ' sys_admin ']", ["capabilities:SYS_ADMIN"]),
        ("cap_add: [All]", ["capabilities:ALL"]),
        ("cap_add: [NET_RAW]", ["capabilities:NET_RAW"]),
        ("sysctls: {net.ipv4.ip_forward: 1}", ["kernel-settings:net.ipv4.ip_forward=1"]),
        ("sysctls: {kernel.shmmax: 1}", ["kernel-settings:kernel.shmmax=1"]),
        ("sysctls: [fs.mqueue.msg_max=9]", ["kernel-settings:fs.mqueue.msg_max=9"]),
        ("ulimits: {rtprio: 99}", ["kernel-settings:rtprio=99:99"]),
        ("ulimits: {nice: {soft: 1, hard: 40}}", ["kernel-settings:nice=1:40"]),
        ("ulimits: {msgqueue: -1}", ["kernel-settings:msgqueue=-1:-1"]),
        ("devices: ['/dev//dri/../kvm:/dev/kvm:mr']", ["devices:/dev/kvm:rm"]),
    ],
)
def test_what_is_shared_with_the_host_needs_a_permission_that_names_it(body: str, wanted: list[str]) -> None:
    assert needed(body) == wanted


@pytest.mark.parametrize(
    "body",
    [
        "ipc: private",
        "ipc: none",
        "ipc: shareable",
        "cgroup: private",
        "network_mode: none",
        "network_mode: bridge",
        "cap_add: [chown, CAP_NET_BIND_SERVICE]",
        "sysctls: {net.core.somaxconn: 1024, net.ipv4.ip_local_port_range: '1024 65000'}",
        "ulimits: {nofile: {soft: 1000, hard: 2000}, memlock: -1, nproc: 65535, core: 0}",
    ],
)
def test_known_harmless_forms_are_free(body: str) -> None:
    assert needed(body) == []


@pytest.mark.parametrize("path", EVERYTHING)
def test_a_path_that_leads_to_the_engine_the_kernel_or_the_keys_gives_everything(path: str) -> None:
    [permission] = needed(f"volumes: [{{type: bind, source: {json.dumps(path)}, target: /x}}]")
    assert permission == f"docker-socket:{canonical(path)}:rw"
    options = {"type": "none", "o": "bind", "device": path}
    top = f"volumes: {{v: {{driver_opts: {json.dumps(options)}}}}}\n"
    assert needed("volumes: ['v:/x']", top) == [permission]


@pytest.mark.parametrize("path", ["/dev/kvm", "/dev/sda", "/dev/dri"])
def test_a_device_that_is_mounted_as_a_path_is_a_device(path: str) -> None:
    assert needed(f"volumes: ['{path}:/x']") == [f"devices:{path}:rw"]


@pytest.mark.parametrize(
    "path", ["/srv", "/etc/localtime", "/proc/cpuinfo", "/dev/shm", "/runner", "/variety", "/devices"]
)
def test_another_path_of_the_host_is_a_path(path: str) -> None:
    assert needed(f"volumes: ['{path}:/x:ro']") == [f"host-path:{path}:ro"]


@pytest.mark.parametrize(
    ("element", "use"),
    [
        ("volumes", "volumes: ['v:/host']"),
        ("networks", "networks: [v]"),
        ("configs", "configs: [v]"),
        ("secrets", "secrets: [v]"),
    ],
)
@pytest.mark.parametrize(
    "name", ["/", "/var/run/docker.sock", "../x", ".hidden", "-v", "a/b", "a b", "C:x", "x\ny", "é"]
)
def test_the_name_of_what_is_external_is_a_name_on_the_engine(element: str, use: str, name: str) -> None:
    for entry in ({"external": True, "name": name}, {"external": {"name": name}}):
        with pytest.raises(Invalid, match=rf"compose.yaml, line 5.*{element}\.v"):
            needed(use, f"{element}: {{v: {json.dumps(entry)}}}\n")


def test_a_key_that_is_no_name_on_the_engine_cannot_be_external() -> None:
    with pytest.raises(Invalid, match="must be a name on the engine"):
        needed("volumes: ['_v:/x']", "volumes: {_v: {external: true}}\n")


def test_an_external_volume_is_asked_for_by_its_name_on_the_engine() -> None:
    assert needed("volumes: ['v:/x']", "volumes: {v: {external: true, name: other_data}}\n") == ["external:other_data"]


def test_a_volume_that_is_no_folder_of_the_host_is_a_plain_one() -> None:
    for options in ({"device": "/srv"}, {"type": "ext4", "device": "/dev/sda1"}, {"o": "bind", "device": "x"}):
        found = project(
            "services: {web: {image: a, volumes: ['v:/x']}}\n"
            f"volumes: {{v: {{driver_opts: {json.dumps(options)}}}}}\n"
        )
        assert [(note.kind, note.key) for note in found.notes] == [(NoteKind.UNSUPPORTED, "volumes.v.driver_opts")]


IGNORED = {
    "blkio_config": "{weight: 300}",
    "cgroup_parent": "x",
    "cpu_rt_period": "1000",
    "cpu_rt_runtime": "1000",
    "credential_spec": "{file: x}",
    "device_cgroup_rules": "['c 1:3 mr']",
    "gpus": "all",
    "isolation": "hyperv",
    "mac_address": "'02:42:ac:11:65:43'",
    "oom_kill_disable": "true",
    "oom_score_adj": "-1000",
    "runtime": "kata",
    "storage_opt": "{size: 1G}",
    "use_api_socket": "true",
    "volumes_from": "['container:other']",
    "external_links": "[other]",
}


@pytest.mark.parametrize("key", IGNORED)
def test_what_is_not_honoured_reaches_no_container(key: str) -> None:
    def read(body: str) -> Service:
        return project(f"services:\n  web:\n    image: web:1\n    {body}\n").services["web"]

    assert SERVICE_KEYS[key].support is Support.UNSUPPORTED
    assert read(f"{key}: {IGNORED[key]}") == read("tty: false")
