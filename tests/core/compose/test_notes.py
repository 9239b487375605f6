"""Every key of the specification has its fate, and what is not honoured or is dangerous is said."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sh0.compose.keys import PROJECT_KEYS, SERVICE_KEYS, KeySupport, Support
from sh0.compose.model import NoteKind, PermissionKind
from sh0.compose.schema import compose_schema
from sh0.compose.tree import _BOOLEANS, _BOOLEANS_DEEPER, _INTEGERS, _PRIORITIES
from sh0.errors import Invalid
from tests.core.compose.parts import project

SCHEMA = compose_schema()
DEFINITIONS = SCHEMA["$defs"]


def followed(part: Mapping[str, Any]) -> Mapping[str, Any]:
    return DEFINITIONS[part["$ref"].rpartition("/")[2]] if "$ref" in part else part


def keys(part: Mapping[str, Any], above: str, table: Mapping[str, KeySupport]) -> Iterator[str]:
    """Every key that a part of the schema allows, as the table writes them; not below what is left out."""
    part = followed(part)
    for each in (*part.get("allOf", ()), *part.get("oneOf", ()), *part.get("anyOf", ())):
        yield from keys(each, above, table)
    if "items" in part:
        yield from keys(part["items"], above, table)
    for pattern, below in part.get("patternProperties", {}).items():
        if pattern != "^x-" and below:
            yield from keys(below, above, table)
    for key, below in part.get("properties", {}).items():
        path = f"{above}.{key}" if above else key
        yield path
        found = table.get(path)
        if found is None or found.support in (Support.HONOURED, Support.JUDGED) or path in ("networks", "build"):
            yield from keys(below, path, table)


def test_every_key_of_a_service_has_its_fate() -> None:
    found = set(keys(DEFINITIONS["service"], "", SERVICE_KEYS))
    assert found - set(SERVICE_KEYS) == set(), "what is in the specification and not in the table"
    assert set(SERVICE_KEYS) - found == set(), "what is in the table and not in the specification"


@pytest.mark.parametrize("element", ["network", "volume", "config", "secret"])
def test_every_key_of_an_element_has_its_fate(element: str) -> None:
    assert {f"{element}s.{key}" for key in DEFINITIONS[element]["properties"]} == {
        key for key in PROJECT_KEYS if key.startswith(f"{element}s.")
    }


def test_every_key_of_a_file_has_its_fate() -> None:
    assert set(SCHEMA["properties"]) == {key for key in PROJECT_KEYS if "." not in key}


def test_whatever_is_not_simply_honoured_says_why() -> None:
    for table in (SERVICE_KEYS, PROJECT_KEYS):
        assert [key for key, each in table.items() if each.support is not Support.HONOURED and not each.reason] == []


def test_places_that_take_no_text_are_known_to_the_interpolation() -> None:
    """Everywhere else a variable's text passes the schema and is converted when the record is made."""

    def strict(part: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        part = followed(part)
        alternatives = [*part.get("oneOf", ()), *part.get("anyOf", ())]
        for each in part.get("allOf", ()):
            yield from strict(each, path)
        types: set[str] = set()
        for each in (part, *map(followed, alternatives)):
            named = each.get("type", ())
            types |= {named} if isinstance(named, str) else set(named)
        if types & {"boolean", "integer", "number"} and "string" not in types:
            yield path
        for each in (*alternatives, part):
            each = followed(each)
            for key, below in each.get("properties", {}).items():
                yield from strict(below, (*path, key))
            for pattern, below in each.get("patternProperties", {}).items():
                if pattern != "^x-":
                    yield from strict(below, (*path, "*"))
            if "items" in each:
                yield from strict(each["items"], (*path, "*"))

    found = {path for path in strict(SCHEMA, ()) if path[0] != "jobs"}
    ours = {path for path in found if "pre_start" not in path}
    assert ours == {*_BOOLEANS, _BOOLEANS_DEEPER, *_INTEGERS, *_PRIORITIES}


def noted(body: str, top: str = "") -> list[tuple[str, str, str, str | None]]:
    lines = "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))
    found = project(f"services:\n  web:\n    image: web:1\n{lines}{top}")
    return [(note.kind.value, note.service, note.key, note.allow and note.allow.value) for note in found.notes]


@pytest.mark.parametrize(
    ("body", "key", "allow"),
    [
        ("privileged: true", "privileged", PermissionKind.PRIVILEGED),
        ("network_mode: host", "network_mode", PermissionKind.HOST_NETWORK),
        ("pid: host", "pid", PermissionKind.HOST_NAMESPACE),
        ("ipc: host", "ipc", PermissionKind.HOST_NAMESPACE),
        ("volumes: ['/etc:/etc:ro']", "volumes", PermissionKind.HOST_PATH),
        ("volumes: ['../up:/up']", "volumes", PermissionKind.HOST_PATH),
        ("volumes: ['~/.ssh:/ssh']", "volumes", PermissionKind.HOST_PATH),
        ("volumes: ['/var/run/docker.sock:/s']", "volumes", PermissionKind.DOCKER_SOCKET),
        ("volumes: ['/var/run/:/run']", "volumes", PermissionKind.DOCKER_SOCKET),
        ("volumes: ['/:/host']", "volumes", PermissionKind.DOCKER_SOCKET),
        ("volumes: ['/tmp/../run:/run']", "volumes", PermissionKind.DOCKER_SOCKET),
        ("volumes: ['//var//run/:/run']", "volumes", PermissionKind.DOCKER_SOCKET),
        ("devices: [/dev/kvm]", "devices", PermissionKind.DEVICES),
        ("cap_add: [SYS_ADMIN]", "cap_add", PermissionKind.CAPABILITIES),
        ("cap_add: [ALL]", "cap_add", PermissionKind.CAPABILITIES),
        ("security_opt: ['seccomp:unconfined']", "security_opt", PermissionKind.UNCONFINED),
        ("security_opt: ['no-new-privileges:false']", "security_opt", PermissionKind.UNCONFINED),
    ],
)
def test_what_is_dangerous_needs_leave(body: str, key: str, allow: PermissionKind) -> None:
    assert noted(body) == [("dangerous", "web", key, allow.value)]


@pytest.mark.parametrize(
    "body",
    [
        "privileged: false",
        "cap_add: [NET_BIND_SERVICE]",
        "cap_drop: [ALL]",
        "security_opt: ['no-new-privileges:true']",
        "ipc: shareable",
        "volumes: [/data]",
        "tmpfs: /run",
        "read_only: true",
        "oom_kill_disable: false",
        "develop:",
    ],
)
def test_what_is_harmless_is_not_noted(body: str) -> None:
    assert noted(body) == []


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("runtime: nvidia", "runtime"),
        ("network_mode: container:other", "network_mode"),
        ("tmpfs: ['/run:size=1m,uid=5']", "tmpfs"),
        ("volumes: ['./a:/a:cached']", "volumes.consistency"),
        ("gpus: all", "gpus"),
        ("deploy: {placement: {constraints: [a]}}", "deploy.placement"),
        ("deploy: {resources: {limits: {memory: 1g}}, mode: global}", "deploy.mode"),
        ("networks: {default: {mac_address: '02:42:ac:11:65:43'}}", "networks.mac_address"),
        ("build: {context: ., cache_from: [a]}", "build.cache_from"),
        ("volumes: [{type: image, source: a, target: /a}]", "volumes.type"),
        ("volumes: [{type: bind, source: ., target: /a, bind: {propagation: shared}}]", "volumes.bind.propagation"),
        ("logging: {driver: syslog}", "logging"),
        ("post_start: [{command: x}]", "post_start"),
        ("storage_opt: {size: 1G}", "storage_opt"),
    ],
)
def test_what_is_not_honoured_is_said(body: str, key: str) -> None:
    assert (("unsupported", "web", key, None)) in noted(body)


