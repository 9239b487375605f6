"""What must be blotted out of the logs of a deployment. Pure."""

import base64
import re
from collections.abc import Iterator

from sh0.deployments.model import Snapshot
from sh0.values import Secret

_OPEN = frozenset({"PORT"})  # variables that are no secret and that messages must be able to name
_SECRET_NAME = re.compile(r"PASS|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|SALT|PRIVATE|DSN|_URL$|_URI$", re.IGNORECASE)


def secrets_of(snapshot: Snapshot) -> Iterator[Secret]:
    """Values that no log may show.

    Those are all that the operator has set. Of a Compose file, where most variables are plain settings (a user called
    ``umami`` would be blotted out of every line), it is those whose name says so, and the files that are given.
    """
    yield from (value for name, value in snapshot.environment.items() if name not in _OPEN)
    if snapshot.container is not None:
        yield from (value for name, value in snapshot.container.environment.items() if sounds_secret(name))
        for file in snapshot.container.files:
            if file.target.startswith("/run/secrets/"):
                yield Secret(base64.b64decode(file.content.reveal()).decode(errors="replace"))


def sounds_secret(name: str) -> bool:
    """Whether a variable's name says that its value is a secret."""
    return _SECRET_NAME.search(name) is not None
