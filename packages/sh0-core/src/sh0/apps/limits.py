"""Limits of apps that the engine takes."""

from sh0.apps.model import LEAST_CPUS, LEAST_MEMORY
from sh0.errors import InvalidValue, Sh0Error
from sh0.ports.runtime import Runtime
from sh0.values import ByteSize


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
