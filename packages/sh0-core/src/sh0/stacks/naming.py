"""What the parts of a stack are called: apps, host names, volumes. Pure."""

import hashlib
import re
from collections.abc import Iterable

from sh0.errors import Invalid

_LONGEST_APP = 40
_LONGEST_STACK = 30
_LONGEST_LABEL = 63  # RFC 1035, section 2.3.4
_DIGITS = 8


def slug(text: str) -> str:
    """A text in lower-case letters, digits and hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def app_name(stack: str, service: str) -> str:
    """Name of the app that a service is; a long one is cut, and ends with a hash of the whole.

    Raises:
        Invalid: Nothing is left of the service's name.
    """
    if not slug(service):
        raise Invalid(
            f"the service {service!r:.60} of the stack {stack} has no letter or digit in its name",
            hint="Rename the service.",
        )
    return shortened(f"{stack}-{slug(service)}", _LONGEST_APP)


def shortened(name: str, longest: int) -> str:
    """A name of at most so many characters: itself, or its beginning and eight digits of its SHA-256."""
    if len(name) <= longest:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]
    return f"{name[: longest - _DIGITS - 1].rstrip('-')}-{digest}"


def stack_slug(name: str) -> str:
    """What a stack is called after its project; a long name is cut, and ends with a hash of the whole."""
    return shortened(slug(name), _LONGEST_STACK)


def app_names(stack: str, services: Iterable[str]) -> dict[str, str]:
    """Names of the apps of all services.

    Raises:
        Invalid: Two services would have the same.
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
    return f"{shortened(label, _LONGEST_LABEL)}.{base_domain}"


def volume_name(home_id: str, stack: str, key: str) -> str:
    """Name on the engine of a stack's volume; `sh0.serving.rollout.volume_prefix` is what they all begin with."""
    return f"sh0-{home_id}-{stack}_{key}"
