"""Limits of apps: those that the engine takes, and the one of a container for which nobody has set any."""

from collections.abc import Callable

from sh0.apps.model import LEAST_CPUS, LEAST_MEMORY
from sh0.errors import InvalidValue, Sh0Error
from sh0.ports.runtime import Runtime
from sh0.settings import Settings
from sh0.values import ByteSize

_SHARE = 2  # of the machine's memory, one container may use a half
_LEAST = 256 << 20


def demand_limits(memory: ByteSize | None, cpus: float | None, runtime: Runtime) -> None:
    """Refuse limits with which no container can be made; None and 0 set none.

    Raises:
        InvalidValue: The memory is too little, or there are not so many cores.
    """
    if memory and memory < LEAST_MEMORY:
        raise InvalidValue(
            f"memory={memory} is too little for a container",
            hint=f"Give at least {LEAST_MEMORY >> 20}m, or 0 for no limit.",
        )
    if not cpus:
        return
    if cpus < LEAST_CPUS:
        raise InvalidValue(f"cpus={cpus:g} is too little for a container", hint=f"Give at least {LEAST_CPUS}, or 0.")
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
