"""Limits of apps that depend on their server; what any engine takes are rules of `sh0.values`."""

from sh0.errors import InvalidValue, Sh0Error
from sh0.servers.fleet import Fleet, ServerPorts
from sh0.settings import Settings
from sh0.values import ByteSize, ServerName

_SHARE = 2  # of the machine's memory, one container may use a half
_LEAST = 256 << 20


def demand_cores(cpus: float | None, server: ServerPorts) -> None:
    """Refuse more cores than the server has; None and 0 set no limit.

    Raises:
        InvalidValue: There are not so many.
    """
    if not cpus:
        return
    try:
        cores = server.runtime.facts().cpus
    except Sh0Error:
        return  # the engine is away; the deployment will tell
    if cpus > cores:
        raise InvalidValue(f"cpus={cpus:g} is more than the {cores} that the server has", hint="Give fewer, or 0.")


def default_memory(machine: int) -> ByteSize:
    """What a container may use for which nobody says anything: half of the machine, in whole MiB.

    It is no forecast of what an app needs, so it has to let the large ones run. It keeps one that leaks from taking
    the machine, and with it the platform and all others.
    """
    return ByteSize(max(_LEAST, machine // _SHARE >> 20 << 20))


class DefaultMemory:
    """The default of a platform: as its settings have it, else from the size of each server, which is asked once.

    Args:
        settings: How the platform is set up.
        fleet: The servers.
    """

    def __init__(self, settings: Settings, fleet: Fleet) -> None:
        self._settings, self._fleet = settings, fleet
        self._known: dict[ServerName, ByteSize] = {}

    def at(self, server: ServerName) -> ByteSize | None:
        """The default on a server; None while its engine is away, when no container is made either."""
        if self._settings.default_memory is not None:
            return self._settings.default_memory
        if server not in self._known:
            try:
                self._known[server] = default_memory(self._fleet.at(server).runtime.facts().memory)
            except Sh0Error:
                return None
        return self._known[server]
