"""Everything that a Compose file can make of a container is either harmless or asked for: a new field says which."""

import attrs
import pytest

from sh0.compose.keys import SERVICE_KEYS, Support
from sh0.ports.container import ContainerSpec
from sh0.stacks.planner import Situation, desired, plan
from tests.core.compose.parts import project

HARMLESS = {
    "entrypoint": "entrypoint: [x]",
    "command": "command: [x]",
    "environment": "environment: {A: b}",
    "working_dir": "working_dir: /x",
    "user": "user: root",
    "groups": "group_add: ['5']",
    "hostname": "hostname: x",
    "domainname": "domainname: x",
    "aliases": "container_name: old",
    "dns": "dns: 9.9.9.9",
    "dns_search": "dns_search: example.org",
    "extra_hosts": "extra_hosts: {a: 10.0.0.1}",
    "init": "init: false",
    "tty": "tty: true",
    "stdin_open": "stdin_open: true",
    "restart": "restart: on-failure",
    "attempts": "restart: 'on-failure:3'",
    "stop_signal": "stop_signal: SIGINT",
    "stop_timeout": "stop_grace_period: 20s",
    "health": "healthcheck: {test: [CMD, x]}",
    "memory_mounts": "tmpfs: /run",
    "files": "configs: [c]",
    "read_only": "read_only: true",
    "pids": "pids_limit: 5",
    "shm_size": "shm_size: 64m",
    "labels": "labels: {a: b}",
    "cap_drop": "cap_drop: [ALL]",
}
"""Fields of a container that concern nobody else, with what sets each in a file."""

ASKED = {
    "mounts": ["volumes: ['/srv:/x']", "volumes: ['theirs:/x']", "volumes: ['folder:/x']"],
    "published": ["ports: ['127.0.0.1:5432:5432']", "ports: ['5432']", "ports: ['[::1]:53:53/udp']"],
    "kernel_limits": ["ulimits: {rtprio: 5}"],
    "sysctls": ["sysctls: {net.ipv4.ip_forward: 1}"],
    "cap_add": ["cap_add: [SYS_ADMIN]", "cap_add: [NET_RAW]"],
    "no_new_privileges": ["security_opt: ['no-new-privileges=false']"],
    "security_options": ["security_opt: ['apparmor=x']"],
    "privileged": ["privileged: true"],
    "devices": ["devices: [/dev/kvm]"],
    "pid_mode": ["pid: host"],
    "ipc_mode": ["ipc: host"],
    "uts_mode": ["uts: host"],
    "user_namespace": ["userns_mode: host"],
    "cgroup_namespace": ["cgroup: host"],
}
"""Fields with which a container reaches the host or others, with what sets each in a dangerous way."""

_FREE_KEYS = (
    "build cap_drop command configs cpus depends_on deploy dns dns_search domainname entrypoint env_file environment"
    " expose extends extra_hosts group_add healthcheck hostname image init label_file labels mem_limit pids_limit"
    " profiles read_only restart scale secrets shm_size stdin_open stop_grace_period stop_signal tty user working_dir"
)
FREE_KEYS = frozenset(_FREE_KEYS.split())
"""Keys that are honoured whatever their value."""


def read(body: str) -> tuple[ContainerSpec, list[str]]:
    """What a service becomes, and what it asks for."""
    found = project(
        f"services: {{x: {{image: 'x:1', {body}}}}}\nconfigs: {{c: {{content: x}}}}\n"
        "volumes: {theirs: {external: true}, folder: {driver_opts: {type: none, o: bind, device: /srv}}}\n"
    )
    situation = Situation("shop", "home")
    [each] = desired(found, situation)
    assert each.snapshot.container is not None
    return each.snapshot.container, [need.permission.text for need in plan(found, situation).needs]


def test_every_field_of_a_container_is_harmless_or_asked_for() -> None:
    fields = {field.name for field in attrs.fields(ContainerSpec)}
    assert fields == HARMLESS.keys() | ASKED.keys()
    assert not HARMLESS.keys() & ASKED.keys()


@pytest.mark.parametrize("field", HARMLESS)
def test_what_is_harmless_is_not_asked_for(field: str) -> None:
    usual, (spec, needs) = read("init: true")[0], read(HARMLESS[field])
    assert getattr(spec, field) != getattr(usual, field)
    assert needs == []


@pytest.mark.parametrize("field", ASKED)
def test_what_reaches_the_host_is_asked_for(field: str) -> None:
    usual = read("init: true")[0]
    for body in ASKED[field]:
        spec, needs = read(body)
        assert getattr(spec, field) != getattr(usual, field)
        assert len(needs) == 1


def test_every_key_that_is_honoured_whatever_its_value_is_free() -> None:
    honoured = {key for key, each in SERVICE_KEYS.items() if each.support is Support.HONOURED and "." not in key}
    assert honoured == FREE_KEYS
