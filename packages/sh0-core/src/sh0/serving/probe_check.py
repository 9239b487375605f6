"""Asking a container in the way that somebody has chosen: a path over HTTP, a port, or a command in it."""

from sh0.builds.model import SHELL
from sh0.errors import Sh0Error
from sh0.records.app import HealthCheck
from sh0.records.deployment import Placement
from sh0.servers.fleet import ServerPorts
from sh0.serving.evidence import demand_running
from sh0.serving.probing import probe, refuses
from sh0.serving.readiness import NotYet

__all__ = ["ProbeCheck"]

_COMMAND = 10.0  # seconds that a command may take
_SHOWN = 200  # characters of what it printed last


class ProbeCheck:
    """Asks a container by its own probe.

    Args:
        server: Where it runs.
        placement: Which container.
        health: How it is asked.
        host: Host name to ask for.

    Attributes:
        placement: Which container.
    """

    def __init__(self, server: ServerPorts, placement: Placement, health: HealthCheck, host: str) -> None:
        self.placement = placement
        self._server, self._health, self._host, self._looks = server, health, host, 0

    def look(self, *, last: bool) -> NotYet | None:
        """Ask it once; see now and then whether it still runs."""
        wrong = self._ask()
        if wrong is None:
            return None
        self._looks += 1
        if last or self._looks % 2 == 0:
            demand_running(self._server.runtime, self.placement.container)
        app, process = self.placement.app, self.placement.process
        hint = f"Its last lines may say why. More time: sh0 apps configure {app} --process {process} "
        return NotYet(wrong, hint=f"{hint}--health-timeout 120; to ask nothing: --health none")

    def _ask(self) -> str | None:
        health, link = self._health, self._server.link
        if health.tcp is not None:
            return refuses(link, self.placement, health.tcp)
        if health.command is not None:
            return self._failed(health.command)
        return probe(link, self.placement, health, self._host, port=health.port)

    def _failed(self, command: str) -> str | None:
        runtime = self._server.runtime
        try:
            done = runtime.execute(self.placement.container, (*SHELL, command), timeout=_COMMAND)
        except Sh0Error as error:
            return f"its health command does not run: {error.message}"
        if done.exit_code == 0:
            return None
        printed = (done.stderr or done.stdout)[-4 * _SHOWN :].decode("utf-8", "replace").strip().splitlines()
        told = f": {printed[-1][:_SHOWN]}" if printed else ""
        return f"its health command ends with exit code {done.exit_code}{told}"
