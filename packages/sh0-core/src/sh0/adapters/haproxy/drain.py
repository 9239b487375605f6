"""The end of servers that are wanted no longer: wait for their requests, cut what stays, remove them."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Collection, Sequence

from sh0.adapters.haproxy import commands, state
from sh0.adapters.haproxy.runtime_api import RuntimeApi
from sh0.errors import ProxyUnavailable

_POLL_SECONDS = 0.015
_CUT_SECONDS = 2.0


def settle(slot: int, worker: RuntimeApi, old: Sequence[RuntimeApi], lock: threading.RLock, timeout: float) -> int:
    """Remove the servers of one backend that are on their way out at the time of the call.

    The lock is held for each look only, never while waiting: other apps deploy meanwhile, and a server
    that is wanted again is left alone.

    Args:
        slot: Number of the backend.
        worker: The worker that takes new connections.
        old: Workers that a reload left behind; their requests count, and they end by themselves.
        lock: Keeps changes of the proxy apart.
        timeout: Seconds that requests may take to end.

    Returns:
        How many requests were cut.

    Raises:
        ProxyUnavailable: The proxy does not answer.
    """
    with lock:
        targets = _unwanted(slot, worker, old)
    deadline = time.monotonic() + timeout
    cut, finishing = 0, False
    while targets:
        with lock:
            targets &= _unwanted(slot, worker, old)
            busy = _busy(slot, worker, old, targets)
            idle = [path for path in targets if path not in busy]
            targets = set(busy) | _delete(worker, idle)
            if targets and time.monotonic() >= deadline:
                if finishing:
                    break
                cut, finishing = sum(busy.values()), True
                _cut(worker, old, busy)
                deadline = time.monotonic() + _CUT_SECONDS
        if targets:
            time.sleep(_POLL_SECONDS)
    return cut


def _unwanted(slot: int, worker: RuntimeApi, old: Sequence[RuntimeApi]) -> set[str]:
    """Servers that leave, and those that only an older worker still talks to."""
    servers = state.servers(worker.ask(f"show servers state slot{slot}"))
    found = {server.path for server in servers if not server.live}
    for each in old:
        with contextlib.suppress(ProxyUnavailable):
            found |= {path for path, count in _connections(each, slot).items() if count}
    return found - {server.path for server in servers if server.live}


def _connections(api: RuntimeApi, slot: int) -> Counter[str]:
    return Counter(state.connections(api.ask(f"show servers conn slot{slot}")))


def _busy(slot: int, worker: RuntimeApi, old: Sequence[RuntimeApi], targets: Collection[str]) -> dict[str, int]:
    found = _connections(worker, slot)
    for each in old:
        with contextlib.suppress(ProxyUnavailable):
            found += _connections(each, slot)
    return {path: count for path, count in found.items() if count and path in targets}


def _delete(worker: RuntimeApi, paths: Sequence[str]) -> set[str]:
    """Delete servers; return those that cannot be yet, for an idle connection that is being closed."""
    steps = [(path, commands.delete_server(path)) for path in paths]
    answers = worker.attempt(tuple(command for _, pair in steps for command in pair))
    removals = answers[1::2]
    return {path for (path, _), (command, answer) in zip(steps, removals, strict=True) if not command.succeeded(answer)}


def _cut(worker: RuntimeApi, old: Sequence[RuntimeApi], paths: Collection[str]) -> None:
    worker.send(commands.cut_server(path) for path in paths)  # a replaced worker takes no command on servers
    for each in old:
        with contextlib.suppress(ProxyUnavailable):
            sessions = state.sessions(each.ask("show sess"))
            each.send(commands.cut_session(session) for session, path in sessions.items() if path in paths)
