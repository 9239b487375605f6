"""Health and limits: sh0 has to be able to tell when a service is ready, and no service may starve the machine."""

import re
from collections.abc import Mapping

from sh0.source.yamltext import Path
from sh0.templates.demands.about import memory_limit
from sh0.templates.demands.subject import Subject

__all__ = ["health", "is_job", "turned_off"]

_PROBE = re.compile(r"tcp:\d{1,5}|http:\d{1,5}/[!-~]*")


def health(subject: Subject) -> None:
    """Check that every service but a job has a health check, and that every one has a memory limit."""
    asked = {exposure.service for exposure in subject.template.expose if exposure.health}
    for path, service in subject.services():
        name = str(path[1])
        own = service.get("x-sh0")
        probe = own.get("probe") if isinstance(own, dict) else None
        if probe is not None and not (isinstance(probe, str) and _PROBE.fullmatch(probe)):
            subject.note(
                "health",
                (*path, "x-sh0", "probe"),
                f"{name} has a probe that cannot be read",
                'Write "tcp:9000" or "http:9000/healthz".',
            )
        if not (_checked(service, path, subject) or name in asked or probe or is_job(service)):
            subject.note(
                "health",
                path,
                f"{name} has no health check",
                "Add healthcheck.test, health under expose, or x-sh0: {probe: tcp:PORT} at the service.",
            )
        if memory_limit(service) is None:
            subject.note(
                "memory-limit",
                path,
                f"{name} has no memory limit",
                "Add deploy.resources.limits.memory, as in 512m.",
            )


def is_job(service: object) -> bool:
    """Whether a service is one that ends: it says in so many words that it is not started again."""
    return isinstance(service, dict) and service.get("restart") == "no"


def turned_off(check: Mapping[str, object]) -> bool:
    """Whether a health check says that there is none."""
    return check.get("disable") is True or check.get("test") in ("NONE", ["NONE"])


def _checked(service: object, path: Path, subject: Subject) -> bool:
    check = service.get("healthcheck") if isinstance(service, dict) else None
    if not isinstance(check, dict):
        return False
    if turned_off(check):
        subject.note("health", (*path, "healthcheck"), f"{path[1]} turns its health check off", "Leave it on.")
        return True
    return bool(check.get("test"))
