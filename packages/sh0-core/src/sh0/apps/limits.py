"""Limits of apps that depend on their server; what any engine takes are rules of `sh0.values`."""

from collections.abc import Callable

from sh0.errors import InvalidValue, Sh0Error
from sh0.ports.runtime import Runtime
from sh0.settings import Settings
from sh0.values import ByteSize

_SHARE = 2  # of the machine's memory, one container may use a half
_LEAST = 256 << 20


def demand_cores(cpus: float | None, runtime: Runtime) -> None:
    """Refuse more cores than the server has; None and 0 set no limit.

    Raises:
        InvalidValue: There are not so many.
    """
    if not cpus:
        return
    try:
        cores = runtime.facts().cpus
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


def default_memory_of(settings: Settings, runtime: Runtime) -> Callable[[], ByteSize | None]:
    """The default of a platform: as its settings have it, else from the size of its machine, which is asked for once.

    What is returned gives None while the engine is away.
    """
    known: list[ByteSize] = [] if settings.default_memory is None else [settings.default_memory]

    def limit() -> ByteSize | None:
        if not known:
            try:
                known.append(default_memory(runtime.facts().memory))
            except Sh0Error:
                return None  # the engine is away; no container is made meanwhile
        return known[0]

    return limit
