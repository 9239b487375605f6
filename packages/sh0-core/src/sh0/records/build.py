"""Records of builds."""

from datetime import datetime

import attrs

from sh0.store import TableSpec
from sh0.values import LOCAL, AppName, ServerName

PAGES = "sh0.pages"
"""Label of an image that serves files with a web server that sh0 has set up: it is ready when it serves a page."""


@attrs.frozen
class Build:
    """An image that was built, kept so that an unchanged tree need not be built again.

    Attributes:
        key: Digest of everything that went in: tree, Dockerfile, engine's recipe version, the server.
        app: For which app.
        image: Content id of the image.
        tag: Name of the image.
        stack: What was detected.
        port: Port that the image listens on, if known.
        fixed_port: Whether it listens there whatever the variable PORT says.
        seconds: How long it took.
        created: When.
        server: Server that has the image.
    """

    key: str
    app: AppName
    image: str
    tag: str
    stack: str
    port: int | None
    fixed_port: bool
    seconds: float
    created: datetime
    server: ServerName = LOCAL


BUILDS = TableSpec("builds", Build, ("key",), "build")
