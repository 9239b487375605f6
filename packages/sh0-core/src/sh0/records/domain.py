"""Records of host names."""

from datetime import datetime
from enum import StrEnum

import attrs

from sh0.store import TableSpec
from sh0.values import AppName, DomainName, Port


class Https(StrEnum):
    """How a host name is served over TLS.

    Attributes:
        OFF: Plain HTTP only.
        LOCAL: Also over TLS, with a certificate of this platform's own authority.
    """

    OFF = "off"
    LOCAL = "local"


@attrs.frozen
class Domain:
    """A host name that leads to an app.

    Attributes:
        host: The name, in lower case.
        app: Where it leads.
        generated: Whether the platform made it up when the app was created.
        https: How it is served over TLS.
        created: When it was added.
        port: Port of the app that it leads to, if that is not the one it listens on.
    """

    host: DomainName
    app: AppName
    generated: bool
    https: Https
    created: datetime
    port: Port | None = None


HOST_NAMES = TableSpec("domains", Domain, ("host",), "host name", "sh0 domains list")
