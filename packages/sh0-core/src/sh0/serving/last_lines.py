"""The last lines of containers that were removed: what a version printed before it ended, or was replaced."""

import json
from contextlib import suppress
from pathlib import Path

from sh0 import codec
from sh0.context import Context
from sh0.errors import InvalidValue, Sh0Error
from sh0.ports.runtime import LogLine
from sh0.records.deployment import DEPLOYMENTS, Placement
from sh0.serving.known_secrets import redactor_of_deployment
from sh0.serving.output import Redacted

_LINES = 500  # of each container


class LastLines:
    """Keeps, for each app, the last lines of the containers of the deployment that was removed last.

    Args:
        context: The servers, where containers are read before they go; the folder of logs, where the lines are kept, a
            file an app; and the deployments, whose secrets are taken out on the way in.
    """

    def __init__(self, context: Context) -> None:
        self._folder, self._fleet, self._records = context.home.logs, context.fleet, context.records

    def keep(self, placement: Placement) -> None:
        """Keep what a container printed last, before it is removed. What cannot be read or written is given up."""
        if self._records[DEPLOYMENTS].find(placement.deployment) is None:
            return
        redact = redactor_of_deployment(self._records, placement.deployment, placement.app)
        with suppress(Sh0Error, OSError):
            lines = [
                *Redacted(
                    iter(self._fleet.at(placement.server).runtime.logs(placement.container, tail=_LINES)),
                    redact,
                    placement.process,
                    placement.replica,
                )
            ]
            file = self._file(placement.app)
            own = json.dumps({"deployment": placement.deployment}) + "\n"
            with open(file, "a+") as kept:
                kept.seek(0)
                if kept.readline() != own:
                    kept.truncate(0)
                    kept.write(own)
                kept.writelines(json.dumps(codec.unstructure(line)) + "\n" for line in lines)

    def read(self, app: str) -> tuple[LogLine, ...]:
        """The lines that are kept for an app, oldest first."""
        with suppress(OSError):
            found = []
            for text in self._file(app).read_text().splitlines()[1:]:
                with suppress(ValueError, InvalidValue):  # a machine that lost its power leaves a torn line
                    found.append(codec.structure(json.loads(text), LogLine))
            return tuple(sorted(found, key=lambda line: line.time))
        return ()

    def remove(self, app: str) -> None:
        """Forget the lines of an app."""
        self._file(app).unlink(missing_ok=True)

    def _file(self, app: str) -> Path:
        return self._folder / f"{app}.previous"
