"""What containers use now: two readings of the engine's counters, a moment apart, of all of them at once."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any

from sh0.adapters.docker.client import Engine
from sh0.adapters.docker.containers import Containers
from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.translate import moment
from sh0.errors import Sh0Error
from sh0.ports.usage import Usage
from sh0.values import ByteSize

__all__ = ["measure"]

_APART = 0.25  # seconds between the two readings
_WITHIN = 5.0  # seconds for all of it; what has not answered by then is left out
_AT_ONCE = 16


def measure(engine: Engine, containers: Containers, names: Sequence[str]) -> Mapping[str, Usage]:
    """What those of our containers use that run and answer in time."""
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="sh0-usage")
    try:
        asked = {pool.submit(partial(_measured, engine, containers, name)): name for name in names}
        done, _ = wait(asked, timeout=_WITHIN)
        found = {asked[each]: each.result() for each in done}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return {name: usage for name, usage in found.items() if usage is not None}


def _measured(engine: Engine, containers: Containers, name: str) -> Usage | None:
    try:
        found = containers.id_of(name)
        if found is None:
            return None
        with translated(f"measure the container {name}"):
            before = _reading(engine, found)
            time.sleep(_APART)
            after = _reading(engine, found)
    except Sh0Error:
        return None  # it has gone meanwhile, or the engine is busy with it: there is no figure
    return usage(before, after)


def _reading(engine: Engine, container: str) -> Mapping[str, Any]:
    reading: Mapping[str, Any] = engine.api.stats(container, stream=False, one_shot=True)
    return reading


def usage(before: Mapping[str, Any], after: Mapping[str, Any]) -> Usage | None:
    """What a container has used between two readings; None if it does not run."""
    memory = after.get("memory_stats") or {}
    if "usage" not in memory:
        return None
    seconds = (moment(after["read"]) - moment(before["read"])).total_seconds()
    spent = (_nanoseconds(after) - _nanoseconds(before)) / 1e9
    cache = int((memory.get("stats") or {}).get("inactive_file") or 0)  # given back as soon as anybody needs it
    cores = max(0.0, spent / seconds) if seconds > 0 else 0.0
    return Usage(round(cores, 3), ByteSize(max(0, int(memory["usage"]) - cache)))


def _nanoseconds(reading: Mapping[str, Any]) -> int:
    return int(((reading.get("cpu_stats") or {}).get("cpu_usage") or {}).get("total_usage") or 0)
