"""What a container that is not ready shows of why: how it ended, what it printed last, where it listens."""

import time

from sh0.errors import ContainerExited, Sh0Error
from sh0.ports.runtime import Instance, InstanceState, Runtime
from sh0.records.deployment import Placement
from sh0.serving.diagnosis import Listener, killed_at, listeners, more_memory, why_it_ended

_DOWN = 1.5  # seconds; the engine waits between 0.1 s and that before each of the first few restarts
_PAUSE = 0.02  # seconds between two looks at a container that the engine tries again
_LOG_LINES = 30


def demand_running(runtime: Runtime, container: str) -> None:
    """See to it that a container has not ended since it was started.

    Raises:
        ContainerExited: It has, if only once.
    """
    instance = runtime.inspect(container)
    if instance is not None and (instance.state is not InstanceState.RUNNING or instance.restarts > 0):
        raise exited(runtime, _caught_ended(runtime, instance))


def _caught_ended(runtime: Runtime, instance: Instance) -> Instance:
    """The container at a moment when it is down: while the engine tries it again, nothing tells how it ended."""
    deadline = time.monotonic() + _DOWN
    while instance.state is InstanceState.RUNNING and time.monotonic() < deadline:
        time.sleep(_PAUSE)
        instance = runtime.inspect(instance.name) or instance
    return instance


def exited(runtime: Runtime, instance: Instance) -> Sh0Error:
    """The error for a container that ended."""
    labels, lines = instance.labels, last_lines(runtime, instance.name)
    app = labels.get("sh0.app", "")
    how = "ended" if instance.exit_code is None else f"exited with code {instance.exit_code}"
    hint = why_it_ended(instance.exit_code, lines)
    if instance.out_of_memory:
        how, hint = killed_at(instance.memory), more_memory(app, instance.memory)
    what = [labels.get(f"sh0.{part}", "") for part in ("deployment", "process", "instance")]
    message = f"{' '.join(what) if all(what) else instance.name} {how} before it was ready"
    return ContainerExited(message, hint=hint, log=lines)


def last_lines(runtime: Runtime, container: str) -> tuple[str, ...]:
    """What a container printed last, if it can still be read; lines that were cut are whole again, to be redacted."""
    texts: list[str] = []
    unfinished: dict[str, int] = {}
    try:
        for line in runtime.logs(container, tail=_LOG_LINES):
            at = unfinished.pop(line.stream, None)
            if at is None:
                at = len(texts)
                texts.append("")
            texts[at] += line.text
            if line.cut:
                unfinished[line.stream] = at
    except Sh0Error:
        return ()
    return tuple(texts)


def listeners_of(runtime: Runtime, placement: Placement) -> tuple[Listener, ...] | None:
    """What is listened on in a container, read from its kernel's tables; None if they cannot be read."""
    try:
        done = runtime.execute(placement.container, ["cat", "/proc/net/tcp", "/proc/net/tcp6"], timeout=5)
    except Sh0Error:
        return None
    return listeners(done.stdout.decode("ascii", "replace")) if done.stdout.strip() else None
