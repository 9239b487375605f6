"""Which ports of a service get a host name, and which the host listens on."""

import json

import pytest

from sh0.errors import Invalid
from sh0.stacks.exposure import OTHER_PROTOCOLS, Route, exposure
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
        ("ports: ['53:53/udp', '3306:3306', '8080:80', '9000:9000']", [80], [53, 3306, 9000]),
        ("ports: ['80:80/udp', '80:80']", [80], [80]),
        ("ports: [{target: 80, app_protocol: HTTP}, {target: 81, app_protocol: ws}]", [80, 81], []),
        ("ports: [{target: 80, app_protocol: http}], x-sh0: {expose: 80}", [80], []),
        ("ports: [{target: 80, app_protocol: http}], x-sh0: {expose: {port: 80, host: ''}}", [80], []),
        ("ports: [{target: 80, app_protocol: http, protocol: udp}]", [], [80]),
        ("ports: [{target: 80, app_protocol: http}, '81:81']", [80], [81]),
        ("ports: ['443:443']", [], [443]),
        ("ports: ['8443:8443', '80:80']", [80], []),
        ("ports: ['80:80'], network_mode: host", [], []),
        ("ports: ['80:80'], network_mode: none", [], []),
        ("ports: ['10.0.0.1:8080:80']", [80], []),
        ("ports: ['80:80'], x-sh0: {expose: []}", [80], []),
        ("x-sh0: {expose: ['3000', {port: '3001'}]}", [3000, 3001], []),
        ("x-sh0: {expose: 1}", [1], []),
        ("x-sh0: {expose: 65535}", [65535], []),
        ("x-sh0: {expose: [80, 80]}", [80], []),
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
        "x-sh0: {expose: [{service: a, port: 65536}]}",
        "x-sh0: {expose: [{service: a, port: many}]}",
        "x-sh0: {expose: [{service: a}]}",
        "x-sh0: {expose: [{service: 7, port: 80}]}",
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


@pytest.mark.parametrize("entry", ["port: 0", "port: 80, host: 1.2.3.4", "port: 80, health: up"])
def test_what_is_refused_is_refused_with_its_place(entry: str) -> None:
    for text, place in (
        (f"x-sh0: {{expose: [{{service: a, {entry}}}]}}\nservices: {{a: {{image: x}}}}", "x-sh0.expose"),
        (f"services: {{a: {{image: x, x-sh0: {{expose: [{{{entry}}}]}}}}}}", "services.a.x-sh0.expose"),
    ):
        with pytest.raises(Invalid) as refused:
            exposure(project(text), project(text).services["a"])
        assert refused.value.message.startswith((f"{place}: ", f"{place}.host: "))


def test_a_route_has_the_host_and_the_path_of_its_entry() -> None:
    found = service("ports: ['80:80'], x-sh0: {expose: [{port: 80, host: A.org, health: /up}, {port: 81}]}")
    assert exposure(found, found.services["x"]).routes == (Route(80, "a.org", "/up"), Route(81))


def test_an_entry_at_the_top_and_one_of_the_service_both_count() -> None:
    found = project(
        "x-sh0: {expose: {service: a, port: 80}}\nservices: {a: {image: x, x-sh0: {expose: 81}}, b: {image: x}}"
    )
    assert [route.port for route in exposure(found, found.services["a"]).routes] == [80, 81]


def test_an_entry_for_a_service_whose_profile_is_off_is_passed_over() -> None:
    found = project(
        "x-sh0: {expose: [{service: b, port: 80}]}\nservices: {a: {image: x}, b: {image: x, profiles: [debug]}}"
    )
    assert exposure(found, found.services["a"]).routes == ()


@pytest.mark.parametrize(
    ("text", "guessed"),
    [("ports: ['80:80']", True), ("ports: ['80:80'], x-sh0: {expose: 80}", False), ("ports: ['22:22']", False)],
)
def test_a_route_that_nothing_but_its_port_tells_is_guessed(text: str, guessed: bool) -> None:
    found = service(text)
    assert exposure(found, found.services["x"]).guessed is guessed


def test_a_port_for_tls_is_left_out_with_the_reason_where_the_proxy_speaks_it() -> None:
    found = service("ports: ['80:80', '443:443', '8443:8443']")
    decided = exposure(found, found.services["x"])
    assert [text.split()[1] for text in decided.left_out] == ["443", "8443"]
    assert exposure(service("ports: ['443:443']"), service("ports: ['443:443']").services["x"]).left_out == ()


def test_a_published_port_is_as_its_file_says() -> None:
    found = service("ports: ['127.0.0.1:5353:53/udp', '5432']")
    decided = exposure(found, found.services["x"])
    assert [(p.port, p.host_port, p.host_ip, p.protocol) for p in decided.published] == [
        (53, 5353, "127.0.0.1", "udp"),
        (5432, None, "", "tcp"),
    ]
    assert decided.mappings == found.services["x"].ports


def test_ports_that_speak_something_else_by_habit_are_known() -> None:
    assert {22, 443, 5432, 6379} < OTHER_PROTOCOLS
    assert not {80, 3000, 8000, 8080} & OTHER_PROTOCOLS
