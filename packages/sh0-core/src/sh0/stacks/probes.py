"""How it is told that a service is healthy, and how long that may take. Pure."""

import re

from sh0.compose.services import HealthTest, Service
from sh0.errors import Invalid
from sh0.ports.container import HealthCommand
from sh0.records.app import HealthCheck
from sh0.stacks.exposure import Route, service_block

_USUAL = 60.0  # seconds
_JOB = 600.0  # seconds
_LONGEST = 1800.0  # seconds
_ENGINE = (30.0, 30.0, 3, 0.0)  # interval, timeout, retries, start period of the engine itself
_PROBE = re.compile(r"(tcp|http):(\d{1,5})(/[!-~]*)?")


def command(test: HealthTest | None) -> HealthCommand | None:
    """The engine's own test."""
    if test is None:
        return None
    if test.disabled:
        return HealthCommand(("NONE",))
    return HealthCommand(test.test, test.interval, test.timeout, test.retries, test.start_period, test.start_interval)


def check(service: Service, routes: tuple[Route, ...], *, job: bool) -> HealthCheck:
    """What sh0 itself asks, besides the engine's test.

    Raises:
        Invalid: ``x-sh0.probe`` is not as it should be.
    """
    timeout = _JOB if job else _patience(service.healthcheck)
    probe = service_block(service).get("probe")
    if probe is not None:
        match = _PROBE.fullmatch(str(probe))
        if match is None or not 0 < int(match[2]) < 65536:
            raise Invalid(
                f"services.{service.name}.x-sh0.probe: {probe!r} is no probe",
                hint="Write tcp:9000, or http:9000/healthz.",
            )
        if match[1] == "tcp":
            return HealthCheck(None, timeout, tcp=int(match[2]))
        return HealthCheck(match[3] or "/", timeout, port=int(match[2]))
    for route in routes:
        if route.health:
            return HealthCheck(route.health, timeout, port=route.port if route is not routes[0] else None)
    return HealthCheck(None, timeout)


def _patience(test: HealthTest | None) -> float:
    """Seconds that a service may take: as long as its own test may fail, and some more."""
    if test is None or test.disabled:
        return _USUAL
    interval, timeout, retries, start = (
        usual if given is None else given
        for given, usual in zip((test.interval, test.timeout, test.retries, test.start_period), _ENGINE, strict=True)
    )
    return min(_LONGEST, max(_USUAL, start + (interval + timeout) * (retries + 1)))


def said(service: Service, health: HealthCheck, routes: tuple[Route, ...], *, job: bool) -> str:
    """How it is told, in words."""
    if job:
        return "ends with exit code 0"
    found = []
    if service.healthcheck is not None and service.healthcheck.test:
        found.append("its health check")
    if health.tcp is not None:
        found.append(f"accepts on port {health.tcp}")
    elif health.port or health.path or routes:
        found.append(f"answers GET {health.path or '/'} on port {health.port or routes[0].port}")
    return " and ".join(found) or "keeps running (or the image's own health check)"
