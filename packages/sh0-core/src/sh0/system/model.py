"""What there is to know of a platform."""

from datetime import datetime

import attrs


@attrs.frozen
class PlatformStatus:
    """A platform as it is now.

    Attributes:
        version: Version of sh0.
        home: Id of its home; everything it makes in Docker carries it.
        process: Its process id.
        since: When it was opened.
        bind: Address that proxy and git server listen on.
        panel_bind: Address that the panel and the API listen on; None where they are not installed.
        http_port: The proxy's port of plain HTTP.
        https_port: The proxy's port of TLS.
        panel_port: Port of the panel and the API; None where they are not installed.
        git_port: The git server's port.
        base_domain: New apps get ``<app>.<base_domain>``.
        apps: How many apps there are.
        problem: What does not work just now, or None.
        frontends: Names of the frontends that are installed; without ``web`` there is neither a panel nor an API.
        unguarded: Why containers are not kept from the server itself although they should be, or None.
    """

    version: str
    home: str
    process: int
    since: datetime
    bind: str
    panel_bind: str | None
    http_port: int
    https_port: int
    panel_port: int | None
    git_port: int
    base_domain: str
    apps: int
    problem: str | None
    unguarded: str | None = None
    frontends: tuple[str, ...] = ()
