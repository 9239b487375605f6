"""What is wrong in a file is said in sentences, with its place."""

import pytest

from sh0.errors import Invalid
from tests.core.compose.parts import project

FILES = [
    ("services: [a]", "line 1: services must be a mapping, not a list"),
    ("- a", "line 1: a Compose file is a mapping with services in it, not a list"),
    ("foo: 1", "line 1: foo is no key that Compose has here"),
    ("services:\n  we b: {}", "line 2: services.we b has a name that is not allowed here"),
]
SERVICES = [
    ("imagee: x", ".imagee is no key that Compose has here; did you mean image?"),
    ("ports: 80", ".ports must be a list, not the number 80"),
    ("ports: [{targett: 1}]", ".ports[0].targett is no key that Compose has here; did you mean target?"),
    ("healthcheck: {test: 3}", ".healthcheck.test must be a text or a list, not the number 3"),
    ("depends_on: {db: {condition: up}}", ".depends_on.db.condition must be one of service_started, service_healthy"),
    ("volumes: [{type: bindd}]", ".volumes[0].type must be one of bind, volume, tmpfs, cluster, npipe, image"),
    ("volumes: [{type: bindd}]", "not 'bindd'; did you mean bind?"),
    ("volumes: [[a]]", ".volumes[0] must be a text or a mapping, not a list"),
    ("restart: false", ".restart must be a text, not false"),
    ("environment: {A: [1]}", ".environment.A must be a text, a number, true or false or empty, not a list"),
    ("security_opt: [A, A]", ".security_opt[1] is there twice: A"),
    ("networks: [default, default]", ".networks[1] is there twice: default"),
    ("depends_on: [web, web]", ".depends_on[1] is there twice: web"),
    ("ulimits: {nofile: {soft: 1}}", ".ulimits.nofile needs hard"),
    ("cpu_percent: 101", ".cpu_percent must be at most 100, not 101"),
    ("ports: ['80:a']", ".ports[0]: must have the form [[address:]published:]target[/protocol], not '80:a'"),
    ("volumes: ['a:b']", ".volumes[0]: must have an absolute path as its target, not 'b'"),
    ("mem_limit: lots", ".mem_limit: must be a size such as 512m or 1.5gb, not 'lots'"),
    ("stop_grace_period: '10'", ".stop_grace_period: must be a duration such as 30s or 1m30s, not '10'"),
    ("privileged: perhaps", ".privileged: must be true or false, not 'perhaps'"),
    ('command: "a \'b"', ".command: cannot be split into arguments: no closing quotation"),
    ("extra_hosts: [x]", ".extra_hosts: must have the form name=address, not 'x'"),
    ("configs: [{source: a, target: ../../etc/x}]", ".configs[0]: has a target with .. in it"),
    (
        "volumes: [{type: volume, source: a, target: /a, volume: {subpath: ../b}}]",
        ".volumes[0]: has a subpath that leads out of the volume: '../b'",
    ),
    ("image: a B", ".image: 'a B' is not an image reference"),
    ("volumes: ['C:\\x:/x']", ".volumes[0]: mounts a path of Windows, and containers are of Linux"),
    ("environment: ['=x']", ".environment. has an entry without a name"),
    (
        "deploy: {resources: {limits: {memory: 1m}, reservations: {memory: 2m}}}",
        ": reserves more memory than its limit allows",
    ),
]


@pytest.mark.parametrize(("text", "said"), FILES)
def test_a_mistake_in_a_file_is_said_with_its_place(text: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        project(text)
    assert f"compose.yaml, {said}" in caught.value.message
    assert isinstance(caught.value.details["line"], int)


@pytest.mark.parametrize(("body", "said"), SERVICES)
def test_a_mistake_in_a_service_is_said_with_its_place(body: str, said: str) -> None:
    image = "" if body.startswith("image") else "    image: a\n"
    with pytest.raises(Invalid) as caught:
        project(f"services:\n  web:\n{image}    {body}\n")
    assert caught.value.message.startswith("compose.yaml, line ")
    assert said in caught.value.message
    assert "services.web" in caught.value.message


def test_an_empty_file_is_no_compose_file() -> None:
    with pytest.raises(Invalid, match="a Compose file is a mapping with services in it, not empty"):
        project(files={"compose.yaml": "# nothing\n"})


def test_several_mistakes_are_said_at_once_in_the_order_of_the_file_and_not_without_end() -> None:
    text = "services:\n  web:\n" + "".join(f"    key{n}: x\n" for n in range(30))
    with pytest.raises(Invalid) as caught:
        project(text)
    lines = caught.value.message.split("\n")
    assert [line.split(":")[0] for line in lines[:8]] == [f"compose.yaml, line {n}" for n in range(3, 11)]
    assert lines[8:] == ["… and 22 more"]


def test_an_entry_that_is_there_twice_is_named_without_its_value() -> None:
    with pytest.raises(Invalid, match=r"security_opt\[1\] is there twice: TOKEN\n") as caught:
        project("services: {a: {image: a, security_opt: [TOKEN=s3cret, TOKEN=s3cret]}}")
    assert "s3cret" not in str(caught.value)
