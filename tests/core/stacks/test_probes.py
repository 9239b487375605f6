"""How it is told that a service is healthy, and how long that may take."""

import json

import pytest

from sh0.compose.services import HealthTest
from sh0.errors import Invalid
from sh0.place import Place
from sh0.ports.container import HealthCommand
from sh0.stacks import probes
from sh0.stacks.planner import desired
from tests.core.stacks.situations import NEW, service


def health_test(**given: object) -> HealthTest:
    usual = {"test": ("CMD", "x"), "interval": None, "timeout": None, "retries": None, "start_period": None}
    found = {"start_interval": None, "disabled": False, "place": Place("compose.yaml", 1), **usual, **given}
    return HealthTest(**found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("test", "seconds"),
    [
        (None, 60),
        (health_test(interval=0.0, timeout=0.0, retries=0, start_period=61.0), 61),
        (health_test(interval=100.0, timeout=1.0, retries=1), 202),
        (health_test(disabled=True), 60),
        (health_test(interval=1.0, timeout=1.0, retries=3), 60),
        (health_test(interval=10.0, timeout=5.0, retries=9), 150),
        (health_test(interval=10.0, timeout=5.0, retries=9, start_period=100.0), 250),
        (health_test(), 240),
        (health_test(interval=3600.0), 1800),
    ],
    ids=["none", "no time", "few", "off", "short", "long", "with its start", "the engine's own", "bounded"],
)
def test_a_service_may_take_as_long_as_its_own_test_may_fail(test: HealthTest | None, seconds: float) -> None:
    assert probes._patience(test) == seconds


def test_a_test_that_is_off_turns_that_of_the_image_off() -> None:
    assert probes.command(None) is None
    off = probes.command(health_test(disabled=True))
    assert off is not None
    assert off.test == ("NONE",)
    on = probes.command(health_test(interval=2.0, retries=5))
    assert on is not None
    assert (on.test, on.interval, on.retries) == (("CMD", "x"), 2.0, 5)


@pytest.mark.parametrize(
    ("text", "path", "port", "tcp"),
    [
        ("x-sh0: {probe: 'tcp:9000'}", None, None, 9000),
        ("x-sh0: {probe: 'http:9000/up'}", "/up", 9000, None),
        ("x-sh0: {probe: 'http:9000'}", "/", 9000, None),
        ("x-sh0: {probe: 'tcp:1'}", None, None, 1),
        ("x-sh0: {probe: 'tcp:65535'}", None, None, 65535),
        ("x-sh0: {expose: [80, {port: 81, health: /up}]}", "/up", 81, None),
        ("x-sh0: {expose: {port: 80, health: /up}, probe: 'tcp:9000'}", None, None, 9000),
        ("x-sh0: {expose: {port: 80, health: /up}}", "/up", None, None),
        ("ports: ['80:80']", None, None, None),
    ],
)
def test_what_sh0_asks(text: str, path: str | None, port: int | None, tcp: int | None) -> None:
    [found] = desired(service(text), NEW)
    health = found.snapshot.health
    assert (health.path, health.port, health.tcp) == (path, port, tcp)


@pytest.mark.parametrize("probe", ["udp:1", "tcp:0", "tcp:65536", "tcp:x", "http:80up", "http:80/a b", "", 80])
def test_what_is_no_probe_is_refused_with_its_service(probe: object) -> None:
    with pytest.raises(Invalid, match=r"services\.x\.x-sh0\.probe"):
        desired(service(f"x-sh0: {{probe: {json.dumps(probe)}}}"), NEW)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("restart: 'no'", 600),
        ("restart: 'no', healthcheck: {test: [CMD, x], interval: 1h}", 600),
        ("restart: 'no', x-sh0: {probe: 'tcp:1'}", 600),
        ("healthcheck: {test: [CMD, x], interval: 1h}, x-sh0: {probe: 'http:1'}", 1800),
        ("healthcheck: {start_period: 10m}, x-sh0: {probe: 'http:1'}", 840),
        ("healthcheck: {test: [CMD, x], interval: 1h}, x-sh0: {expose: {port: 80, health: /up}}", 1800),
        ("expose: []", 60),
    ],
)
def test_a_job_has_longer_than_its_own_test_says(text: str, seconds: float) -> None:
    [found] = desired(service(text), NEW)
    assert found.snapshot.health.timeout == seconds


def test_the_engine_is_told_what_the_file_says() -> None:
    given = health_test(interval=1.0, timeout=2.0, retries=3, start_period=4.0, start_interval=5.0)
    assert probes.command(given) == HealthCommand(("CMD", "x"), 1.0, 2.0, 3, 4.0, 5.0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("restart: 'no', ports: ['80:80']", ["exit code 0"]),
        ("expose: []", ["keeps running"]),
        ("healthcheck: {test: [CMD, x]}", ["its health check"]),
        ("healthcheck: {disable: true}", ["keeps running"]),
        ("healthcheck: {start_period: 1m}", ["keeps running"]),
        ("healthcheck: {start_period: 1m}, x-sh0: {probe: 'tcp:9000'}", ["accepts on port 9000"]),
        ("healthcheck: {test: [CMD, x]}, ports: ['80:80']", ["its health check", "GET / on port 80"]),
        ("x-sh0: {expose: {port: 80, health: /up}}", ["GET /up on port 80"]),
        ("x-sh0: {expose: [80, {port: 81, health: /up}]}", ["GET /up on port 81"]),
        ("x-sh0: {probe: 'tcp:9000'}, ports: ['80:80']", ["accepts on port 9000"]),
        ("x-sh0: {probe: 'http:9000/up'}", ["GET /up on port 9000"]),
    ],
)
def test_it_is_said_how_health_is_told(text: str, told: list[str]) -> None:
    project = service(text)
    [found] = desired(project, NEW)
    snapshot = found.snapshot
    said = probes.said(project.services["x"], snapshot.health, found.exposure.routes, job=snapshot.job)
    assert [word in part for word, part in zip(told, said.split(" and "), strict=True)] == [True] * len(told)
