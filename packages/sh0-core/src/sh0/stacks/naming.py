"""What the parts of a stack are called: apps, host names, volumes. Pure."""

import re
from collections.abc import Iterable

from sh0.errors import Invalid

_LONGEST_APP = 40
_LONGEST_LABEL = 63  # RFC 1035, section 2.3.4


def slug(text: str) -> str:
    """A text in lower-case letters, digits and hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def app_name(stack: str, service: str) -> str:
    """Name of the app that a service is.

    Raises:
        Invalid: It would be too long, or nothing is left of the service's name.
    """
    name = f"{stack}-{slug(service)}"
    if not slug(service) or len(name) > _LONGEST_APP:
        raise Invalid(
            f"the service {service} of the stack {stack} cannot be called {name!r}: at most {_LONGEST_APP} characters",
            hint="Give the stack a shorter name with --name, or rename the service.",
        )
    return name


def app_names(stack: str, services: Iterable[str]) -> dict[str, str]:
    """Names of the apps of all services.

    Raises:
        Invalid: Two services would have the same, or one is too long.
    """
    names: dict[str, str] = {}
    for service in services:
        name = app_name(stack, service)
        for other, taken in names.items():
            if taken == name:
                raise Invalid(
                    f"the services {other} and {service} would both be the app {name}", hint="Rename one of them."
                )
        names[service] = name
    return names


def host_name(stack: str, service: str, base_domain: str, port: int | None = None) -> str:
    """Host name of a service; of a further port of it if one is given."""
    label = f"{stack}-{slug(service)}" + (f"-{port}" if port is not None else "")
    return f"{label[:_LONGEST_LABEL].rstrip('-')}.{base_domain}"


def volume_name(home_id: str, stack: str, key: str) -> str:
    """Name on the engine of a stack's volume; `sh0.deployments.rollout.volume_prefix` is what they all begin with."""
    return f"sh0-{home_id}-{stack}_{key}"