def test_a_pull_policy_after_a_time_means_something_else() -> None:
    assert noted("pull_policy: every_12h") == [("changed", "web", "pull_policy", None)]
    assert noted("pull_policy: always") == []


def test_a_network_that_is_called_like_a_key_is_no_key() -> None:
    assert noted("networks: {mac_address: {aliases: [x]}}", "networks: {mac_address: }\n") == [
        ("changed", "web", "networks", None)
    ]


def test_elements_of_the_project_are_noted_from_the_top() -> None:
    top = """
volumes:
  out: {external: true}
  nfs: {driver: nfs}
  host: {driver: local, driver_opts: {type: none, o: bind, device: /srv}}
  socket: {driver_opts: {type: none, o: bind, device: //var/run/}}
  unused: {external: true}
  named: {name: other}
networks:
  default: {driver: bridge, ipam: {config: [{subnet: 10.0.0.0/24}]}}
  front: {external: true}
models: {m: {model: x}}
"""
    assert set(
        noted("volumes: ['out:/o', 'nfs:/n', 'host:/h', 'named:/x', 'socket:/s']\nnetworks: [default, front]", top)
    ) == {
        ("changed", "web", "networks", None),
        ("dangerous", "", "volumes.out.external", "external"),
        ("unsupported", "", "volumes.nfs.driver", None),
        ("dangerous", "", "volumes.host.driver_opts", "host-path"),
        ("dangerous", "", "volumes.socket.driver_opts", "docker-socket"),
        ("changed", "", "volumes.named.name", None),
        ("unsupported", "", "networks.default.ipam", None),
        ("unsupported", "", "networks.front.external", None),
        ("unsupported", "", "models", None),
    }


