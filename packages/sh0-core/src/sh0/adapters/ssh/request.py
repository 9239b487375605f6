"""What a client of the git server asks for."""

import re
from enum import Enum

import attrs

_COMMAND = re.compile(r"git[- ](upload-pack|receive-pack) (?:'([^']*)'|([^\s'\"\\]+))")
_PROTOCOL = re.compile(r"[a-z0-9=:.-]{1,64}")


class Service(Enum):
    """The two programs of git that are served."""

    FETCH = "upload-pack"
    PUSH = "receive-pack"


@attrs.frozen
class Request:
    """A wish to push to an app, or to fetch from it.

    Attributes:
        service: Which of the two.
        app: Name of the app, as the client wrote it.
    """

    service: Service
    app: str


def parse(command: str) -> Request | None:
    """Read the command line that git sends over SSH; None for everything else."""
    match = _COMMAND.fullmatch(command)
    if match is None:
        return None
    path = (match[2] or match[3] or "").strip("/").removeprefix("~/")
    return Request(Service(match[1]), path.removesuffix(".git"))


def protocol(value: str) -> str | None:
    """The version of git's protocol that a client asks for, if it looks like one."""
    return value if _PROTOCOL.fullmatch(value) else None
