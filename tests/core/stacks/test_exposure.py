"""Which ports of a service get a host name, and which the host listens on."""

import json

import pytest

from sh0.errors import Invalid
from sh0.stacks.exposure import exposure
from tests.core.stacks.situations import project, service


@pytest.mark.parametrize(
    ("ports", "routes", "published"),
    [
        ("ports: ['8080:80']", [80], []),
        ("ports: ['80:80', '443:443']", [80], []),
        ("ports: ['9000:9000', '9001:9001']", [9000], [9001]),
        ("ports: ['3306:3306']", [], [3306]),
        ("ports: ['127.0.0.1:8080:80']", [], [80]),
        ("ports: ['[::1]:8080:80']", [], [80]),
        ("ports: ['53:53/udp']", [], [53]),
        ("ports: [{target: 6379, app_protocol: http}]", [6379], []),
        ("ports: [{target: 7777, published: 7777, app_protocol: tcp}]", [], [7777]),
        ("ports: ['9000:9000', '80:80'], x-sh0: {expose: 80}", [80], [9000]),
        ("ports: ['9000:9000'], x-sh0: {expose: [3000, 3001]}", [3000, 3001], [9000]),
        ("x-sh0: {expose: {port: 3000, host: a.org, health: /up}}", [3000], []),
        ("expose: ['3000']", [], []),
    ],
)
def test_ports_become_host_names_or_are_published(ports: str, routes: list[int], published: list[int]) -> None:
    found = service(ports)
    decided = exposure(found, found.services["x"])
    assert [route.port for route in decided.routes] == routes
    assert [port.port for port in decided.published] == published
    assert len(decided.mappings) == len(published)


def test_a_file_that_says_what_it_exposes_has_no_other_host_names() -> None:
    found = project(
        "x-sh0: {expose: [{service: a, port: 80, health: /up}]}\n"
        "services: {a: {image: x}, b: {image: x, ports: ['8081:80']}}"
    )
    assert exposure(found, found.services["b"]).routes == ()
    assert exposure(found, found.services["a"]).routes[0].health == "/up"


@pytest.mark.parametrize(
    "text",
    [
        "x-sh0: {expose: [{service: nobody, port: 80}]}",
        "x-sh0: {expose: [{service: a, port: 0}]}",
        "x-sh0: {expose: [{service: a, port: true}]}",
        "x-sh0: {expose: [{service: a, port: 80, health: up}]}",
        "x-sh0: {expose: [80]}",
        "x-sh0: {expose: {port: 80}}",
    ],
)
def test_an_exposure_that_cannot_be_is_refused(text: str) -> None:
    found = project(f"{text}\nservices: {{a: {{image: x}}}}")
    with pytest.raises(Invalid):
        exposure(found, found.services["a"])


@pytest.mark.parametrize("host", ["a b.org", "a.org\\nx 1", "-.org", "1.2.3.4", 7, ["a.org"]])
def test_a_host_name_of_a_file_is_one_before_it_gets_near_the_proxy(host: object) -> None:
    found = service(f"x-sh0: {{expose: {{port: 80, host: {json.dumps(host)}}}}}")
    with pytest.raises(Invalid):
        exposure(found, found.services["x"])
