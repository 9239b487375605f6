"""The one table that turns what the SDK, requests and the engine say into errors of sh0.

No other exception leaves this adapter: whatever talks to the engine does so inside `translated`.
"""

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager

import docker.errors
import requests
import urllib3.exceptions

from sh0.adapters.docker.refusal import Refused
from sh0.errors import (
    Conflict,
    ContainerExited,
    DiskFull,
    EngineUnavailable,
    Failed,
    ImageUnavailable,
    Invalid,
    NotFound,
    ServerUnreachable,
    Sh0Error,
)

FOREIGN = (
    docker.errors.DockerException,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    Refused,
)

START_HINT = "Start it with `systemctl start docker`, or install it with `apt install docker.io`."
REGISTRY_HINT = (
    "Check the image's name, that this server reaches the registry, and that `docker login` was done for it."
)
DISK_HINT = "Free some room on the engine's disk; `docker system df` shows what uses it."

# What the engine says (lower-cased) → the error and what to do. The first line that fits decides; status is
# the fallback.
_SAYINGS: tuple[tuple[str, type[Sh0Error], str], ...] = (
    (r"no space left on device|disk quota exceeded", DiskFull, DISK_HINT),
    (
        (
            r"no such image|pull access denied|manifest .*(unknown|not found)|not found: manifest"
            r"|repository .*not found|registry|/v2/|no matching manifest"
            r"|toomanyrequests|unauthorized|invalid reference format"
            r"|no basic auth credentials|reference does not exist"
        ),
        ImageUnavailable,
        REGISTRY_HINT,
    ),
    (
        r"address already in use|already in use by container|pool overlaps|port is already allocated",
        Conflict,
        "",
    ),
    (r"has active endpoints", Conflict, "Remove the containers of the network first."),
    (
        (
            r"oci runtime|failed to create (task|shim)|starting container process|executable file not found"
            r"|unable to find (user|group)"
        ),
        ContainerExited,
        "Check the command, the user and the folders that the container is given.",
    ),
    (r"no such (container|network|volume|exec)|network .*not found|is not running", NotFound, ""),
)

_STATUSES: dict[int, tuple[type[Sh0Error], str]] = {
    400: (Invalid, ""),
    403: (Conflict, ""),
    404: (NotFound, ""),
    409: (Conflict, ""),
}


def refusal(doing: str, status: int, explanation: str) -> Sh0Error:
    """The error for what the engine answered."""
    said = explanation.strip().rstrip(".")
    for pattern, error, hint in _SAYINGS:
        if re.search(pattern, said.lower()):
            return error(f"the Docker Engine could not {doing}: {said}", hint=hint)
    error, hint = _STATUSES.get(status, (Failed, "The engine's own log says more: `journalctl -u docker`."))
    return error(f"the Docker Engine could not {doing}: {said}", hint=hint)


def translate(doing: str, cause: Exception) -> Sh0Error:
    """The error of sh0 for any exception that comes up in this adapter."""
    if isinstance(cause, ServerUnreachable):
        # A link names the target when the server is there and only the socket is not: then it is the engine
        # that is missing.
        return _unreachable(cause) if "target" in cause.details else cause
    if isinstance(cause, Sh0Error):
        return cause
    if isinstance(cause, Refused):
        return refusal(doing, cause.status, cause.explanation)
    if isinstance(cause, docker.errors.APIError) and cause.status_code is not None:
        return refusal(doing, cause.status_code, str(cause.explanation or cause))
    if isinstance(cause, docker.errors.InvalidRepository):
        return ImageUnavailable(f"the Docker Engine could not {doing}: {cause}", hint=REGISTRY_HINT)
    if isinstance(cause, requests.Timeout | TimeoutError):
        return EngineUnavailable(
            f"the Docker Engine did not answer in time, asked to {doing}",
            hint="The server may be overloaded; try again.",
        )
    if isinstance(cause, OSError | http.client.HTTPException | urllib3.exceptions.HTTPError):
        return EngineUnavailable(
            f"the connection to the Docker Engine broke, asked to {doing}: {cause}", hint=START_HINT
        )
    return Failed(f"the Docker Engine could not {doing}: {cause}")


def _unreachable(cause: ServerUnreachable) -> EngineUnavailable:
    target = cause.details.get("target")
    if cause.details.get("reason") == "permission":
        return EngineUnavailable(
            f"this user may not open the Docker Engine's socket {target}",
            hint="Run sh0 as root, or add the user to the group docker.",
        )
    return EngineUnavailable(f"the Docker Engine does not answer at {target}", hint=START_HINT)


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Run a piece of work on the engine; ``doing`` completes the sentence "could not …"."""
    try:
        yield
    except (*FOREIGN, ServerUnreachable) as cause:
        raise translate(doing, cause) from cause
