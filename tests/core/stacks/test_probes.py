"""How it is told that a service is healthy, and how long that may take."""

import pytest

from sh0.compose.services import HealthTest
from sh0.place import Place
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
        (health_test(disabled=True), 60),
        (health_test(interval=1.0, timeout=1.0, retries=3), 60),
        (health_test(interval=10.0, timeout=5.0, retries=9), 150),
        (health_test(interval=10.0, timeout=5.0, retries=9, start_period=100.0), 250),
        (health_test(), 240),
        (health_test(interval=3600.0), 1800),
    ],
    ids=["none", "off", "short", "long", "with its start", "the engine's own", "bounded"],
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
        ("x-sh0: {expose: {port: 80, health: /up}}", "/up", None, None),
        ("ports: ['80:80']", None, None, None),
    ],
)
def test_what_sh0_asks(text: str, path: str | None, port: int | None, tcp: int | None) -> None:
    [found] = desired(service(text), NEW)
    health = found.snapshot.health
    assert (health.path, health.port, health.tcp) == (path, port, tcp)