def test_a_note_says_where_and_what_and_the_project_sums_the_leaves_up() -> None:
    found = project("services:\n  web:\n    image: a\n    ports: ['80:80']\n    privileged: true\n    pid: host\n")
    assert [(note.place.line, note.kind) for note in found.notes] == [
        (4, NoteKind.CHANGED),
        (5, NoteKind.DANGEROUS),
        (6, NoteKind.DANGEROUS),
    ]
    assert found.needed() == {PermissionKind.PRIVILEGED, PermissionKind.HOST_NAMESPACE}


def test_a_variable_without_a_value_is_said_and_one_that_may_be_missing_is_not() -> None:
    found = project(
        'services:\n  web:\n    image: a\n    environment: [A=$A, "B=${B:-}", "C=${C+c}", D=$D]\n', {"D": ""}
    )
    assert [(note.kind, note.key, note.place.line) for note in found.notes] == [(NoteKind.UNSET, "A", 4)]


def test_a_service_of_a_provider_is_left_out_and_said() -> None:
    found = project("services:\n  a: {image: a, depends_on: [b]}\n  b: {provider: {type: x}}\n")
    assert list(found.services) == ["a"]
    assert [(note.service, note.key) for note in found.notes] == [("b", "provider")]


def test_a_variable_that_is_to_come_from_elsewhere_and_does_not_is_told() -> None:
    text = """
services:
  web:
    build: {context: ., args: [REVISION, "A=1"]}
    environment: [API_KEY, TOKEN, "B=1"]
    env_file: e.env
  other:
    image: other
    environment: {API_KEY: , EMPTY: ""}
"""
    found = project(text, {"TOKEN": "t"}, files={"e.env": "REGION\nC=1\n"})
    told = [(note.service, note.key, note.place.path, note.place.line) for note in found.notes]
    assert told == [
        ("web", "REVISION", "compose.yaml", 4),
        ("web", "API_KEY", "compose.yaml", 5),
        ("other", "API_KEY", "compose.yaml", 9),
        ("web", "REGION", "e.env", 0),
    ]
    assert {note.kind for note in found.notes} == {NoteKind.UNSET}
    assert "the Dockerfile's default holds" in found.notes[0].message
    assert "only setting it for the service" in found.notes[1].message
    assert set(found.services["web"].environment) == {"TOKEN", "B", "C"}


@pytest.mark.parametrize(
    ("key", "remedy"), [("env_file", "mark it with required: false"), ("label_file", "take it out of label_file")]
)
def test_a_missing_file_has_a_remedy_that_its_key_knows(key: str, remedy: str) -> None:
    with pytest.raises(Invalid, match="there is no file gone") as caught:
        project(f"services: {{web: {{image: web, {key}: [gone]}}}}")
    assert remedy in caught.value.hint
